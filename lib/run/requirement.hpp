#pragma once
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// What a run's result has to be: "val_accuracy>=0.85".
struct Requirement {
  enum class Relation { above, at_least, below, at_most };
  std::string key;  // of `result` in run.json
  Relation relation = Relation::at_least;
  double figure = 0;

  std::string text() const;  // "val_accuracy>=0.85"
};

// Reads KEY>NUMBER, KEY>=NUMBER, KEY<NUMBER or KEY<=NUMBER, blanks around each part allowed. A fault of kind
// usage otherwise.
Checked<Requirement> read_requirement(const std::string& text);

// The numbers that `result` of a run of `spec` will hold; its metrics must be settled.
std::vector<std::string> result_keys(const Spec& spec);

// A fault of kind usage for every requirement on a key that is not among them.
Faults unknown_keys(const std::vector<Requirement>& requirements, const Spec& spec);

// A fault for every requirement that the run with this run.json misses, with both figures. A value that is
// missing or undefined misses.
Faults missed(const std::vector<Requirement>& requirements, const std::string& run_json);

}  // namespace lookahead
