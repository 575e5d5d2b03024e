#pragma once
#include "run/json.hpp"
#include "run/plan.hpp"

namespace lookahead {

// Where lr: auto chose the learning rate of a plan, adds the certificate of that choice to the facts of the
// run, and the warnings that go with it.
void explain_rate(const Plan& plan, Pool& pool, RunFacts& facts);

}  // namespace lookahead
