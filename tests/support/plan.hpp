#pragma once
#include <memory>

#include "run/plan.hpp"

namespace lookahead::test {

// The plan of a spec in a precision that is the spec's, made on `pool`.
template <Scalar T>
Checked<std::unique_ptr<const PlanOf<T>>> plan_in(const Spec& spec, Pool& pool) {
  const auto problem = open_problem_of<T>(spec);
  if (!problem) return problem.faults();
  return make_plan_of<T>(spec, *problem, pool);
}

}  // namespace lookahead::test
