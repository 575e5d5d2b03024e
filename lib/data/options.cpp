#include "data/options.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace lookahead {
namespace {

constexpr std::pair<const char*, char> separator_words[] = {
    {"auto", '\0'}, {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
    {"pipe", '|'},  {"blank", ' '}, {"space", ' '},     {"\\t", '\t'}};

const Parameters& test_parameters() {
  static const Parameters parameters = {
      param("file", &TestFile::file, "path of the file, plain or gzip"),
      param("skip_lines", &TestFile::skip_lines, "lines to leave out at the start of the file", at_least(0)),
      param("strip", &TestFile::strip, "characters to take off the end of every target cell"),
  };
  return parameters;
}

const Parameters& validation_parameters() {
  static const Parameters parameters = {
      param("fraction", &Validation::fraction, "share of the training rows that is set aside", above(0),
            below(1)),
      param(
          "folds", &Validation::folds,
          "parts of the training rows, each of which judges a model of its own that learned from the others",
          at_least(2), at_most(1000)),
      param("stratify", &Validation::stratify, "classification: the same share of every class"),
  };
  return parameters;
}

const Parameters& missing_parameters() {
  static const Parameters parameters = {
      param("policy", &Missing::policy,
            "error, drop the row, impute (mean, text: a level of its own), or mean"),
      param("marks", &Missing::marks,
            "what counts as missing: texts, capital or small letters alike, and numbers"),
      param("columns", &Missing::columns, "further marks of single columns, for example {age: [-1, 999]}"),
  };
  return parameters;
}

bool is_auto(const Node& node) { return node.is_scalar() && !node.quoted && node.text == "auto"; }

bool is_none(const Node& node) { return node.is_scalar() && !node.quoted && node.text == "none"; }

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::optional<Separator> Codec<Separator>::read(const Node& node, const std::string& path, Report& report) {
  if (node.is_scalar()) {
    for (const auto& [word, value] : separator_words) {
      if (node.text == word) return Separator{value};
    }
    if (node.text.size() == 1) {
      const char c = node.text[0];
      const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && c != '"' && c != '\n' && c != '\r' && c != '.' && c != '-' && c != '+' && c > 0) {
        return Separator{c};
      }
    }
  }
  report.add(node.place,
             path + " must be auto or one character that no number contains, got " + kind_name(node),
             "for example comma, semicolon, tab, pipe or blank");
  return std::nullopt;
}

Node Codec<Separator>::write(Separator value) {
  for (const auto& [word, character] : separator_words) {
    if (character == value.value) return Node::scalar(word);
  }
  return Node::scalar(std::string(1, value.value), true);
}

std::optional<Decimal> Codec<Decimal>::read(const Node& node, const std::string& path, Report& report) {
  const auto word = read_word(node, path, {"auto", ".", ","}, report);
  if (!word) return std::nullopt;
  return Decimal{"\0.,"[*word]};
}

Node Codec<Decimal>::write(Decimal value) {
  return value.value == 0 ? Node::scalar("auto") : Node::scalar(std::string(1, value.value), true);
}

std::string TrainingFiles::text() const { return joined(paths, ", "); }

bool TrainingFiles::from_stdin() const { return contains(paths, "-"); }

std::optional<TrainingFiles> Codec<TrainingFiles>::read(const Node& node, const std::string& path,
                                                        Report& report) {
  auto paths = Codec<std::vector<std::string>>::read(node, path, report);
  if (!paths) return std::nullopt;
  TrainingFiles files;
  files.paths = std::move(*paths);
  return files;
}

Node Codec<TrainingFiles>::write(const TrainingFiles& value) {
  if (value.paths.size() == 1) return Codec<std::string>::write(value.paths.front());
  return Codec<std::vector<std::string>>::write(value.paths);
}

Inside Codec<TrainingFiles>::inside(Node& node, const std::string& key) {
  return Codec<std::vector<std::string>>::inside(node, key);
}

std::optional<TestFile> Codec<TestFile>::read(const Node& node, const std::string& path, Report& report) {
  TestFile value;
  if (is_none(node)) return value;
  if (node.is_map()) {
    const std::size_t before = report.faults().size();
    const Bound bound{&test_parameters(), &value};
    read_members(node, path, {&bound, 1}, {}, report);
    if (report.faults().size() > before) return std::nullopt;
  } else {
    auto file = Codec<std::string>::read(node, path, report);
    if (!file) return std::nullopt;
    value.file = std::move(*file);
  }
  if (!value.file.empty()) return value;
  report.add(node.place, path + " needs the path of a file", "for example " + path + ": test.csv");
  return std::nullopt;
}

Node Codec<TestFile>::write(const TestFile& value) {
  if (value == TestFile{value.file, 0, ""}) return Codec<std::string>::write(value.file);
  Node map = Node::map();
  write_members(map, test_parameters(), &value);
  return map;
}

Inside Codec<TestFile>::inside(Node& node, const std::string& key) {
  if (is_none(node)) node = Node{};
  spread(node, "file");
  return inside_member({&test_parameters()}, key);
}

std::optional<Validation> Codec<Validation>::read(const Node& node, const std::string& path, Report& report) {
  Validation value;
  if (node.is_map()) {
    const std::size_t before = report.faults().size();
    const Bound bound{&validation_parameters(), &value};
    read_members(node, path, {&bound, 1}, {}, report);
    if (report.faults().size() > before) return std::nullopt;
    if ((value.fraction > 0) != (value.folds > 0)) return value;
    report.add(node.place, path + " needs either fraction or folds", "for example " + path + ": {folds: 5}");
    return std::nullopt;
  }
  if (!node.is_scalar() || node.text.empty()) {
    report.add(node.place, path + " must be none, a fraction, a path or a map, got " + kind_name(node));
    return std::nullopt;
  }
  if (is_none(node)) return value;
  const auto number = node.quoted ? std::nullopt : parse_number(node.text);
  if (!number) {
    value.file = node.text;
    return value;
  }
  value.fraction = *number;
  if (*number > 0 && *number < 1) return value;
  report.add(node.place, path + " must be a fraction > 0 and < 1, got " + node.text,
             "0.2 keeps a fifth of the rows; none switches validation off");
  return std::nullopt;
}

Node Codec<Validation>::write(const Validation& value) {
  if (!value.file.empty()) return Codec<std::string>::write(value.file);
  if (value == Validation{}) return Node::scalar("none");
  if (value.folds == 0 && value.stratify) return Codec<double>::write(value.fraction);
  Node map = Node::map();
  if (value.folds > 0) map.add("folds", Codec<Index>::write(value.folds));
  if (value.folds == 0) map.add("fraction", Codec<double>::write(value.fraction));
  map.add("stratify", Codec<bool>::write(value.stratify));
  return map;
}

Inside Codec<Validation>::inside(Node& node, const std::string& key) {
  // A file has no map, and folds take the place of a fraction, so that nothing of them could stay.
  if (node.is_scalar() && (key == "folds" || !parse_number(node.text))) node = Node{};
  spread(node, "fraction");
  return inside_member({&validation_parameters()}, key);
}

std::optional<Categorical> Codec<Categorical>::read(const Node& node, const std::string& path,
                                                    Report& report) {
  if (is_auto(node)) return Categorical{};
  auto columns = Codec<std::vector<std::string>>::read(node, path, report);
  if (!columns) return std::nullopt;
  return Categorical{false, std::move(*columns)};
}

Node Codec<Categorical>::write(const Categorical& value) {
  return value.automatic ? Node::scalar("auto") : Codec<std::vector<std::string>>::write(value.columns);
}

Inside Codec<Categorical>::inside(Node& node, const std::string& key) {
  if (is_auto(node)) node = Node{};
  return Codec<std::vector<std::string>>::inside(node, key);
}

std::optional<ColumnMarks> Codec<ColumnMarks>::read(const Node& node, const std::string& path,
                                                    Report& report) {
  if (!node.is_map()) {
    report.add(node.place, path + " must be a map from columns to marks, got " + kind_name(node),
               "for example " + path + ": {age: [-1, 999]}");
    return std::nullopt;
  }
  ColumnMarks value;
  for (const Node::Member& member : node.members) {
    auto marks = Codec<std::vector<std::string>>::read(member.value, path + "." + member.key, report);
    if (!marks) return std::nullopt;
    value.marks.emplace_back(member.key, std::move(*marks));
  }
  return value;
}

Node Codec<ColumnMarks>::write(const ColumnMarks& value) {
  if (value.marks.empty()) return {};
  Node map = Node::map();
  for (const auto& [column, marks] : value.marks)
    map.add(column, Codec<std::vector<std::string>>::write(marks));
  return map;
}

std::optional<Missing> Codec<Missing>::read(const Node& node, const std::string& path, Report& report) {
  Missing value;
  if (!node.is_map()) {
    const auto policy = Codec<MissingPolicy>::read(node, path, report);
    if (!policy) return std::nullopt;
    value.policy = *policy;
    return value;
  }
  const std::size_t before = report.faults().size();
  const Bound bound{&missing_parameters(), &value};
  read_members(node, path, {&bound, 1}, {}, report);
  if (report.faults().size() > before) return std::nullopt;
  return value;
}

Node Codec<Missing>::write(const Missing& value) {
  if (value.marks == Missing{}.marks && value.columns == ColumnMarks{})
    return Codec<MissingPolicy>::write(value.policy);
  Node map = Node::map();
  write_members(map, missing_parameters(), &value);
  return map;
}

Inside Codec<Missing>::inside(Node& node, const std::string& key) {
  spread(node, "policy");
  return inside_member({&missing_parameters()}, key);
}

const Parameters& data_parameters() {
  static const Parameters parameters = {
      param("train", &DataOptions::train,
            "path of the training rows, plain or gzip, a list of paths, or a pattern like part-*.csv; - is "
            "standard input"),
      param("format", &DataOptions::format,
            "csv, or libsvm: sparse rows of label index:value; auto looks at the name and the first line"),
      param("target", &DataOptions::target,
            "column to learn: its name, or its number from 1 without a header"),
      param("task", &DataOptions::task, "what to learn; auto: text or two values make a classification"),
      param("test", &DataOptions::test, "rows evaluated at the end of a run"),
      param("validation", &DataOptions::validation,
            "rows evaluated during a run: a fraction of the training rows (stratified by class), a file, or "
            "{folds: 5} for cross-validation beside the run; levels, means and standard deviations of the "
            "folds "
            "are those of all training rows"),
      param("weights", &DataOptions::weights, "column of row weights >= 0, scaled to a mean of 1"),
      param("features", &DataOptions::features,
            "columns to use, by name or pattern (* and ?); none listed: all"),
      param("drop", &DataOptions::drop, "columns to leave out, by name or pattern"),
      param("keep", &DataOptions::keep,
            "columns to use although they look like row numbers, identifiers or dates"),
      param("categorical", &DataOptions::categorical, "columns that are text even where they hold numbers"),
      param("encoding", &DataOptions::encoding,
            "a feature for every level of a text, or for all but the first in byte order"),
      param("rare", &DataOptions::rare,
            "levels seen fewer times than this in the training rows become one, other; 0: none do",
            at_least(0)),
      param("header", &DataOptions::header, "whether the first row holds the names of the columns"),
      param("separator", &DataOptions::separator, "what stands between two fields; blank: any run of blanks"),
      param("decimal", &DataOptions::decimal, "what stands before the fraction of a number"),
      param("missing", &DataOptions::missing, "what to do about missing cells, and which cells those are"),
      param("standardize", &DataOptions::standardize,
            "numeric columns to mean 0 and standard deviation 1 of the training part; all: the features of "
            "levels too; auto: true, of sparse rows false"),
      param("standardize_target", &DataOptions::standardize_target,
            "the same for the target of a regression"),
  };
  return parameters;
}

Fault no_target(const DataOptions& options) {
  return {FaultKind::problem, options.place, "data needs the key 'target'",
          "the column to learn, for example target: price"};
}

Faults table_settings(const DataOptions& options) {
  const DataOptions unset;
  const std::pair<const char*, bool> settings[] = {
      {"target", options.target != unset.target},
      {"weights", options.weights != unset.weights},
      {"features", options.features != unset.features},
      {"drop", options.drop != unset.drop},
      {"keep", options.keep != unset.keep},
      {"categorical", options.categorical != unset.categorical},
      {"encoding", options.encoding != unset.encoding},
      {"rare", options.rare != unset.rare},
      {"header", options.header != unset.header},
      {"separator", options.separator != unset.separator},
      {"decimal", options.decimal != unset.decimal},
      {"missing", options.missing != unset.missing},
      {"test.strip", options.test && !options.test->strip.empty()},
      {"standardize: all", options.standardize == Standardize::all},
  };
  Faults faults;
  for (const auto& [key, set] : settings) {
    if (!set) continue;
    faults.push_back({FaultKind::problem, options.place,
                      std::string("data.") + key + " does not go with the format libsvm",
                      "leave it out; data.format: csv reads the file as a table"});
  }
  return faults;
}

void check_data_options(const DataOptions& options, Report& report) {
  const Place& place = options.place;
  if (options.train.paths.empty() || contains(options.train.paths, "")) {
    report.add(place, "data needs the key 'train'",
               "the path of the training rows, for example train: train.csv");
  }
  const auto named_table = [](const std::string& path) {
    const auto ends = [&](const char* extension) {
      return path.ends_with(extension) || path.ends_with(std::string(extension) + ".gz");
    };
    return path.empty() || ends(".csv") || ends(".tsv") || ends(".tab");
  };
  const bool table = options.format == FormatChoice::csv ||
                     (options.format == FormatChoice::automatic &&
                      std::all_of(options.train.paths.begin(), options.train.paths.end(), named_table));
  if (!options.target && table) {
    const Fault fault = no_target(options);
    report.add(place, fault.text, fault.cure);
  }
  if (options.format == FormatChoice::libsvm) {
    for (const Fault& fault : table_settings(options)) report.add(place, fault.text, fault.cure);
  }
  const auto from_stdin = std::count(options.train.paths.begin(), options.train.paths.end(), "-") +
                          (options.test && options.test->file == "-" ? 1 : 0) +
                          (options.validation.file == "-" ? 1 : 0);
  if (from_stdin > 1) {
    report.add(place, "data reads standard input more than once",
               "only one of train, test, validation can be -");
  }
  const auto clash = [&](const std::string& column, const std::string& one, const std::string& other) {
    report.add(place, "column " + quoted(column) + " stands in data." + one + " and in data." + other,
               "take it out of one of them");
  };
  if (options.target) {
    const std::string& target = *options.target;
    if (contains(options.drop, target)) {
      report.add(place, "data.drop contains the target " + quoted(target), "take it out of data.drop");
    }
    if (contains(options.features, target)) {
      report.add(place, "data.features contains the target " + quoted(target),
                 "take it out of data.features");
    }
    if (options.weights == target) clash(target, "target", "weights");
  }
  for (const std::string& column : options.categorical.columns) {
    if (contains(options.drop, column)) clash(column, "drop", "categorical");
    if (options.weights == column) clash(column, "weights", "categorical");
  }
  for (const std::string& column : options.keep) {
    if (contains(options.drop, column)) clash(column, "drop", "keep");
  }
  if (options.weights && contains(options.drop, *options.weights)) clash(*options.weights, "drop", "weights");
}

}  // namespace lookahead
