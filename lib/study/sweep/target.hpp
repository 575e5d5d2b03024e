#pragma once
#include <string>
#include <vector>

namespace lookahead {

// A gap or loss that a sweep takes the moment of, and what the columns call it: as it was written, "1e-4".
struct SweepTarget {
  double value = 0;
  std::string name;
};

inline std::vector<double> values_of(const std::vector<SweepTarget>& targets) {
  std::vector<double> values;
  values.reserve(targets.size());
  for (const SweepTarget& target : targets) values.push_back(target.value);
  return values;
}

}  // namespace lookahead
