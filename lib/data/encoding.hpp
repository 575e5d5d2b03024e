#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/options.hpp"

namespace lookahead {

enum class ColumnKind { numeric, text };
template <>
struct Words<ColumnKind> {
  static constexpr std::pair<const char*, ColumnKind> table[] = {{"numeric", ColumnKind::numeric},
                                                                 {"text", ColumnKind::text}};
};

// A column of the training file that features are made of.
struct Column {
  std::string name;  // its header, otherwise its number from 1
  Index field = 0;   // its place in a record of the training file, from 0
  ColumnKind kind = ColumnKind::numeric;
  // Numeric: the feature is (x - mean) / sd of the training part, 0 throughout where sd is 0 (a constant
  // column); mean 0 and sd 1 where nothing is standardized. A missing x is taken to be `fill`.
  double mean = 0;
  double sd = 1;
  double fill = 0;
  // Text: one feature of 0 and 1 per level, levels in byte order. A text that is no level gives zeros.
  std::vector<std::string> levels;
  std::optional<std::string> missing_level;  // what a missing cell is whose own text is no level

  // How many features the column makes.
  Index width() const { return kind == ColumnKind::text ? static_cast<Index>(levels.size()) : 1; }
  bool operator==(const Column&) const = default;
};

// All it takes to turn another file into features in the way of the training file.
struct Encoding {
  bool header = false;
  Separator separator{','};
  Decimal decimal{'.'};
  Missing missing;
  Index fields = 0;             // in a record of the training file
  std::vector<Column> columns;  // used as features, in the order of the training file
  std::string target;
  Index target_field = 0;  // from 0
  Task task = Task::regression;
  std::vector<std::string> classes;  // classification: names in byte order; the target is a position in it
  double target_mean = 0;            // regression: the target is (y - target_mean) / target_sd
  double target_sd = 1;

  // Columns of the encoded rows.
  Index feature_count() const;
  // Their names: "age", "sex=male".
  std::vector<std::string> feature_names() const;
  bool operator==(const Encoding&) const = default;
};

// As a map, and back from one; reading back gives an equal encoding. Faults are of kind data, at the node's
// place.
Node to_node(const Encoding& encoding);
Checked<Encoding> encoding_from(const Node& node);

}  // namespace lookahead
