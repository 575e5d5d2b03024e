#include "init/init.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "base/counted.hpp"
#include "base/letters.hpp"
#include "base/table_text.hpp"
#include "base/text.hpp"
#include "data/survey.hpp"
#include "init/layout_options.hpp"
#include "init/targets.hpp"
#include "init/templates.hpp"
#include "metric/metric.hpp"
#include "options/yaml_scalar.hpp"

namespace lookahead {
namespace {

Fault usage(std::string text, std::string cure) {
  return {FaultKind::usage, {"lookahead init", 0, 0}, std::move(text), std::move(cure)};
}

std::string list(const std::vector<std::string>& texts) {
  std::vector<std::string> scalars(texts.size());
  std::transform(texts.begin(), texts.end(), scalars.begin(), yaml_scalar);
  return "[" + joined(scalars, ", ") + "]";
}

constexpr std::size_t line_width = 80;

// The text as comments of at most 80 columns, as far as names allow.
std::string comment(const std::string& text, const std::string& indent = "  ") {
  const std::string mark = indent + "# ";
  std::istringstream lines(wrapped(text, 0, 0, line_width - mark.size()));
  std::string all;
  for (std::string line; std::getline(lines, line);) all.append(mark).append(line).append("\n");
  return all;
}

// A line with a comment behind it, where there is room, or above it.
std::string with_comment(std::string line, const std::string& text, std::size_t column = 0) {
  if (const std::size_t width = shown_width(line); width < column) line.append(column - width, ' ');
  if (shown_width(line) + 4 + shown_width(text) <= line_width) return line + "  # " + text + "\n";
  line.erase(line.find_last_not_of(' ') + 1);
  return comment(text) + line + "\n";
}

// "  drop: [a, b]", on several lines where one is too short.
std::string list_lines(const std::string& key, const std::vector<std::string>& texts) {
  std::string all, line = "  " + key + ": [";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string item = yaml_scalar(texts[i]) + (i + 1 < texts.size() ? "," : "]");
    if (i > 0 && shown_width(line) + 1 + shown_width(item) > line_width) {
      all += std::exchange(line, "    ") + "\n";
    } else if (i > 0) {
      line += ' ';
    }
    line += item;
  }
  return all + line + "\n";
}

// At most ten of the names, in quotes, and how many others there are.
std::string some(const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() < most) shown.push_back(quoted(std::string_view(name)));
  }
  std::string text = joined(shown, ", ");
  if (shown.size() < names.size()) text += " and " + std::to_string(names.size() - shown.size()) + " others";
  return text;
}

// Whether the name is one of identifiers: id, passenger_id, PassengerId, number, index.
bool names_identifiers(const std::string& name) {
  const std::string small = lower(name);
  constexpr std::string_view whole[] = {"id",     "no",    "nr",  "no.", "#",
                                        "number", "index", "key", "row", "rownumber"};
  if (std::find(std::begin(whole), std::end(whole), small) != std::end(whole)) return true;
  constexpr std::string_view ends[] = {"_id", "-id", ".id", " id", "_no", "_nr", "_number"};
  const auto is_end = [&](std::string_view end) { return small.ends_with(end); };
  const bool camel = name.ends_with("Id") || (name.ends_with("ID") && name.size() > 2);
  return camel || std::any_of(std::begin(ends), std::end(ends), is_end);
}

std::string separator_word(char separator) {
  switch (separator) {
    case ',':
      return "comma";
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "pipe";
    case ' ':
      return "blank";
    default:
      return yaml_scalar(std::string(1, separator));
  }
}

constexpr std::size_t hint_column = 26;  // of comments behind lines

// Columns to leave out as identifiers: numbers that are all different, under the name of one. Some feature
// stays.
std::vector<std::string> identifiers(const Survey& survey) {
  std::vector<std::string> names;
  for (const std::string& name : survey.numbered) {
    if (names_identifiers(name) && names.size() + 1 < survey.encoding.columns.size()) names.push_back(name);
  }
  return names;
}

bool is_among(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A feature, for examples.
std::string some_column(const Survey& survey) {
  const std::vector<std::string> left_out = identifiers(survey);
  for (const Column& column : survey.encoding.columns) {
    if (!is_among(column.name, left_out)) return column.name;
  }
  return "a";
}

// The numeric column that is likely to hold weights, for an example; otherwise the last one.
std::string weights_column(const std::vector<std::string>& numbers) {
  for (const std::string& name : numbers) {
    const std::string small = lower(name);
    if (small == "weights" || small == "weight" || small.ends_with("wgt") || small == "count" ||
        small == "frequency")
      return name;
  }
  return numbers.back();
}

// The columns that are left out, and why; those that may be.
std::string drop_lines(const Survey& survey) {
  std::string text;
  std::vector<std::string> left_out, doubtful;
  for (const auto& [name, why] : survey.left_out) {
    left_out.push_back(name);
    text += comment("column " + quoted(name) + " is left out: " + why);
  }
  for (const auto& [name, why] : survey.unusable) {
    left_out.push_back(name);
    text += comment("column " + quoted(name) + " is left out: " + why);
  }
  const std::vector<std::string> ids = identifiers(survey);
  for (const std::string& name : survey.numbered) {
    if (!is_among(name, ids)) {
      doubtful.push_back(name);
      continue;
    }
    left_out.push_back(name);
    text += comment("column " + quoted(name) +
                    " is left out: it holds a different whole number in every row, as an id does");
  }
  if (!left_out.empty()) text += list_lines("drop", left_out);
  if (!doubtful.empty()) {
    const bool one = doubtful.size() == 1;
    text += comment(some(doubtful) + (one ? " holds" : " hold") +
                    " a different whole number in every row: if that is an id and no quantity, " +
                    (left_out.empty() ? "drop: " + list({doubtful.front()}) : "list it in drop"));
  }
  if (left_out.empty() && doubtful.empty())
    text += with_comment("  # drop: [" + yaml_scalar(some_column(survey)) + "]", "columns to leave out",
                         hint_column);
  return text;
}

// What is missing, and what is done about it.
std::string missing_lines(const Survey& survey) {
  if (survey.missing.empty()) return "";
  const Missing& missing = survey.encoding.missing;
  Index cells = 0;
  std::vector<std::string> names;
  for (const auto& [name, count] : survey.missing) cells += count, names.push_back(name);
  std::string text =
      comment(counted(cells, "cell") + (cells == 1 ? " is" : " are") + " missing, in " + some(names)) +
      comment("drop leaves their rows out, impute fills them: a mean, or a level of its own for text");
  std::vector<std::string> found;
  for (const std::string& mark : missing.marks) {
    if (!is_among(mark, Missing{}.marks)) found.push_back(mark);
  }
  if (!found.empty()) {
    text += comment(some(found) + (found.size() == 1 ? " is" : " are") +
                    " taken for missing; where that is a value of its own, list the column in categorical");
  }
  const bool drop = cells * 20 <= survey.rows;
  const std::string policy = drop ? "drop" : "impute";
  const std::string why = "drop " + std::string(drop ? "costs" : "would cost") + " up to " +
                          std::to_string(std::min(cells, survey.rows)) + " of " + counted(survey.rows, "row");
  if (missing.marks == Missing{}.marks) return text + with_comment("  missing: " + policy, why);
  return text + with_comment("  missing: {policy: " + policy + ", marks: " + list(missing.marks) + "}", why);
}

// Numbers such as 1,234 may also be fractions, which only their user knows.
std::string thousands_line(char mark) {
  if (mark == ' ') return "  thousands: blank\n";
  const std::string quoted_mark = yaml_scalar(std::string(1, mark));
  const std::string number = std::string("1") + mark + "234";
  return with_comment("  thousands: " + quoted_mark,
                      number + " is 1234; if it is a fraction, decimal: " + quoted_mark + " instead",
                      hint_column);
}

// The keys of data that say how a table is laid out and what of it is used.
std::string table_keys(const Survey& survey, const DataOptions& options) {
  std::string text;
  if (options.skip_lines > 0) text += "  skip_lines: " + std::to_string(options.skip_lines) + "\n";
  if (survey.comment != 0)
    text += with_comment("  comment: " + yaml_scalar(std::string(1, survey.comment)),
                         "lines that begin so are left out", hint_column);
  text += std::string("  header: ") + (survey.layout.header ? "true" : "false");
  if (!survey.layout.header) text += "             # columns go by number from 1";
  text += "\n  separator: " + separator_word(survey.layout.dialect.separator) + "\n";
  if (survey.layout.decimal == ',') text += "  decimal: \",\"\n";
  if (const char thousands = survey.encoding.thousands.value; thousands != 0)
    text += thousands_line(thousands);
  if (!survey.encoding.units.empty())
    text += with_comment("  units: " + list(survey.encoding.units), "taken off numbers", hint_column);
  text += drop_lines(survey);
  std::vector<std::string> levels, numbers;
  bool many_levels = false;
  const std::vector<std::string> ids = identifiers(survey);
  for (const Column& column : survey.encoding.columns) {
    if (is_among(column.name, ids)) continue;
    (column.kind == ColumnKind::text ? levels : numbers).push_back(column.name);
    many_levels = many_levels || (column.kind == ColumnKind::text && column.width() > 50);
  }
  text +=
      with_comment("  # features: " + list({some_column(survey)}), "to use these columns alone", hint_column);
  if (!numbers.empty())
    text += with_comment("  # weights: " + yaml_scalar(weights_column(numbers)),
                         "a numeric column: how much a row counts", hint_column);
  if (!levels.empty()) text += comment("text, a feature of 0 and 1 for every level: " + some(levels));
  if (many_levels)
    text += with_comment("  rare: 10", "levels seen fewer times than this become one, other", hint_column);
  return text + missing_lines(survey);
}

std::string metric_list(const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const std::string& name : wanted) {
    if (metric_catalog().find(name) != nullptr) names.push_back(name);
  }
  return list(names);
}

// features: how many it has.
std::string problem_text(const InitRequest& request, const Survey& survey, Index features,
                         const std::string& keys) {
  const Encoding& encoding = survey.encoding;
  const Index rows = survey.rows;
  const std::string& why = survey.why;
  constexpr Index few = 1000, least_to_split = 20;
  const bool classes = encoding.task == Task::classification;
  const auto count = static_cast<Index>(encoding.classes.size());
  const bool small = rows <= few;
  std::string text =
      comment(std::string(classes ? "Classification" : "Regression") + " of " +
                  quoted(std::string_view(encoding.target)) + " from " + counted(features, "feature") +
                  " of " + counted(rows, "row") + (classes ? ", " + std::to_string(count) + " classes" : "") +
                  ".",
              "") +
      "# lookahead check FILE validates this problem, lookahead solve FILE runs it.\ndata:\n  train: " +
      yaml_scalar(request.data) + "\n" + keys;
  text += "  task: " + Codec<Task>::word(encoding.task);
  text += why.empty() ? "\n" : "           # of the target: " + why + "\n";
  if (!classes) text += "  standardize_target: true  # rates then do not depend on its unit\n";
  const bool split = rows >= least_to_split && count * 2 <= rows;
  text += std::string("  validation: ") + (split ? "0.2" : "none") +
          "           # a fraction of the rows, or a file\n";
  text += "  # test: test.csv          # evaluated at the end\n";
  // Some thousand steps, however few rows there are.
  const Index epochs = 20 + 100'000 / std::max<Index>(1, rows);
  const std::string model = !classes ? "linear" : count == 2 ? "logistic" : "softmax";
  text += "model: {type: " + model + ", l2: 1e-4}\noptimizer: {name: adam, lr: 1e-2}\n" +
          "lookahead: {k: 5, alpha: 0.5}   # fast steps per slow step, and the slow step\n" +
          "batch: " + (small ? "full" : "32") + "\nmetrics: " +
          metric_list(!classes     ? std::vector<std::string>{"rmse", "r2"}
                      : count == 2 ? std::vector<std::string>{"accuracy", "auc"}
                                   : std::vector<std::string>{"accuracy"}) +
          "\nstop: {epochs: " + std::to_string(small ? 2000 : epochs) + "}\nseed: 1\n";
  return text;
}

Checked<InitText> for_data(const InitRequest& request, std::optional<Task> task,
                           std::vector<std::string>& notes) {
  if (request.data == "-")
    return usage("the data has to be a file, as the problem names it", "write it to one");
  const auto options = layout_options(request);
  if (!options) return options.faults();
  const auto sets_comment = [](const std::string& setting) { return setting.starts_with("data.comment"); };
  const bool free = std::ranges::none_of(request.settings, sets_comment);
  const auto found = survey(*options, task, request.threads, free);
  if (!found) return found.faults();
  notes = found->notes;
  const Index features = found->encoding.feature_count();
  if (found->encoding.format == RowFormat::libsvm)
    return InitText{problem_text(request, *found, features, "  format: libsvm\n")};
  if (!request.target) return InitText{targets_text(request, *found), false};
  return InitText{
      problem_text(request, *found, features - std::ssize(identifiers(*found)),
                   "  target: " + yaml_scalar(*request.target) + "\n" + table_keys(*found, *options))};
}

// Whether the word is a data file, as its name says or as it is there.
bool names_data(const std::string& word) {
  constexpr std::string_view ends[] = {".csv", ".tsv", ".gz", ".data", ".txt", ".svm", ".libsvm"};
  const auto is_end = [&](std::string_view end) { return word.ends_with(end); };
  std::error_code unknown;
  return std::any_of(std::begin(ends), std::end(ends), is_end) ||
         std::filesystem::is_regular_file(word, unknown);
}

// The list of what can be asked for.
std::string forms() {
  std::string text;
  constexpr std::size_t column = 39;
  for (const Template& one : problem_templates()) {
    std::string command = "lookahead init " + std::string(one.kind);
    command.resize(column, ' ');
    text.append(command).append(one.about).append("\n");
  }
  return text +
         "lookahead init --data F                the columns of a file that may be learned\n"
         "lookahead init --data F --target C     a problem made for the file\n\n"
         "Each prints a commented file: lookahead init function > problem.yaml\n";
}

}  // namespace

std::vector<std::string> init_kinds() {
  std::vector<std::string> kinds;
  for (const Template& one : problem_templates()) kinds.emplace_back(one.kind);
  return kinds;
}

Checked<InitText> init_problem(const InitRequest& request, std::vector<std::string>& notes) {
  const std::vector<std::string> kinds = init_kinds();
  const std::string& kind = request.kind;
  if (!kind.empty() && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    if (names_data(kind)) return usage("no kind " + quoted(kind), "did you mean init --data " + kind + "?");
    const std::string near = suggestion(kind, kinds);
    return usage("no kind " + quoted(kind), near.empty() ? "kinds: " + joined(kinds, ", ") : near);
  }
  if (!request.data.empty()) {
    if (kind == "function" || kind == "game" || kind == "expression" || kind == "sweep")
      return usage("--data does not go with " + kind, "leave one of them out");
    return for_data(request,
                    kind == "classification" ? std::optional<Task>(Task::classification)
                    : kind == "regression"   ? std::optional<Task>(Task::regression)
                                             : std::nullopt,
                    notes);
  }
  if (!request.settings.empty()) return usage("--set needs --data, the file that it is about", "");
  if (request.target) return usage("--target needs --data, the file with the column", "");
  for (const Template& one : problem_templates()) {
    if (one.kind == kind) return InitText{one.text};
  }
  return InitText{forms(), false};
}

}  // namespace lookahead
