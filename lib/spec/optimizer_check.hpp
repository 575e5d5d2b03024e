#pragma once
#include "options/report.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// What the optimizer does not go with: the objective, clipping, the penalty l1.
void cross_check_optimizer(const Node& root, const Spec& spec, Report& report);

// Whether the objective's minimum is known, and which it is; without a number where memory is too short to tell.
struct KnownMinimum {
  bool known = false;
  std::optional<double> value;
};
KnownMinimum known_minimum(const ObjectiveSpec& objective);

}  // namespace lookahead
