#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset.hpp"
#include "options/parameter.hpp"

namespace lookahead {

// What is learned from the rows: a class out of a list of names, or a number.
enum class Task { classification, regression };
template <>
struct Words<Task> {
  static constexpr std::pair<const char*, Task> table[] = {{"classification", Task::classification},
                                                           {"regression", Task::regression}};
};

// The same as written in a problem file, where it may be left to the data.
enum class TaskChoice { automatic, classification, regression };
template <>
struct Words<TaskChoice> {
  static constexpr std::pair<const char*, TaskChoice> table[] = {
      {"auto", TaskChoice::automatic},
      {"classification", TaskChoice::classification},
      {"regression", TaskChoice::regression}};
};

enum class HeaderChoice { automatic, present, absent };
template <>
struct Words<HeaderChoice> {
  static constexpr std::pair<const char*, HeaderChoice> table[] = {
      {"auto", HeaderChoice::automatic}, {"true", HeaderChoice::present}, {"false", HeaderChoice::absent}};
};

// What to do about cells that hold nothing.
enum class MissingPolicy { error, drop, impute, mean };
template <>
struct Words<MissingPolicy> {
  static constexpr std::pair<const char*, MissingPolicy> table[] = {{"error", MissingPolicy::error},
                                                                    {"drop", MissingPolicy::drop},
                                                                    {"impute", MissingPolicy::impute},
                                                                    {"mean", MissingPolicy::mean}};
};

// How the levels of a column of text become features of 0 and 1.
enum class LevelFeatures { onehot, drop_first };
template <>
struct Words<LevelFeatures> {
  static constexpr std::pair<const char*, LevelFeatures> table[] = {
      {"onehot", LevelFeatures::onehot}, {"drop_first", LevelFeatures::drop_first}};
};

// Which features get mean 0 and standard deviation 1: those of numeric columns or those of levels too.
// Automatic: those of numeric columns, and none of sparse rows, whose columns `numeric` scales without moving
// their zeros.
enum class Standardize { automatic, none, numeric, all };
template <>
struct Words<Standardize> {
  static constexpr std::pair<const char*, Standardize> table[] = {{"auto", Standardize::automatic},
                                                                  {"false", Standardize::none},
                                                                  {"true", Standardize::numeric},
                                                                  {"all", Standardize::all}};
};

// Tables of fields, or rows "label index:value ..." whose values are mostly 0.
enum class FormatChoice { automatic, csv, libsvm };
template <>
struct Words<FormatChoice> {
  static constexpr std::pair<const char*, FormatChoice> table[] = {
      {"auto", FormatChoice::automatic}, {"csv", FormatChoice::csv}, {"libsvm", FormatChoice::libsvm}};
};

// What stands between two fields: one character; ' ' stands for any run of blanks and tabs, 0 for "find out".
struct Separator {
  char value = 0;
  bool operator==(const Separator&) const = default;
};
// Reads auto, one character, or one of the words comma, semicolon, tab, pipe, blank, space, "\t".
template <>
struct Codec<Separator> {
  static std::string type() { return "auto | comma | semicolon | tab | pipe | blank | one character"; }
  static std::optional<Separator> read(const Node& node, const Path& path, Report& report);
  static Node write(Separator value);
};

// What begins a comment, which goes to the end of its line: one character; 0 for "there are none".
struct Comment {
  char value = 0;
  bool operator==(const Comment&) const = default;
};
template <>
struct Codec<Comment> {
  static std::string type() { return "none | one character"; }
  static std::optional<Comment> read(const Node& node, const Path& path, Report& report);
  static Node write(Comment value);
};

// What stands between the whole and the fraction of a number: '.' or ',', 0 for "find out".
struct Decimal {
  char value = 0;
  bool operator==(const Decimal&) const = default;
};
template <>
struct Codec<Decimal> {
  static std::string type() { return "auto | . | ,"; }
  static std::optional<Decimal> read(const Node& node, const Path& path, Report& report);
  static Node write(Decimal value);
};

// What stands between groups of three digits: ',', '.', ' ' for any blank, 0 for nothing.
struct Thousands {
  char value = 0;
  bool operator==(const Thousands&) const = default;
};
template <>
struct Codec<Thousands> {
  static std::string type() { return "none | , | . | blank"; }
  static std::optional<Thousands> read(const Node& node, const Path& path, Report& report);
  static Node write(Thousands value);
};

// The files with the training rows, one after the other: paths, or patterns of * and ? in a file's name.
struct TrainingFiles {
  std::vector<std::string> paths;
  TrainingFiles() = default;
  TrainingFiles(std::string file) : paths{std::move(file)} {}
  // For messages: "a.csv, b.csv".
  std::string text() const;
  bool from_stdin() const;
  bool operator==(const TrainingFiles&) const = default;
};
template <>
struct Codec<TrainingFiles> {
  static std::string type() { return "path | list of paths"; }
  static std::optional<TrainingFiles> read(const Node& node, const Path& path, Report& report);
  static Node write(const TrainingFiles& value);
  static Inside inside(Node& node, const std::string& key);
};

// Rows for the end of a run: a file beside the training file, by its path or a map {file, skip_lines, strip},
// or a fraction of the training file's rows.
struct TestFile {
  std::string file;                      // empty: none
  std::optional<Index> skip_lines = {};  // lines before the first record; none given: as in all files
  std::string strip = {};                // characters taken off the end of every target cell
  double fraction = 0;                   // 0: no fraction
  bool stratify = true;                  // fraction: every class alike
  bool operator==(const TestFile&) const = default;
};
template <>
struct Codec<TestFile> {
  static std::string type() {
    return "none | fraction | path | {file, skip_lines, strip} | {fraction, stratify}";
  }
  static std::optional<TestFile> read(const Node& node, const Path& path, Report& report);
  static Form form();
  static Node write(const TestFile& value);
  static Inside inside(Node& node, const std::string& key);
};

// Rows that judge the run: none, a fraction of the training file's rows, a file, or in turn each of some
// folds of the training rows.
struct Validation {
  double fraction = 0;   // 0 = no fraction
  std::string file;      // empty = no file
  Index folds = 0;       // 0 = no folds
  bool stratify = true;  // fraction and folds: every class alike
  bool operator==(const Validation&) const = default;
};
template <>
struct Codec<Validation> {
  static std::string type() { return "none | fraction | path | {fraction | folds, stratify}"; }
  static std::optional<Validation> read(const Node& node, const Path& path, Report& report);
  static Form form();
  static Node write(const Validation& value);
  static Inside inside(Node& node, const std::string& key);
};

// The columns that are text whatever they look like. Other columns are text when most of their cells are.
struct Categorical {
  bool automatic = true;
  std::vector<std::string> columns;
  bool operator==(const Categorical&) const = default;
};
template <>
struct Codec<Categorical> {
  static std::string type() { return "auto | list of text"; }
  static std::optional<Categorical> read(const Node& node, const Path& path, Report& report);
  static Node write(const Categorical& value);
  static Inside inside(Node& node, const std::string& key);
};

// Marks of single columns: a map from the column to a text or a list of texts.
struct ColumnMarks {
  std::vector<std::pair<std::string, std::vector<std::string>>> marks;
  bool operator==(const ColumnMarks&) const = default;
};
template <>
struct Codec<ColumnMarks> {
  static std::string type() { return "map of column to list of text"; }
  static std::optional<ColumnMarks> read(const Node& node, const Path& path, Report& report);
  static Node write(const ColumnMarks& value);
  static Inside inside(Node& node, const std::string& key);
};

// Which cells hold nothing, and what to do about them. A cell is missing if its trimmed text equals a mark,
// capital or small letters alike (so NA, na, NaN and nan are all missing), or, where the mark is a number, if
// it is the same number (-999 and -999.0).
struct Missing {
  MissingPolicy policy = MissingPolicy::error;
  std::vector<std::string> marks = {"", "NA", "nan", "?"};
  ColumnMarks columns;  // further marks of single columns
  bool operator==(const Missing&) const = default;
};
template <>
struct Codec<Missing> {
  static std::string type() { return "error | drop | impute | mean | {policy, marks, columns}"; }
  static std::optional<Missing> read(const Node& node, const Path& path, Report& report);
  static Form form();
  static Node write(const Missing& value);
  static Inside inside(Node& node, const std::string& key);
};

// The name of a class, which may be none.
struct ClassName : std::string {
  using std::string::string;
  ClassName(std::string name) : std::string(std::move(name)) {}
};
template <>
struct Codec<ClassName> : Codec<std::string> {
  static std::optional<ClassName> read(const Node& node, const Path& path, Report& report) {
    auto name = Codec<std::string>::read(node, path, report);
    return name ? std::optional<ClassName>(std::move(*name)) : std::nullopt;
  }
};

// The block `data:` of a problem file. Columns are named by their header, without one by their 1-based
// number; drop, features, keep and categorical take patterns of * and ? too.
struct DataOptions {
  TrainingFiles train;  // required; "-" is standard input
  FormatChoice format = FormatChoice::automatic;
  std::optional<std::string> target;  // required of tables; "" is the column with the empty header
  TaskChoice task = TaskChoice::automatic;
  std::optional<ClassName> event;  // the class that comes last of two
  std::optional<TestFile> test;
  Validation validation;
  Index split_seed = 1;  // of the fractions and folds
  std::optional<std::string> weights;
  std::vector<std::string> features;  // empty: all
  std::vector<std::string> drop;
  std::vector<std::string> keep;
  Categorical categorical;
  LevelFeatures encoding = LevelFeatures::onehot;
  Index rare = 0;
  HeaderChoice header = HeaderChoice::automatic;
  Separator separator;
  Comment comment;
  Index skip_lines = 0;  // of every file, counted as lines of the file
  Decimal decimal;
  Thousands thousands;
  std::vector<std::string> units;
  Missing missing;
  Standardize standardize = Standardize::automatic;
  bool standardize_target = false;
  // Set by the model, not by the file: every column is one of text, and the rows are sparse.
  bool categories = false;
  // Set by a survey: a column of more texts than can be used is no fault.
  bool surveyed = false;
  // Set by the model: a column of numbers > 0 that is no feature, Dataset::offsets being their logarithms.
  std::optional<std::string> exposure;
  // Set by the run.
  RowOrder order;
  Place place;  // of the block, for messages

  // Whether any of its files is standard input.
  bool reads_stdin() const;
};

const Parameters& data_parameters();

// Adds the faults that no single parameter shows: what is required and not there, and what contradicts
// itself, at options.place. Whether a target is needed may be left to the file.
void check_data_options(const DataOptions& options, Report& report);

// The fault of a table without data.target.
Fault no_target(const DataOptions& options);

// What is set of that which only tables have, as faults; empty where nothing is.
Faults table_settings(const DataOptions& options);

}  // namespace lookahead
