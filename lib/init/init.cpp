#include "init/init.hpp"

#include <algorithm>
#include <array>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "data/prepare.hpp"
#include "data/read/reader.hpp"
#include "data/sparse/libsvm.hpp"
#include "metric/metric.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

constexpr const char* function_template = R"(# A built-in function: lookahead list functions names them all.
objective:
  function: rosenbrock_chained
  dim: 10
  # noise: {gaussian: 0.1}  # in every component of the gradient, or a list of deviations
start: default              # default | random | {uniform: [-2, 2]} | a list of coordinates
optimizer:
  name: adam                # lookahead list optimizers
  lr: 1e-2                  # a number or a schedule, {cosine: {from: 1e-1, to: 1e-4}} for example
lookahead:                  # false: the optimizer alone
  k: 5                      # fast steps per slow step
  alpha: 0.5                # the slow step
stop:
  steps: 20000
  target: 1e-8              # f(slow) - f*
seed: 1
)";

constexpr const char* expression_template =
    R"(# A function of your own: lookahead describe expression shows the language and its functions.
objective:
  expression: |
    # Rosenbrock's valley, chained
    sum(i, 0, n-2, a*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)
  dim: 10
  constants: {a: 100}       # numbers or lists
  domain: [-2, 2]           # the start is its middle
  minimum: 0                # where it is known: for gaps and stop.target
start: {uniform: [-2, 2]}   # default | random | {uniform: [low, high]} | a list of coordinates
optimizer:
  name: adam                # lookahead list optimizers
  lr: 1e-2                  # a number or a schedule
lookahead:
  k: 5                      # fast steps per slow step
  alpha: 0.5                # the slow step
stop:
  steps: 20000
  target: 1e-8              # f(slow) - minimum
seed: 1
)";

constexpr const char* game_template =
    R"(# A game of two players, each of whom minimizes a function of both: lookahead list games names them all.
objective:
  game: bilinear            # or stochastic_bilinear, whose terms noise: {minibatch: 1} draws
optimizer:
  name: extragradient       # plain gradient steps go round in circles here, unless they look ahead
  lr: 0.1
lookahead:
  k: 5                      # fast steps per slow step
  alpha: 0.5                # the slow step
stop:
  steps: 5000
seed: 1
)";

constexpr const char* classification_template = R"(# A classifier of the rows of a CSV file.
# lookahead init --data train.csv --target label makes this file for your data.
data:
  train: train.csv
  target: label             # the column to learn; its number from 1 where the file has no header
  validation: 0.2           # a fraction of the rows, or a file
  # test: test.csv          # evaluated at the end; also a fraction
  # missing: impute         # error | drop | impute | mean, what to do about missing cells
model: {type: softmax, l2: 1e-4}   # logistic for two classes
optimizer: {name: adam, lr: 1e-3}
lookahead: {k: 5, alpha: 0.5}
batch: 32
metrics: [accuracy]
stop: {epochs: 50}
seed: 1
)";

constexpr const char* regression_template = R"(# A regression on the rows of a CSV file.
# lookahead init --data train.csv --target price makes this file for your data.
data:
  train: train.csv
  target: price             # the column to learn; its number from 1 where the file has no header
  standardize_target: true  # rates then do not depend on its unit
  validation: 0.2           # a fraction of the rows, or a file
  # test: test.csv          # evaluated at the end; also a fraction
  # missing: impute         # error | drop | impute | mean, what to do about missing cells
model: {type: linear, l2: 1e-4}
optimizer: {name: adam, lr: 1e-3}
lookahead: {k: 5, alpha: 0.5}
batch: 32
metrics: [rmse, r2]
stop: {epochs: 50}
seed: 1
)";

constexpr const char* sweep_template =
    R"(# Contrasts methods over settings and seeds: lookahead sweep FILE, then
# lookahead compare sweeps/NAME --value tail_gap.
problem:                    # a file, or the problem itself
  objective: {function: quadratic_diag, dim: 20, condition: 100, noise: {gaussian: 0.03}}
  optimizer: {name: sgd, lr: 0.1, momentum: 0.9}
  stop: {steps: 400}
methods:                    # settings of the problem, each under a label
  plain: {lookahead: false}
  lookahead: {lookahead: {k: 10, alpha: 0.2}}
vary:                       # a grid over all of these: lists of values, or ranges
  optimizer.lr: {log: [1e-3, 1], points: 13}
seeds: 1..10
# targets: [1e-2, 1e-4]     # steps, evaluations and time to these gaps
# keep: traces              # a folder of every run, for plots of curves
)";

struct Template {
  std::string_view kind;
  const char* about;
  const char* text;
};
constexpr Template templates[] = {
    {"function", "a built-in function", function_template},
    {"game", "a game of two players", game_template},
    {"expression", "a formula of your own", expression_template},
    {"classification", "a CSV file with classes to learn", classification_template},
    {"regression", "a CSV file with a number to learn", regression_template},
    {"sweep", "methods and settings to compare", sweep_template}};

Fault usage(std::string text, std::string cure) {
  return {FaultKind::usage, {"lookahead init", 0, 0}, std::move(text), std::move(cure)};
}

// A text as a YAML scalar.
std::string scalar(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '/' || c == '.' || c == '-';
  };
  const bool named = !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), plain);
  constexpr std::string_view words[] = {"true", "false", "null", "none", "auto", "."};
  if (named && std::find(std::begin(words), std::end(words), text) == std::end(words)) return text;
  return yaml_quoted(text);
}

std::string list(const std::vector<std::string>& texts) {
  std::vector<std::string> scalars(texts.size());
  std::transform(texts.begin(), texts.end(), scalars.begin(), scalar);
  return "[" + joined(scalars, ", ") + "]";
}

// At most ten of the names, in quotes.
std::string some(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() < 10) shown.push_back(quoted(std::string_view(name)));
  }
  if (shown.size() < names.size()) shown.emplace_back("...");
  return joined(shown, ", ");
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
      return scalar(std::string(1, separator));
  }
}

// The keys of data that say how a table is laid out and what of it is used.
std::string table_keys(const Survey& survey) {
  std::string text = std::string("  header: ") + (survey.layout.header ? "true" : "false");
  if (!survey.layout.header) text += "             # columns go by number from 1";
  text += "\n  separator: " + separator_word(survey.layout.dialect.separator) + "\n";
  if (survey.layout.decimal == ',') text += "  decimal: \",\"\n";
  if (const char thousands = survey.encoding.thousands.value; thousands != 0)
    text += "  thousands: " + (thousands == ' ' ? "blank" : scalar(std::string(1, thousands))) + "\n";
  if (!survey.encoding.units.empty())
    text += "  units: " + list(survey.encoding.units) + "         # taken off numbers\n";
  std::vector<std::string> left_out, levels;
  for (const auto& [name, why] : survey.left_out) {
    left_out.push_back(name);
    text += "  # column " + quoted(name) + " says nothing about other rows: " + why + "\n";
  }
  for (const auto& [name, why] : survey.unusable) {
    left_out.push_back(name);
    text += "  # column " + quoted(name) + " is left out: " + why + "\n";
  }
  if (!left_out.empty()) text += "  drop: " + list(left_out) + "\n";
  bool many_levels = false;
  for (const Column& column : survey.encoding.columns) {
    if (column.kind != ColumnKind::text) continue;
    levels.push_back(column.name);
    many_levels = many_levels || column.width() > 50;
  }
  if (!levels.empty()) text += "  # text, a feature of 0 and 1 for every level: " + some(levels) + "\n";
  if (many_levels)
    text += "  rare: 10                  # levels seen fewer times than this become one, other\n";
  const Missing& missing = survey.encoding.missing;
  if (survey.missing.empty()) return text;
  Index cells = 0;
  std::vector<std::string> names;
  for (const auto& [name, count] : survey.missing) cells += count, names.push_back(name);
  text += "  # " + counted(cells, "cell") + (cells == 1 ? " is" : " are") + " missing, in " + some(names) +
          "\n  # drop leaves their rows out, impute fills them: a mean, or a level of its own for text\n";
  const bool drop = cells * 20 <= survey.rows;
  const std::string policy = drop ? "drop" : "impute";
  const std::string why = "  # drop " + std::string(drop ? "costs" : "would cost") + " up to " +
                          std::to_string(std::min(cells, survey.rows)) + " of " +
                          counted(survey.rows, "row") + "\n";
  if (missing.marks == Missing{}.marks) return text + "  missing: " + policy + why;
  return text + "  missing: {policy: " + policy + ", marks: " + list(missing.marks) + "}" + why;
}

std::string metric_list(const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const std::string& name : wanted) {
    if (metric_catalog().find(name) != nullptr) names.push_back(name);
  }
  return list(names);
}

std::string problem_text(const InitRequest& request, const Encoding& encoding, Index rows,
                         const std::string& keys, const std::string& why) {
  constexpr Index few = 1000, least_to_split = 20;
  const bool classes = encoding.task == Task::classification;
  const auto count = static_cast<Index>(encoding.classes.size());
  const bool small = rows <= few;
  std::string text = "# " + std::string(classes ? "Classification" : "Regression") + " of " +
                     quoted(std::string_view(encoding.target)) + " from " +
                     counted(encoding.feature_count(), "feature") + " of " + counted(rows, "row") +
                     (classes ? ", " + counted(count, "class") : "");
  if (text.ends_with("classs")) text.replace(text.size() - 1, 1, "es");
  text +=
      ".\n# lookahead check FILE validates this problem, lookahead solve FILE runs it.\ndata:\n  train: " +
      scalar(request.data) + "\n" + keys;
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

// Columns that are likely to be what is to be learned: by their names, else the last one and the first.
std::vector<std::string> likely_targets(const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 18> usual = {
      "target", "label",  "class", "y",       "outcome", "response", "result",   "diagnosis", "species",
      "price",  "income", "churn", "quality", "rating",  "score",    "survived", "default",   "category"};
  std::vector<std::string> likely;
  for (const std::string& name : names) {
    std::string small = name;
    for (char& letter : small)
      letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    if (std::find(usual.begin(), usual.end(), small) != usual.end()) likely.push_back(name);
  }
  if (!likely.empty()) return likely;
  if (names.size() > 1) likely = {names.back(), names.front()};
  return likely;
}

// "try --target 'quality' (classification) or ...; " for those that can be learned; empty where none can.
std::string proposals(DataOptions options, std::optional<Task> task, const std::vector<std::string>& names,
                      Index threads) {
  constexpr std::size_t most = 2;
  std::vector<std::string> proposed;
  for (const std::string& name : likely_targets(names)) {
    options.target = name;
    const auto found = survey(options, task, threads);
    if (!found) continue;
    proposed.push_back("--target " + quoted(name) + " (" + Codec<Task>::word(found->encoding.task) + ")");
    if (proposed.size() == most) break;
  }
  return proposed.empty() ? "" : "try " + joined(proposed, " or ") + "; ";
}

Checked<std::string> for_data(const InitRequest& request, std::optional<Task> task,
                              std::vector<std::string>& notes) {
  if (request.data == "-") return usage("the data has to be a file", "write it to one");
  DataOptions options;
  options.train = TrainingFiles(request.data);
  options.target = request.target;
  const auto found = survey(options, task, request.threads);
  if (!found) return found.faults();
  notes = found->notes;
  if (found->encoding.format == RowFormat::libsvm)
    return problem_text(request, found->encoding, found->rows, "  format: libsvm\n", "");
  if (!request.target) {
    return usage("--data needs --target, the column to learn",
                 proposals(options, task, found->layout.names, request.threads) + "columns of " +
                     request.data + ": " + some(found->layout.names));
  }
  return problem_text(request, found->encoding, found->rows,
                      "  target: " + scalar(*request.target) + "\n" + table_keys(*found), found->why);
}

// The list of what can be asked for.
std::string forms() {
  std::string text;
  constexpr std::size_t column = 39;
  for (const Template& one : templates) {
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
  for (const Template& one : templates) kinds.emplace_back(one.kind);
  return kinds;
}

Checked<std::string> init_problem(const InitRequest& request, std::vector<std::string>& notes) {
  const std::vector<std::string> kinds = init_kinds();
  const std::string& kind = request.kind;
  if (!kind.empty() && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    const std::string near = suggestion(kind, kinds);
    return usage("no kind " + quoted(kind), near.empty() ? "kinds: " + joined(kinds, ", ") : near);
  }
  if (!request.data.empty()) {
    if (kind == "function" || kind == "game" || kind == "sweep")
      return usage("--data does not go with " + kind, "leave one of them out");
    return for_data(request,
                    kind == "classification" ? std::optional<Task>(Task::classification)
                    : kind == "regression"   ? std::optional<Task>(Task::regression)
                                             : std::nullopt,
                    notes);
  }
  if (request.target) return usage("--target needs --data, the file with the column", "");
  const auto found = std::find_if(std::begin(templates), std::end(templates),
                                  [&](const Template& one) { return one.kind == kind; });
  return found == std::end(templates) ? forms() : std::string(found->text);
}

}  // namespace lookahead
