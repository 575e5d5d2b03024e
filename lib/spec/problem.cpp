#include "spec/problem.hpp"

#include <algorithm>
#include <new>
#include <set>

#include "base/text.hpp"
#include "objective/game.hpp"
#include "spec/codecs.hpp"
#include "spec/overrides.hpp"
#include "spec/yaml.hpp"

namespace lookahead {

const Parameters& problem_parameters() {
  static const Parameters all = {
      param("version", &Spec::version, "version of this format", at_least(1), at_most(1)),
      param("name", &Spec::name, "the run's name; default: the file's stem"),
      param("objective", &Spec::objective, "a built-in function or game; or give data and model"),
      param("data", &Spec::data, "a CSV file to learn from"),
      param("model", &Spec::model, "what is learned from the data"),
      param("start", &Spec::start, "where a function's run begins"),
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
      param("metrics", &Spec::metrics, "metrics to evaluate (data); default accuracy, or rmse and r2"),
      param("stop", &Spec::stop,
            "the first condition met ends the run; default 10000 steps, data 100 epochs"),
      param("seed", &Spec::seed, "seed of all random numbers", at_least(0)),
      param("threads", &Spec::threads, "threads; results do not depend on it"),
      param("precision", &Spec::precision, "floating-point numbers of the run"),
      param("trace", &Spec::trace, "what is recorded")};
  return all;
}

namespace {

// Place of a key of the problem, or of the nearest block around it.
Place place_of(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (!path.empty() && node->is_map()) {
    const auto dot = path.find('.');
    const Node* next = node->find(path.substr(0, dot));
    if (next == nullptr) break;
    node = next;
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return node->place;
}

// What no single parameter can tell: keys that need each other or exclude each other.
class CrossCheck {
 public:
  CrossCheck(const Node& root, Spec& spec, Report& report) : root_(root), spec_(spec), report_(report) {}

  void run() {
    kind_of_problem();
    if (root_.find("optimizer") == nullptr) {
      report_.add(root_.place, "the problem needs the key 'optimizer'", "for example optimizer: adam");
    }
    if (given("objective") && (given("data") || given("model"))) return;
    if (!spec_.objective && !(spec_.data && spec_.model)) return;
    players();
    if (spec_.data) {
      data_only_here();
    } else {
      functions_only_here();
    }
    needs_of_optimizer();
    stop();
    horizon(spec_.optimizer.rate, "optimizer.lr");
    for (const LevelSpec& level : spec_.lookahead.levels) {
      horizon(level.k, "lookahead.k");
      horizon(level.alpha.value, "lookahead.alpha");
    }
    name();
  }

 private:
  bool given(const char* key) const { return root_.find(key) != nullptr; }

  void kind_of_problem() {
    if (given("objective") && (given("data") || given("model"))) {
      report_.add(root_.find(given("data") ? "data" : "model")->place, "both objective and data",
                  "a problem has either objective, or data and model");
    } else if (given("data") != given("model")) {
      const char* missing = given("data") ? "model" : "data";
      report_.add(root_.place, std::string("the problem needs the key '") + missing + "' too",
                  given("data") ? "for example model: linear, logistic or softmax"
                                : "for example data: {train: file.csv, target: y}");
    } else if (!given("objective") && !given("data")) {
      report_.add(root_.place, "the problem needs the key 'objective', or 'data' and 'model'",
                  "for example objective: rosenbrock");
    }
  }

  void data_only_here() {
    if (given("start"))
      report_.add(place_of(root_, "start"), "start goes with objective; models start at zero",
                  "leave it out");
    const ModelEntry& model = *spec_.model->entry;
    const std::optional<Task> written = written_task();
    if (written && model.task && *written != *model.task) {
      report_.add(place_of(root_, "data.task"), "data.task does not fit the model " + model.card.name,
                  model.task == Task::classification ? "linear and poisson are regression models"
                                                     : "logistic and softmax are classification models");
    }
    const std::optional<Task> task = model.task ? model.task : written;
    if (!given("metrics") && task) spec_.metrics = default_metrics(*task);
    std::set<std::string> seen;
    for (const auto& metric : spec_.metrics) {
      const std::string& name = metric.entry->card.name;
      if (task && metric.entry->for_classes != (*task == Task::classification)) {
        report_.add(place_of(root_, "metrics"),
                    "metric " + name + " does not fit the model " + model.card.name);
      } else if (!seen.insert(name).second) {
        report_.add(place_of(root_, "metrics"), "metric " + name + " is given twice", "leave one out");
      }
    }
    if (spec_.stop.patience) {
      const std::string& metric = spec_.stop.patience->metric;
      Spec evaluated = spec_;
      if (evaluated.metrics.empty() && !task) {
        // The data will tell which of them.
        for (const Task each : {Task::classification, Task::regression}) {
          for (auto& chosen : default_metrics(each)) evaluated.metrics.push_back(std::move(chosen));
        }
      }
      const auto columns = metric_columns(evaluated);
      if (std::find(columns.begin(), columns.end(), metric) == columns.end()) {
        std::string cure = columns.empty() ? "" : "known here: " + joined(columns, ", ");
        if (metric.starts_with("val_")) cure = "data.validation: 0.2 sets rows aside";
        if (metric.starts_with("val_") && spec_.data->validation.folds > 0) {
          cure = "folds judge models of their own; train_<metric> is evaluated in each";
        }
        report_.add(place_of(root_, "stop.patience.metric"),
                    "stop.patience.metric " + quoted(metric) + " is not evaluated in this run", cure);
      }
    }
  }

  // The task as the problem states it; nullopt where it is left to the data.
  std::optional<Task> written_task() const {
    if (spec_.data->task == TaskChoice::automatic) return std::nullopt;
    return spec_.data->task == TaskChoice::regression ? Task::regression : Task::classification;
  }

  void functions_only_here() {
    for (const char* key : {"batch", "sampling", "metrics"}) {
      if (given(key)) report_.add(place_of(root_, key), std::string(key) + " goes with data", "leave it out");
    }
    if (spec_.stop.epochs)
      report_.add(place_of(root_, "stop.epochs"), "stop.epochs goes with data", "use stop.steps");
    if (spec_.stop.patience)
      report_.add(place_of(root_, "stop.patience"), "stop.patience goes with data",
                  "use stop.target or stop.grad_norm");
    if (spec_.lookahead.outermost().shard)
      report_.add(place_of(root_, "lookahead.shard"), "lookahead.shard goes with data",
                  "leave it out: a function's workers differ by their noise");
    const ObjectiveSpec& objective = *spec_.objective;
    if (objective.noise && objective.noise->entry->terms_drawn && !objective.function.entry->finite_sum) {
      report_.add(place_of(root_, "objective.noise"),
                  "noise " + objective.noise->entry->card.name + " draws terms of a finite sum, and " +
                      objective.function.entry->card.name + " is none",
                  "use gaussian, relative or student, or a finite sum such as noisy_quadratic");
    }
    const auto width = static_cast<std::size_t>(objective.dimension);
    if (spec_.start.kind == StartSpec::Kind::point && spec_.start.point.size() != width) {
      report_.add(place_of(root_, "start"),
                  "start has " + std::to_string(spec_.start.point.size()) +
                      " coordinates, the objective has " + std::to_string(width),
                  "objective.dim sets the number of coordinates");
    }
    if (spec_.stop.target && report_.empty() && !has_known_minimum(objective)) {
      report_.add(place_of(root_, "stop.target"),
                  "stop.target needs a known minimum, and that of " + objective.function.entry->card.name +
                      " is not known here",
                  "use stop.grad_norm");
    }
  }

  void players() {
    const OptimizerEntry* rule = spec_.optimizer.rule.entry;
    if (rule != nullptr && !rule->on_fields && is_game(spec_)) {
      report_.add(place_of(root_, "optimizer.name"),
                  "optimizer " + rule->card.name + " descends on a loss, and a game has none",
                  "for example optimizer: extragradient");
    }
    if (rule == nullptr || rule->needs != Needs::game || is_game(spec_)) return;
    report_.add(
        place_of(root_, "optimizer.name"),
        "optimizer " + rule->card.name + " needs a game, with players to move",
        "for example objective: " + game_catalog().names().front() + "; on functions and data sgd descends");
  }

  // What the update rule can not do without.
  void needs_of_optimizer() {
    const Chosen<OptimizerEntry>& rule = spec_.optimizer.rule;
    if (rule.entry == nullptr) return;
    const std::string& name = rule.entry->card.name;
    if (rule.entry->needs == Needs::finite_sum && spec_.lookahead.outermost().shard) {
      report_.add(
          place_of(root_, "lookahead.shard"),
          "optimizer " + name + " goes through all rows, and lookahead.shard gives every worker a part",
          "leave out shard");
    }
    const auto* function = spec_.objective ? &spec_.objective->function : nullptr;
    if (rule.entry->needs == Needs::finite_sum && function != nullptr && !function->entry->finite_sum) {
      report_.add(place_of(root_, "optimizer"),
                  "optimizer " + name + " needs an objective that is a sum of terms, and " +
                      function->entry->card.name + " is none",
                  "use it with data and model, or another optimizer");
    }
    if (rule.entry->needs == Needs::minimum && report_.empty() && !gives_minimum(rule) &&
        (function == nullptr || !has_known_minimum(*spec_.objective))) {
      report_.add(place_of(root_, "optimizer"),
                  "optimizer " + name + " needs a known minimum, and that of " +
                      (function == nullptr ? "a data problem" : function->entry->card.name) +
                      " is not known here",
                  "optimizer.minimum gives it");
    }
  }

  // A rule that needs the minimum takes it from its parameter of this name too.
  static bool gives_minimum(const Chosen<OptimizerEntry>& rule) {
    for (const Parameter& parameter : rule.entry->parameters) {
      if (parameter.name == "minimum")
        return parameter.write(rule.parameters.get()).kind != Node::Kind::empty;
    }
    return false;
  }

  static bool has_known_minimum(const ObjectiveSpec& objective) {
    try {
      return objective.function.entry->facts(objective.function.parameters.get(), objective.dimension)
          .minimum.has_value();
    } catch (const std::bad_alloc&) {
      return true;  // no room for it: told when the objective itself is made
    }
  }

  void stop() {
    if (given("stop")) return;
    if (spec_.data) {
      spec_.stop.epochs = 100;
    } else {
      spec_.stop.steps = 10000;
    }
  }

  void horizon(const Scheduled& value, const char* path) {
    const auto* entry = value.schedule.entry;
    if (entry != nullptr && entry->needs_horizon && !spec_.stop.steps && !spec_.stop.epochs) {
      report_.add(
          place_of(root_, path),
          std::string(path) + ": the schedule " + entry->card.name + " needs stop.steps or stop.epochs",
          "its length is the run's");
    }
  }

  void name() {
    const std::string& name = spec_.name;
    if (is_file_name(name)) return;
    report_.add(place_of(root_, "name"), "name must be a plain file name without '/', got " + quoted(name),
                given("name") ? "" : "it comes from the file's name: set the key 'name'");
  }

  const Node& root_;
  Spec& spec_;
  Report& report_;
};

// Paths in a problem are relative to its file; the spec holds absolute ones.
void make_absolute(std::string& path, const std::filesystem::path& folder) {
  if (path.empty() || path == "-" || path.front() == '/') return;
  path = std::filesystem::weakly_canonical(std::filesystem::absolute(folder / path)).string();
}

}  // namespace

Checked<Spec> read_problem(const ProblemSource& source) {
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
  Spec spec;
  spec.name = source.default_run_name;
  Report report;
  const Bound bound{&problem_parameters(), &spec};
  read_members(*root, "", {&bound, 1}, {}, report);
  CrossCheck(*root, spec, report).run();
  if (!report.empty()) {
    Faults faults = report.faults();
    std::stable_sort(faults.begin(), faults.end(),
                     [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
    return faults;
  }
  spec.optimizer_place = place_of(*root, "optimizer");
  spec.start_place = place_of(*root, root->find("start") != nullptr ? "start" : "objective");
  if (spec.data) {
    for (std::string& path : spec.data->train.paths) make_absolute(path, source.folder);
    if (spec.data->test) make_absolute(spec.data->test->file, source.folder);
    make_absolute(spec.data->validation.file, source.folder);
  }
  return spec;
}

Node echo(const Spec& spec) {
  Node map = Node::map();
  for (const Parameter& parameter : problem_parameters()) {
    // What belongs to the other kind of problem would not be read back.
    if (spec.data && parameter.name == "start") continue;
    const bool of_data =
        parameter.name == "batch" || parameter.name == "sampling" || parameter.name == "metrics";
    if (!spec.data && of_data) continue;
    map.add(parameter.name, parameter.write(&spec));
  }
  return map;
}

bool is_game(const Spec& spec) { return spec.objective && spec.objective->function.entry->game; }

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

std::vector<std::string> metric_columns(const Spec& spec) {
  std::vector<std::string> columns;
  if (is_game(spec)) return {"distance", "field_norm"};
  if (!spec.data) return columns;
  for (const auto& metric : spec.metrics) columns.push_back("train_" + metric.entry->card.name);
  const Validation& validation = spec.data->validation;
  if (validation.fraction == 0 && validation.file.empty()) return columns;
  columns.push_back("val_loss");
  for (const auto& metric : spec.metrics) columns.push_back("val_" + metric.entry->card.name);
  return columns;
}

std::optional<bool> larger_is_better(const std::string& column) {
  if (column == "val_loss" || column == "distance" || column == "field_norm") return false;
  const auto underscore = column.find('_');
  const MetricEntry* entry =
      underscore == std::string::npos ? nullptr : metric_catalog().find(column.substr(underscore + 1));
  if (entry == nullptr) return std::nullopt;
  return entry->larger_is_better;
}

}  // namespace lookahead
