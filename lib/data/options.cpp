#include "data/options.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "data/read/characters.hpp"
#include "options/catalog_form.hpp"

namespace lookahead {
namespace {

constexpr std::pair<const char*, char> separator_words[] = {
    {"auto", '\0'}, {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
    {"pipe", '|'},  {"blank", ' '}, {"space", ' '},     {"\\t", '\t'}};

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

// Whether a character can stand between two fields: no number, name or quoted text contains it.
bool delimits(char c) {
  const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return !letter && c != '"' && c != '\n' && c != '\r' && c != '.' && c != '-' && c != '+' && c > 0;
}

bool is_auto(const Node& node) { return node.is_scalar() && !node.quoted && node.text == "auto"; }

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::optional<Separator> Codec<Separator>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar()) {
    for (const auto& [word, value] : separator_words) {
      if (node.text == word) return Separator{value};
    }
    if (node.text.size() == 1 && delimits(node.text[0])) return Separator{node.text[0]};
    if (node.text.size() > 1 && std::all_of(node.text.begin(), node.text.end(), delimits)) {
      report.add(node.place, path + " must be one character, got " + kind_name(node),
                 "replace it in the file, for example by sed 's/" + node.text + "/|/g'");
      return std::nullopt;
    }
  }
  report.add(node.place,
             path + " must be auto or one character that no number contains, got " + kind_name(node),
             "for example comma, semicolon, tab, pipe or blank");
  return std::nullopt;
}

std::optional<Comment> Codec<Comment>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && node.text == "none") return Comment{};
  if (node.is_scalar() && node.text.size() == 1 && delimits(node.text[0]) && !is_blank(node.text[0]))
    return Comment{node.text[0]};
  report.add(node.place,
             path + " must be none or one character that no number contains, got " + kind_name(node),
             "for example " + path + ": '#'");
  return std::nullopt;
}

Node Codec<Comment>::write(Comment value) {
  return value.value == 0 ? Node::scalar("none") : Node::scalar(std::string(1, value.value), true);
}

Node Codec<Separator>::write(Separator value) {
  for (const auto& [word, character] : separator_words) {
    if (character == value.value) return Node::scalar(word);
  }
  return Node::scalar(std::string(1, value.value), true);
}

std::optional<Decimal> Codec<Decimal>::read(const Node& node, const Path& path, Report& report) {
  const auto word = read_word(node, path, {"auto", ".", ","}, report);
  if (!word) return std::nullopt;
  return Decimal{"\0.,"[*word]};
}

Node Codec<Decimal>::write(Decimal value) {
  return value.value == 0 ? Node::scalar("auto") : Node::scalar(std::string(1, value.value), true);
}

std::optional<Thousands> Codec<Thousands>::read(const Node& node, const Path& path, Report& report) {
  const auto word = read_word(node, path, {"none", ",", ".", "blank"}, report);
  if (!word) return std::nullopt;
  return Thousands{"\0,. "[*word]};
}

Node Codec<Thousands>::write(Thousands value) {
  if (value.value == 0) return Node::scalar("none");
  return value.value == ' ' ? Node::scalar("blank") : Node::scalar(std::string(1, value.value), true);
}

std::string TrainingFiles::text() const { return joined(paths, ", "); }

bool TrainingFiles::from_stdin() const { return contains(paths, "-"); }

bool DataOptions::reads_stdin() const {
  return train.from_stdin() || (test && test->file == "-") || validation.file == "-";
}

std::optional<TrainingFiles> Codec<TrainingFiles>::read(const Node& node, const Path& path, Report& report) {
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

std::optional<Categorical> Codec<Categorical>::read(const Node& node, const Path& path, Report& report) {
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

std::optional<ColumnMarks> Codec<ColumnMarks>::read(const Node& node, const Path& path, Report& report) {
  if (!node.is_map()) {
    report.add(node.place, path + " must be a map from columns to marks, got " + kind_name(node),
               "for example " + path + ": {age: [-1, 999]}");
    return std::nullopt;
  }
  ColumnMarks value;
  for (const Node::Member& member : node.members) {
    auto marks = Codec<std::vector<std::string>>::read(member.value, path / member.key, report);
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

// Every column's marks are a list of their own.
Inside Codec<ColumnMarks>::inside(Node&, const std::string&) { return inside_of<std::vector<std::string>>(); }

std::optional<Missing> Codec<Missing>::read(const Node& node, const Path& path, Report& report) {
  Missing value;
  if (!node.is_map()) {
    const auto policy = Codec<MissingPolicy>::read(node, path, report);
    if (!policy) return std::nullopt;
    value.policy = *policy;
    return value;
  }
  const std::size_t before = report.faults().size();
  const Bound bound{&missing_parameters(), ValuesTarget::of(value)};
  read_members(node, path, {&bound, 1}, {}, report);
  if (report.faults().size() > before) return std::nullopt;
  return value;
}

Form Codec<Missing>::form() { return with_sentences(form_of_type(type()), missing_parameters()); }

Node Codec<Missing>::write(const Missing& value) {
  if (value.marks == Missing{}.marks && value.columns == ColumnMarks{})
    return Codec<MissingPolicy>::write(value.policy);
  Node map = Node::map();
  write_members(map, missing_parameters(), ValuesView::of(value));
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
      param("event", &DataOptions::event,
            "of two classes, the one that logistic calls 1 and that metrics ask for; unset: the second in "
            "order, "
            "numbers before texts"),
      param("test", &DataOptions::test,
            "rows evaluated at the end of a run: a fraction of the training file's rows (stratified by "
            "class), or a "
            "file"),
      param("validation", &DataOptions::validation,
            "rows evaluated during a run: a fraction of the training rows (stratified by class), a file, or "
            "{folds: 5} for cross-validation beside the run; levels, means and standard deviations of the "
            "folds "
            "are those of all training rows"),
      param("split_seed", &DataOptions::split_seed,
            "seed of the fractions and folds, so that seed is left to the optimizer", at_least(0)),
      param("weights", &DataOptions::weights, "column of row weights >= 0, scaled to a mean of 1"),
      param("features", &DataOptions::features,
            "columns to use, by name or pattern (* and ?); none listed: all"),
      param("drop", &DataOptions::drop, "columns to leave out, by name or pattern"),
      param("keep", &DataOptions::keep,
            "columns to use although they look like row numbers, identifiers or dates"),
      param("categorical", &DataOptions::categorical, "columns that are text even where they hold numbers"),
      param("encoding", &DataOptions::encoding,
            "a feature for every level of a text, or for all but the first"),
      param("rare", &DataOptions::rare,
            "levels seen fewer times than this in the training rows become one, other; 0: none do",
            at_least(0), at_most(most_counted)),
      param("header", &DataOptions::header, "whether the first row holds the names of the columns"),
      param("separator", &DataOptions::separator, "what stands between two fields; blank: any run of blanks"),
      param("comment", &DataOptions::comment,
            "what begins a comment: outside of quotes it and the rest of its line are left out"),
      param("skip_lines", &DataOptions::skip_lines, "lines to leave out at the start of every file",
            at_least(0), at_most(most_counted)),
      param("decimal", &DataOptions::decimal, "what stands before the fraction of a number"),
      param("thousands", &DataOptions::thousands, "what stands between groups of three digits of a number"),
      param("units", &DataOptions::units,
            "what may stand before or behind a number and is left out of it, for example [\"%\", $]"),
      param(
          "missing", &DataOptions::missing,
          "what to do about missing cells, and which cells those are: a fault (error), leave the row out (drop), "
          "take the mean of the numbers (mean), or that and for texts a level of each mark (impute)"),
      param("standardize", &DataOptions::standardize,
            "numeric columns to mean 0 and standard deviation 1 of the training part; all: the features of "
            "levels too; auto: true, of sparse rows false, where true divides by the deviation alone"),
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
      {"comment", options.comment != unset.comment},
      {"decimal", options.decimal != unset.decimal},
      {"thousands", options.thousands != unset.thousands},
      {"units", options.units != unset.units},
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
  if (options.exposure) {
    faults.push_back({FaultKind::problem, options.place, "model.exposure does not go with the format libsvm",
                      "it is a column of a table; leave it out"});
  }
  return faults;
}

void check_data_options(const DataOptions& options, Report& report) {
  const Place& place = options.place;
  if (options.train.paths.empty() || contains(options.train.paths, "")) {
    report.add(place, "data needs the key 'train'",
               "the path of the training rows, for example train: train.csv");
  }
  const double test_fraction = options.test ? options.test->fraction : 0;
  if (options.validation.fraction + test_fraction >= 1) {
    report.add(place, "data.validation and data.test leave no rows for training",
               "their fractions together must be < 1");
  }
  if (options.thousands.value != 0 && options.thousands.value == options.decimal.value) {
    report.add(place, "data.thousands and data.decimal are the same character", "one of them is another");
  }
  if (contains(options.units, "")) {
    report.add(place, "data.units contains an empty text", "take it out of data.units");
  }
  const auto named_table = [](const std::string& file) {
    const auto ends = [&](const char* extension) {
      return file.ends_with(extension) || file.ends_with(std::string(extension) + ".gz");
    };
    return file.empty() || ends(".csv") || ends(".tsv") || ends(".tab");
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
  if (options.comment.value != 0 && options.comment.value == options.separator.value)
    report.add(place, "data.comment is also data.separator", "choose another character for one of them");
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
  if (options.weights && contains(options.features, *options.weights))
    clash(*options.weights, "features", "weights");
}

}  // namespace lookahead
