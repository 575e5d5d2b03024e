#include "spec/problem.hpp"

#include <algorithm>
#include <new>
#include <set>

#include "base/text.hpp"
#include "objective/game.hpp"
#include "spec/codecs.hpp"
#include "spec/cross_check.hpp"
#include "spec/cures.hpp"
#include "spec/expression_codec.hpp"
#include "spec/metric_names.hpp"
#include "spec/outside_codec.hpp"
#include "spec/overrides.hpp"
#include "spec/yaml.hpp"

namespace lookahead {

namespace {

std::string default_names(Task task) {
  std::vector<std::string> names;
  for (const auto& metric : default_metrics(task)) names.push_back(metric.entry->card.name);
  return joined(names, ", ");
}

}  // namespace

const Parameters& problem_parameters() {
  static const Parameters all = {
      param("version", &Spec::version, "version of this format", at_least(1), at_most(1)),
      param("name", &Spec::name, "the run's name; default: the file's stem"),
      param("objective", &Spec::objective, "a built-in function or game; or give data and model"),
      param("data", &Spec::data, "a CSV file to learn from"),
      param("model", &Spec::model, "what is learned from the data"),
      param("start", &Spec::start,
            "where a function's run begins; {run: directory}: at the result of another run, of models at its "
            "weights, matched by the names of features and classes"),
      param("optimizer", &Spec::optimizer, "the inner (fast) optimizer"),
      param("lookahead", &Spec::lookahead, "the slow agent; false runs the inner optimizer alone"),
      param("batch", &Spec::batch, "rows per step (data)"),
      param("sampling", &Spec::sampling,
            "rows of a step (data): shuffle goes through all rows in a new random order every epoch; "
            "replacement "
            "draws every row on its own; sequential keeps the file's order; blocks takes blocks of 256 "
            "consecutive rows in random order, shuffled within each: quicker on data beyond the caches, but "
            "only "
            "nearly random, so not for files that are sorted"),
      param("metrics", &Spec::metrics,
            "metrics to evaluate (data); default of a classification " + default_names(Task::classification) +
                ", of a regression " + default_names(Task::regression)),
      param("stop", &Spec::stop,
            "the first condition met ends the run; default 10000 steps, data 100 epochs"),
      param("seed", &Spec::seed, "seed of all random numbers", at_least(0)),
      param("threads", &Spec::threads, "threads; results do not depend on it"),
      param("precision", &Spec::precision, "floating-point numbers of the run"),
      param("trace", &Spec::trace, "what is recorded")};
  return all;
}

namespace {

// Paths in a problem are relative to its file; the spec holds absolute ones.
Checked<Done> make_absolute(std::string& file, const std::filesystem::path& folder) {
  if (file.empty() || file == "-" || file.front() == '/') return Done{};
  std::error_code error;
  const std::filesystem::path full = std::filesystem::absolute(folder / file, error);
  if (error) {
    return Fault{FaultKind::data,
                 {file, 0, 0},
                 "there is no current directory that the path could be relative to: " + error.message(),
                 "change into one that exists"};
  }
  // What cannot be followed cannot be opened either, and fails then.
  const std::filesystem::path direct = std::filesystem::weakly_canonical(full, error);
  file = (error ? full : direct).string();
  return Done{};
}

Checked<Done> make_absolute(DataOptions& data, const std::filesystem::path& folder) {
  std::vector<std::string*> files = {&data.validation.file};
  for (std::string& file : data.train.paths) files.push_back(&file);
  if (data.test) files.push_back(&data.test->file);
  for (std::string* file : files) {
    if (auto made = make_absolute(*file, folder); !made) return made;
  }
  return Done{};
}

}  // namespace

Checked<Node> read_problem_map(const ProblemSource& source) {
  Checked<Node> root = parse_yaml(source.text, source.name);
  if (!root) return root.faults();
  if (!root->is_map()) {
    return Fault{FaultKind::problem, root->place, "the problem must be a map, got " + kind_name(*root),
                 "two lines are enough: 'objective: rosenbrock' and 'optimizer: adam'"};
  }
  for (const std::string& assignment : source.overrides) {
    const auto applied = apply_override(*root, assignment);
    if (!applied) return applied.faults();
  }
  return root;
}

Checked<Spec> read_problem(const ProblemSource& source) {
  const Checked<Node> root = read_problem_map(source);
  if (!root) return root.faults();
  return read_problem(*root, source.default_run_name, source.folder);
}

Checked<Spec> read_problem(const Node& root, const std::string& default_run_name,
                           const std::filesystem::path& folder) {
  for (const char* key : {"problem", "problems"}) {
    if (root.find(key) == nullptr || root.find("objective") != nullptr || root.find("data") != nullptr)
      continue;
    return Fault{FaultKind::problem, place_of(root, key), "this is a sweep, not a problem",
                 "lookahead sweep carries it out"};
  }
  Spec spec;
  spec.name = default_run_name;
  Report report;
  const Node* precision = root.find("precision");
  report.single_precision =
      precision != nullptr && precision->text == Codec<Precision>::word(Precision::single_precision);
  const Bound bound{&problem_parameters(), ValuesTarget::of(spec)};
  read_members(root, Path(), {&bound, 1}, {}, report);
  cross_check(root, spec, report);
  if (!report.empty()) {
    Faults faults = report.faults();
    mend_cures(root, faults);
    std::stable_sort(faults.begin(), faults.end(),
                     [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
    return faults;
  }
  spec.optimizer_place = place_of(root, "optimizer");
  spec.start_place = place_of(root, root.find("start") != nullptr ? "start" : "objective");
  if (spec.data) {
    if (const auto made = make_absolute(*spec.data, folder); !made) return made.faults();
  }
  if (spec.objective) {
    const auto absolute = [](std::string& file, const std::filesystem::path& from) {
      return make_absolute(file, from);
    };
    if (const auto made = place_expression(*spec.objective, folder, absolute); !made) return made.faults();
    if (const auto made = place_outside(*spec.objective, folder, absolute); !made) return made.faults();
  }
  if (const auto made = make_absolute(spec.start.run, folder); !made) return made.faults();
  return spec;
}

Node echo(const Spec& spec) {
  Node map = Node::map();
  for (const Parameter& parameter : problem_parameters()) {
    // What belongs to the other kind of problem would not be read back.
    if (spec.data && parameter.name == "start" && spec.start.kind != StartSpec::Kind::run) continue;
    const bool of_data =
        parameter.name == "batch" || parameter.name == "sampling" || parameter.name == "metrics";
    if (!spec.data && of_data) continue;
    map.add(parameter.name, parameter.write(ValuesView::of(spec)));
  }
  return map;
}

bool is_game(const Spec& spec) { return spec.objective && spec.objective->function.entry->game; }

double strength_of_l1(const std::optional<Chosen<ModelEntry>>& model) {
  return model && model->entry->l1 != nullptr ? model->entry->l1(model->values) : 0;
}

double weight_decay_of(const Chosen<OptimizerEntry>& rule) {
  for (const Parameter& parameter : rule.entry->parameters) {
    if (parameter.name == "weight_decay") return parse_number(parameter.write(rule.values).text).value_or(0);
  }
  return 0;
}

bool constant_evaluations(const Spec& spec) { return why_evaluations_vary(spec).empty(); }

std::string why_evaluations_vary(const Spec& spec) {
  const OptimizerEntry& rule = *spec.optimizer.rule.entry;
  if (evaluations_of(spec.optimizer.rule) == 0)
    return "a step of " + rule.card.name +
           (rule.evaluations == 0 ? " has no fixed number of evaluations"
                                  : " has evaluations for every player");
  if (spec.lookahead.levels.front().alpha.adaptive)
    return "lookahead.alpha: adaptive has evaluations of its own in every round";
  return "";
}

std::vector<Chosen<MetricEntry>> default_metrics(Task task) {
  std::vector<Chosen<MetricEntry>> metrics;
  for (const char* name : {"accuracy", "rmse", "r2"}) {
    const MetricEntry& entry = *metric_catalog().find(name);
    if (entry.for_classes == (task == Task::classification))
      metrics.push_back(Chosen<MetricEntry>::of(entry));
  }
  return metrics;
}

Checked<Done> settle_metrics(Spec& spec, Task task) {
  if (spec.metrics.empty()) spec.metrics = default_metrics(task);
  const bool classes = task == Task::classification;
  for (const auto& metric : spec.metrics) {
    if (metric.entry->for_classes == classes) continue;
    return Fault{
        FaultKind::problem,
        {spec.data->train.text(), 0, 0},
        "metric " + metric.entry->card.name + " does not fit a " + Codec<Task>::word(task),
        std::string("leave it out, or set data.task: ") + (classes ? "regression" : "classification")};
  }
  if (spec.stop.patience) {
    const std::string& metric = spec.stop.patience->metric;
    const auto columns = metric_columns(spec);
    if (std::find(columns.begin(), columns.end(), metric) == columns.end()) {
      return Fault{
          FaultKind::problem,
          {spec.data->train.text(), 0, 0},
          "stop.patience.metric " + quoted(metric) + " is not evaluated in a " + Codec<Task>::word(task),
          columns.empty() ? "" : "known here: " + joined(columns, ", ")};
    }
  }
  return Done{};
}

}  // namespace lookahead
