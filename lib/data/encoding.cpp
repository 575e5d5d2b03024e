#include "data/encoding.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace lookahead {
namespace {

const Parameters& column_parameters() {
  static const Parameters parameters = {
      param("name", &Column::name, "header, or number from 1"),
      param("field", &Column::field, "place in a record, from 0", at_least(0)),
      param("kind", &Column::kind, "numeric or text"),
      param("mean", &Column::mean, "mean of the training part"),
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
  static std::optional<Column> read(const Node& node, const std::string& path, Report& report) {
    Column column;
    const Bound bound{&column_parameters(), &column};
    const std::size_t before = report.faults().size();
    read_members(node, path, {&bound, 1}, {}, report);
    if (report.faults().size() > before) return std::nullopt;
    return column;
  }
  static Node write(const Column& column) {
    Node map = Node::map();
    write_members(map, column_parameters(), &column);
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
      param("fields", &Encoding::fields, "fields of a record", at_least(1)),
      param("columns", &Encoding::columns, "columns used as features"),
      param("target", &Encoding::target, "name of the target"),
      param("target_field", &Encoding::target_field, "its place in a record, from 0", at_least(0)),
      param("task", &Encoding::task, "classification or regression"),
      param("classes", &Encoding::classes, "names of the classes"),
      param("target_mean", &Encoding::target_mean, "subtracted from the target"),
      param("target_sd", &Encoding::target_sd, "what the target is divided by", above(0)),
      param("test_skip_lines", &Encoding::test_skip_lines,
            "lines before the first record of the run's test file", at_least(0)),
      param("test_strip", &Encoding::test_strip, "characters taken off the end of its targets"),
      param("sparse", &Encoding::sparse, "whether rows, of columns of text alone, are sparse"),
      param("weights", &Encoding::weights, "name of the column of row weights"),
      param("weights_field", &Encoding::weights_field, "its place in a record, from 0", at_least(0)),
      param("exposure", &Encoding::exposure, "name of the column of exposures"),
      param("exposure_field", &Encoding::exposure_field, "its place in a record, from 0", at_least(0)),
      param("sparse_features", &Encoding::sparse_features, "libsvm: number of features", at_least(0)),
      param("first_index", &Encoding::first_index, "libsvm: the first feature's index", at_least(0),
            at_most(1)),
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
  for (const Column& column : columns) count += column.width();
  return count;
}

std::vector<std::string> Encoding::feature_names() const {
  std::vector<std::string> names;
  for (Index i = 0; i < sparse_features; ++i) names.push_back(std::to_string(first_index + i));
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
  write_members(map, encoding_parameters(), &encoding);
  return map;
}

Checked<Encoding> encoding_from(const Node& node) {
  Encoding encoding;
  Report report;
  const Bound bound{&encoding_parameters(), &encoding};
  read_members(node, "encoding", {&bound, 1}, {}, report);
  const auto require = [&](bool holds, const char* text) {
    if (!holds) report.add(node.place, text, "the file is damaged or from another version: train again");
  };
  const auto distinct = [](const std::vector<std::string>& names) {
    return std::set<std::string_view>(names.begin(), names.end()).size() == names.size();
  };
  if (report.empty()) {
    require(distinct(encoding.classes), "encoding.classes: a class stands there twice");
    require(encoding.separator.value != 0 && encoding.decimal.value != 0,
            "encoding has no separator or decimal");
    require(encoding.target_field < encoding.fields, "encoding.target_field is not below encoding.fields");
    require((encoding.task == Task::classification) == (encoding.classes.size() >= 2),
            "encoding.classes does not fit encoding.task");
    require(encoding.scales.empty() || std::ssize(encoding.scales) == encoding.sparse_features,
            "encoding.scales: not one for every feature");
    require(encoding.format == RowFormat::csv ? encoding.sparse_features == 0 : encoding.columns.empty(),
            "encoding: columns and sparse features");
    for (const Column& column : encoding.columns) {
      require(column.field < encoding.fields, "encoding.columns: a field is not below encoding.fields");
      require(distinct(column.levels) && distinct(column.rare),
              "encoding.columns: a level stands there twice");
      require(column.kind == ColumnKind::text || column.known().empty(),
              "encoding.columns: numeric, but with levels");
      require(column.level_means.size() == column.level_sds.size() &&
                  (column.level_sds.empty() || column.level_sds.size() == column.levels.size()),
              "encoding.columns: not a mean and a standard deviation for every level");
      require(
          !column.group ||
              std::find(column.levels.begin(), column.levels.end(), *column.group) != column.levels.end() ||
              column.group == column.reference,
          "encoding.columns: the group of rare levels is no level");
    }
  }
  if (report.empty()) return encoding;
  Faults faults = report.faults();
  for (Fault& fault : faults) fault.kind = FaultKind::data;
  return faults;
}

}  // namespace lookahead
