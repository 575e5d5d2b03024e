#pragma once
#include "support/problem.hpp"

// Schedules as they stand in a problem file.
namespace lookahead::test {

inline std::unique_ptr<Schedule> schedule(const std::string& value, Index horizon = 0) {
  const Spec spec = spec_of("objective: sphere\noptimizer: {name: sgd, lr: " + value + "}\n");
  const auto& chosen = spec.optimizer.rate.value.schedule;
  return chosen.entry->make(chosen.values, horizon);
}

// What is wrong with a problem, without places.
inline std::vector<std::string> faults_of(const std::string& yaml) {
  const auto spec = read_problem({yaml, "p.yaml", "p", ".", {}});
  std::vector<std::string> faults;
  for (const Fault& fault : spec.faults()) faults.push_back(to_string(fault));
  return faults;
}

}  // namespace lookahead::test
