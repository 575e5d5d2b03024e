#include "data/encode/encoding.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/sizes.hpp"
#include "data/read/label.hpp"

namespace lookahead {
namespace {

// More than a record of at most 1 GiB can have; and what 32 bits with a sign can number.
constexpr double most_fields = 1e9;
constexpr double most_indices = 0x1p31;

const Parameters& column_parameters() {
  static const Parameters parameters = {
      param("name", &Column::name, "header, or number from 1"),
      param("field", &Column::field, "place in a record, from 0", at_least(0), at_most(most_fields)),
      param("kind", &Column::kind, "numeric or text"),
      param("mean", &Column::mean, "mean of the training part, by the weights of its rows"),
      param("sd", &Column::sd, "population standard deviation of the training part; 0: constant",
            at_least(0)),
      param("fill", &Column::fill, "value of a missing cell"),
      param("levels", &Column::levels, "texts with a feature each"),
      param("level_means", &Column::level_means, "means of these features, where they are standardized"),
      param("level_sds", &Column::level_sds, "their standard deviations", at_least(0)),
      param("reference", &Column::reference, "level without a feature"),
      param("rare", &Column::rare, "texts that count as the level group"),
      param("group", &Column::group, "level of rare and of unknown texts"),
      param("missing_level", &Column::missing_level, "level of a missing cell"),
      param("by_number", &Column::by_number, "whether a level that is a number is any text of that number"),
  };
  return parameters;
}

}  // namespace

template <>
struct Codec<Column> {
  static std::string type() { return "column"; }
  static std::optional<Column> read(const Node& node, const Path& path, Report& report) {
    Column column;
    const Bound bound{&column_parameters(), ValuesTarget::of(column)};
    const std::size_t before = report.faults().size();
    read_members(node, path, {&bound, 1}, {}, report);
    if (report.faults().size() > before) return std::nullopt;
    return column;
  }
  static Node write(const Column& column) {
    Node map = Node::map();
    write_members(map, column_parameters(), ValuesView::of(column));
    return map;
  }
};

namespace {

const Parameters& encoding_parameters() {
  static const Parameters parameters = {
      param("format", &Encoding::format, "csv or libsvm"),
      param("header", &Encoding::header, "whether the first row holds names"),
      param("separator", &Encoding::separator, "between two fields"),
      param("comment", &Encoding::comment, "what begins a comment"),
      param("skip_lines", &Encoding::skip_lines, "lines left out at the start of a file", at_least(0)),
      param("decimal", &Encoding::decimal, "before the fraction of a number"),
      param("thousands", &Encoding::thousands, "between groups of three digits"),
      param("units", &Encoding::units, "what stands before or behind numbers"),
      param("missing", &Encoding::missing, "policy and marks"),
      param("fields", &Encoding::fields, "fields of a record", at_least(1), at_most(most_fields)),
      param("columns", &Encoding::columns, "columns used as features"),
      param("target", &Encoding::target, "name of the target"),
      param("target_field", &Encoding::target_field, "its place in a record, from 0", at_least(0),
            at_most(most_fields)),
      param("task", &Encoding::task, "classification or regression"),
      param("classes", &Encoding::classes, "names of the classes"),
      param("target_mean", &Encoding::target_mean, "subtracted from the target"),
      param("target_sd", &Encoding::target_sd, "what the target is divided by", above(0)),
      param("test_skip_lines", &Encoding::test_skip_lines,
            "lines before the first record of the run's test file", at_least(0)),
      param("test_strip", &Encoding::test_strip, "characters taken off the end of its targets"),
      param("sparse", &Encoding::sparse, "whether rows, of columns of text alone, are sparse"),
      param("weights", &Encoding::weights, "name of the column of row weights"),
      param("weights_field", &Encoding::weights_field, "its place in a record, from 0", at_least(0),
            at_most(most_fields)),
      param("exposure", &Encoding::exposure, "name of the column of exposures"),
      param("exposure_field", &Encoding::exposure_field, "its place in a record, from 0", at_least(0),
            at_most(most_fields)),
      param("sparse_features", &Encoding::sparse_features, "libsvm: number of features", at_least(0),
            at_most(most_indices)),
      param("first_index", &Encoding::first_index, "libsvm: the first feature's index", at_least(0),
            at_most(1)),
      param("indices", &Encoding::indices, "libsvm: those that have a feature, where not all do", at_least(0),
            at_most(most_indices)),
      param("scales", &Encoding::scales, "libsvm: what values are divided by", at_least(0)),
  };
  return parameters;
}

}  // namespace

Index Column::feature_of(const std::string& text) const {
  const auto level = std::find(levels.begin(), levels.end(), text);
  if (level != levels.end()) return level - levels.begin();
  if (reference == text) return no_feature;
  return group && std::find(rare.begin(), rare.end(), text) != rare.end() ? feature_of(*group) : unknown;
}

std::vector<std::string> Column::known() const {
  std::vector<std::string> all = levels;
  if (reference) all.push_back(*reference);
  all.insert(all.end(), rare.begin(), rare.end());
  return all;
}

Index Encoding::feature_count() const {
  if (format == RowFormat::libsvm) return sparse_features;
  Index count = 0;
  for (const Column& column : columns) count = sum_of_sizes({count, column.width()});
  return count;
}

Index Encoding::feature_of(std::uint32_t index) const {
  if (indices.empty()) return Index{index} < first_index ? sparse_features : Index{index} - first_index;
  const auto found = std::lower_bound(indices.begin(), indices.end(), Index{index});
  return found != indices.end() && *found == Index{index} ? found - indices.begin() : sparse_features;
}

Index Encoding::index_of(Index feature) const {
  return indices.empty() ? first_index + feature : indices[static_cast<std::size_t>(feature)];
}

std::vector<std::string> Encoding::feature_names() const {
  std::vector<std::string> names;
  for (Index i = 0; i < sparse_features; ++i) names.push_back(std::to_string(index_of(i)));
  for (const Column& column : columns) {
    if (column.kind == ColumnKind::numeric) names.push_back(column.name);
    for (const std::string& level : column.levels) names.push_back(column.name + "=" + level);
  }
  return names;
}

std::vector<Index> Encoding::groups() const {
  std::vector<Index> ends;
  for (const Column& column : columns) {
    if (column.width() > 0) ends.push_back((ends.empty() ? 0 : ends.back()) + column.width());
  }
  if (format == RowFormat::libsvm || std::ssize(ends) == feature_count()) return {};
  return ends;
}

Node to_node(const Encoding& encoding) {
  Node map = Node::map();
  write_members(map, encoding_parameters(), ValuesView::of(encoding));
  return map;
}

namespace {

bool rises(const std::vector<std::string>& texts) {
  return std::adjacent_find(texts.begin(), texts.end(), std::greater_equal<>()) == texts.end();
}

bool distinct(const std::vector<std::string>& texts) {
  return std::set<std::string>(texts.begin(), texts.end()).size() == texts.size();
}

// Whether the levels stand as they are sorted.
bool in_order(const Column& column) {
  std::vector<std::string> sorted = column.levels;
  if (column.by_number)
    sort_labels(sorted);
  else
    std::sort(sorted.begin(), sorted.end());
  return sorted == column.levels;
}

// What whoever applies the encoding relies on, of a column.
template <class Require>
void check_column(const Column& column, const Encoding& encoding, Require require) {
  require(column.field < encoding.fields, "encoding.columns: a field is not below encoding.fields");
  require(in_order(column) && rises(column.rare) && distinct(column.known()),
          "encoding.columns: levels are not in order, or one stands twice");
  require(column.kind == ColumnKind::text || column.known().empty(),
          "encoding.columns: numeric, but with levels");
  require(column.level_means.size() == column.level_sds.size() &&
              (column.level_sds.empty() || column.level_sds.size() == column.levels.size()),
          "encoding.columns: not a mean and a standard deviation for every level");
  require(!column.group || column.group == column.reference ||
              std::find(column.levels.begin(), column.levels.end(), *column.group) != column.levels.end(),
          "encoding.columns: the group of rare levels is no level");
}

// The same of the columns together.
template <class Require>
void check_columns(const Encoding& encoding, Require require) {
  std::set<Index> fields = {encoding.target_field};
  std::vector<std::string> names = {encoding.target};
  bool texts = true;
  for (const Column& column : encoding.columns) {
    check_column(column, encoding, require);
    require(fields.insert(column.field).second, "encoding: two columns are one field");
    names.push_back(column.name);
    texts = texts && column.kind == ColumnKind::text;
  }
  require(distinct(names), "encoding: two columns have one name");
  require(!encoding.sparse || texts, "encoding.sparse goes with columns of text alone");
  require(!encoding.weights ||
              (encoding.weights_field < encoding.fields && fields.insert(encoding.weights_field).second),
          "encoding.weights_field is a field of another column, or none");
  require(!encoding.exposure ||
              (encoding.exposure_field < encoding.fields && fields.insert(encoding.exposure_field).second),
          "encoding.exposure_field is a field of another column, or none");
}

template <class Require>
void check_libsvm(const Encoding& encoding, Require require) {
  require(encoding.columns.empty() && !encoding.sparse, "encoding: columns and sparse features");
  require(encoding.scales.empty() || std::ssize(encoding.scales) == encoding.sparse_features,
          "encoding.scales: not one for every feature");
  const auto& indices = encoding.indices;
  require(indices.empty() ||
              (std::ssize(indices) == encoding.sparse_features &&
               std::adjacent_find(indices.begin(), indices.end(), std::greater_equal<>()) == indices.end()),
          "encoding.indices: not one for every feature, rising");
}

}  // namespace

Checked<Encoding> encoding_from(const Node& node) {
  Encoding encoding;
  Report report;
  const Bound bound{&encoding_parameters(), ValuesTarget::of(encoding)};
  read_members(node, Path("encoding"), {&bound, 1}, {}, report);
  const auto require = [&](bool holds, const char* text) {
    if (!holds) report.add(node.place, text, "the file is damaged or from another version: train again");
  };
  if (report.empty()) {
    for (const char* key : {"format", "fields", "target", "target_field", "task", "separator", "decimal"})
      require(node.find(key) != nullptr,
              "encoding lacks one of format, fields, target, target_field, task, separator, decimal");
    require(encoding.separator.value != 0 && encoding.decimal.value != 0,
            "encoding has no separator or decimal");
    require(encoding.target_field < encoding.fields, "encoding.target_field is not below encoding.fields");
    const bool classes = encoding.task == Task::classification;
    require(classes ? encoding.classes.size() >= 2 : encoding.classes.empty(),
            "encoding.classes does not fit encoding.task");
    require(distinct(encoding.classes), "encoding.classes: one stands twice");
    require(!classes || (encoding.target_mean == 0 && encoding.target_sd == 1),
            "encoding.target_mean and target_sd go with a regression");
    if (encoding.format == RowFormat::csv) {
      require(encoding.sparse_features == 0 && encoding.indices.empty() && encoding.scales.empty(),
              "encoding: columns and sparse features");
      check_columns(encoding, require);
    } else {
      check_libsvm(encoding, require);
    }
  }
  if (report.empty()) return encoding;
  return as_data(report.faults());
}

}  // namespace lookahead
