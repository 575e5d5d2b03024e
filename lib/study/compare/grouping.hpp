#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "study/table.hpp"

namespace lookahead {

// What is contrasted with what: the methods of a study, the values of one of its varied keys, or its problems.
struct Grouping {
  std::string by;                   // "method", a key, or "problem"
  std::optional<Index> key;         // of Study::keys
  std::vector<std::string> labels;  // of the groups, unique

  // The group of a point.
  Index group_of(const StudyPoint& point) const;
};

// By this key, "method" or "problem"; "" is by method, and where there is only one and `lookahead` is varied by
// that, its value false being labelled "plain". A fault of kind usage where there is no such key, or its values
// make problems of their own.
Checked<Grouping> grouping_of(const Study& study, const std::string& by);

// Values that keys are held at: "KEY=VALUE,KEY=VALUE", of which there may be several.
struct HeldKeys {
  std::vector<std::pair<Index, Index>> values;  // of Study::keys, of the key's values
  bool each_point = false;                      // "point": every point is compared by itself

  bool holds(Index key) const;
  bool admits(const StudyPoint& point) const;
};
Checked<HeldKeys> held_keys(const Study& study, const std::vector<std::string>& at);

// Seeds as "1..10" or "1,3,5" or both.
Checked<std::set<std::int64_t>> seeds_of(const std::string& text, const std::string& option);

}  // namespace lookahead
