#pragma once
#include "run/plan.hpp"

namespace lookahead {

// Bytes that the run of a plan asks for beyond the plan itself, about: its agents with their optimizers, what
// evaluates for them, and the files at its end. The plan needs its objective, not yet its start; `pool`
// evaluates it.
template <Scalar T>
double run_bytes(const PlanOf<T>& plan, Pool& pool);

// Those the optimizer remembers beyond a few vectors of the dimension.
template <Scalar T>
double optimizer_bytes(const PlanOf<T>& plan);

// The most bytes that a process takes that has made this plan and runs it, about.
double peak_bytes(const Plan& plan, Pool& pool);

}  // namespace lookahead
