#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/dataset.hpp"
#include "data/options.hpp"
#include "data/read/number_format.hpp"

namespace lookahead {

// How rows stand in a file: fields of columns, or a label and index:value for what is not 0.
enum class RowFormat { csv, libsvm };
template <>
struct Words<RowFormat> {
  static constexpr std::pair<const char*, RowFormat> table[] = {{"csv", RowFormat::csv},
                                                                {"libsvm", RowFormat::libsvm}};
};

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
  // Text: one feature of 0 and 1 per level, levels in order (sort_labels); standardized where there are means
  // and standard deviations, one per level.
  std::vector<std::string> levels;
  std::vector<double> level_means, level_sds;
  std::optional<std::string> reference;      // the level that all features are 0 for
  std::vector<std::string> rare;             // texts that count as the level `group`
  std::optional<std::string> group;          // which is also that of texts that are not known
  std::optional<std::string> missing_level;  // what a missing cell is whose own text is not known
  bool by_number = false;                    // a level that is a number is any text of that number

  static constexpr Index no_feature = -1;  // all features are those of a 0
  static constexpr Index unknown = -2;
  // Which of the column's features is 1 for a text, or one of the above.
  Index feature_of(const std::string& text) const;
  // The same for texts that are not known.
  Index feature_of_unknown() const { return group ? feature_of(*group) : no_feature; }
  // All that is known: levels, reference and rare texts.
  std::vector<std::string> known() const;
  // What feature `level` is for its own text and for others.
  double on(std::size_t level) const { return scaled(level, 1); }
  double off(std::size_t level) const { return scaled(level, 0); }

  // How many features the column makes.
  Index width() const { return kind == ColumnKind::text ? static_cast<Index>(levels.size()) : 1; }
  bool operator==(const Column&) const = default;

 private:
  double scaled(std::size_t level, double x) const {
    if (level_sds.empty()) return x;
    return level_sds[level] > 0 ? (x - level_means[level]) / level_sds[level] : 0;
  }
};

// All it takes to turn another file into features in the way of the training file.
struct Encoding {
  RowFormat format = RowFormat::csv;
  bool header = false;
  Separator separator{','};
  Comment comment;
  Index skip_lines = 0;  // at the start of files that do not say otherwise
  Decimal decimal{'.'};
  Thousands thousands;
  std::vector<std::string> units;
  Missing missing;
  Index fields = 0;             // in a record of the training file
  std::vector<Column> columns;  // used as features, in the order of the training file
  std::string target;
  Index target_field = 0;  // from 0
  Task task = Task::regression;
  // Classification: names in order (sort_labels), an event last; the target is a position in it.
  std::vector<std::string> classes;
  double target_mean = 0;  // regression: the target is (y - target_mean) / target_sd
  double target_sd = 1;
  // Of the run's test file: lines before its first record, characters taken off the end of its targets.
  Index test_skip_lines = 0;
  std::string test_strip;
  bool sparse = false;                  // columns of text alone, and rows are made sparse
  std::optional<std::string> weights;   // the column of row weights
  Index weights_field = 0;              // from 0
  std::optional<std::string> exposure;  // the column of exposures
  Index exposure_field = 0;             // from 0
  // The format libsvm, which has no columns: features, one for each index from first_index (0 or 1), and the
  // standard deviations that their values are divided by, a 0 giving 0; none where nothing is scaled.
  // Where most indices up to the largest do not occur, `indices` lists those that do, rising, with a feature
  // each.
  Index sparse_features = 0;
  Index first_index = 1;
  std::vector<Index> indices;
  std::vector<double> scales;

  // How the numbers of a file are written.
  NumberFormat numbers() const { return {decimal.value, thousands.value, units}; }
  // The feature of an index of a libsvm file; not below sparse_features where it has none.
  Index feature_of(std::uint32_t index) const;
  // The index that has this feature, below sparse_features.
  Index index_of(Index feature) const;
  // Columns of the encoded rows.
  Index feature_count() const;
  // Their names: "age", "sex=male".
  std::vector<std::string> feature_names() const;
  // Ends of the features of each column that has some; empty where each has one.
  std::vector<Index> groups() const;
  bool operator==(const Encoding&) const = default;
};

// A data set of no rows with the columns of the encoding: what gives a model its shape.
template <Scalar T>
Dataset<T> without_rows(const Encoding& encoding) {
  Dataset<T> rows;
  rows.columns = encoding.feature_count();
  rows.groups = encoding.groups();
  if (encoding.sparse || encoding.format == RowFormat::libsvm) rows.starts = {0};
  return rows;
}

// As a map, and back from one; reading back gives an equal encoding. Faults are of kind data, at the node's
// place.
Node to_node(const Encoding& encoding);
Checked<Encoding> encoding_from(const Node& node);

}  // namespace lookahead
