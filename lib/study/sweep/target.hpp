#pragma once
#include <array>
#include <string>
#include <vector>

namespace lookahead {

// A gap or loss that a sweep takes the moment of, and what the columns call it: as it was written, "1e-4".
struct SweepTarget {
  double value = 0;
  std::string name;
};

// What is measured up to a target; a column is called by one of these and the target's name behind it.
inline constexpr std::array<const char*, 3> target_measures = {"steps_to_", "evals_to_", "time_to_"};

// "1e-4": of a target that nobody has written.
std::string target_name(double value);

inline std::vector<double> values_of(const std::vector<SweepTarget>& targets) {
  std::vector<double> values;
  values.reserve(targets.size());
  for (const SweepTarget& target : targets) values.push_back(target.value);
  return values;
}

}  // namespace lookahead
