#pragma once
#include "support/problem.hpp"

namespace lookahead::test {

// The faults of a problem, one a line.
inline std::string faults_of(const std::string& yaml, const std::vector<std::string>& set = {}) {
  std::string text;
  const auto spec = read_problem({yaml, "p.yaml", "p", "/folder", set});
  for (const Fault& fault : spec.faults()) text += to_string(fault) + "\n";
  return text;
}

// A problem that leaves all else to its defaults.
inline const std::string two_lines = "objective: rosenbrock\noptimizer: adam\n";

}  // namespace lookahead::test
