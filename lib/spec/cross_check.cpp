#include "spec/cross_check.hpp"

#include <algorithm>
#include <set>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "spec/codecs.hpp"
#include "spec/metric_names.hpp"
#include "spec/optimizer_check.hpp"
#include "spec/problem.hpp"

namespace lookahead {

Place place_of(const Node& root, std::string_view key) {
  const Node* node = &root;
  while (!key.empty() && node->is_map()) {
    const auto dot = key.find('.');
    const Node* next = node->find(key.substr(0, dot));
    if (next == nullptr) break;
    node = next;
    key = dot == std::string_view::npos ? "" : key.substr(dot + 1);
  }
  return node->place;
}

namespace {

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
    cross_check_optimizer(root_, spec_, report_);
    if (spec_.data) {
      data_only_here();
    } else {
      functions_only_here();
    }
    stop();
    horizon(spec_.optimizer.rate.value, Path("optimizer.lr"));
    for (const LevelSpec& level : spec_.lookahead.levels) {
      horizon(level.k, Path("lookahead.k"));
      horizon(level.alpha.value, Path("lookahead.alpha"));
    }
    name();
  }

 private:
  bool given(const char* key) const { return root_.find(key) != nullptr; }

  void kind_of_problem() {
    if (given("objective") && (given("data") || given("model"))) {
      report_.add(root_.find(given("data") ? "data" : "model")->place,
                  std::string("both objective and ") + (given("data") ? "data" : "model"),
                  "a problem has either objective, or data and model");
    } else if (given("data") != given("model")) {
      const char* missing = given("data") ? "model" : "data";
      report_.add(root_.place, std::string("the problem needs the key '") + missing + "' too",
                  given("data") ? "one of " + joined(model_catalog().names(), ", ")
                                : "for example data: {train: file.csv, target: y}");
    } else if (!given("objective") && !given("data")) {
      report_.add(root_.place, "the problem needs the key 'objective', or 'data' and 'model'",
                  "for example objective: rosenbrock");
    }
  }

  void data_only_here() {
    if (given("start") && spec_.start.kind != StartSpec::Kind::run) {
      report_.add(place_of(root_, "start"), "this start goes with objective; a model has a start of its own",
                  "leave it out, or start: {run: directory} takes another run's weights");
    }
    const ModelEntry& model = *spec_.model->entry;
    if (model.sparse_rows && spec_.data->encoding == LevelFeatures::drop_first) {
      report_.add(place_of(root_, "data.encoding"),
                  "model " + model.card.name + " gives every row and column its own weights, the first too",
                  "leave out data.encoding");
    }
    if (model.sparse_rows && spec_.data->standardize == Standardize::all) {
      report_.add(place_of(root_, "data.standardize"),
                  "model " + model.card.name +
                      " knows rows and columns by their names, and has no numbers to standardize",
                  "leave out data.standardize");
    }
    const std::optional<Task> written = written_task();
    if (written && model.task && *written != *model.task) {
      report_.add(place_of(root_, "data.task"), "data.task does not fit the model " + model.card.name,
                  "models of a " + Codec<Task>::word(*written) + ": " + joined(models_of(*written), ", "));
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
        if (is_metric_of(RowsPart::validation, metric)) {
          const bool validates = std::find(columns.begin(), columns.end(), "val_loss") != columns.end();
          cure = validates ? "name it in metrics; " + cure : "data.validation: 0.2 sets rows aside";
        }
        if (is_metric_of(RowsPart::validation, metric) && spec_.data->validation.folds > 0) {
          cure = "folds judge models of their own; train_<metric> is evaluated in each";
        }
        report_.add(place_of(root_, "stop.patience.metric"),
                    "stop.patience.metric " + quoted(metric) + " is not evaluated in this run", cure);
      }
    }
  }

  static std::vector<std::string> models_of(Task task) {
    std::vector<std::string> names;
    for (const ModelEntry& entry : model_catalog()) {
      if (!entry.task || *entry.task == task) names.push_back(entry.card.name);
    }
    return names;
  }

  // The task as the problem states it; nullopt where it is left to the data.
  std::optional<Task> written_task() const {
    if (spec_.data->task == TaskChoice::automatic) return std::nullopt;
    return spec_.data->task == TaskChoice::regression ? Task::regression : Task::classification;
  }

  void functions_only_here() {
    for (const char* key : {"batch", "sampling", "metrics"}) {
      if (given(key))
        report_.add(place_of(root_, key), std::string(key) + " goes with data", batch_cure(key));
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
      std::vector<std::string> of_any_function;
      for (const NoiseEntry& entry : noise_catalog()) {
        if (!entry.terms_drawn) of_any_function.push_back(entry.card.name);
      }
      report_.add(place_of(root_, "objective.noise"),
                  "noise " + objective.noise->entry->card.name + " draws terms of a finite sum, and " +
                      objective.function.entry->card.name + " is none",
                  "use " + joined(of_any_function, " or ") + ", or a finite sum such as noisy_quadratic");
    }
    if (objective.noise) coordinates_of(*objective.noise, objective.dimension);
    const auto width = static_cast<std::size_t>(objective.dimension);
    // None where it lacks its own: a fault says so.
    if (spec_.start.kind == StartSpec::Kind::point && width > 0 && spec_.start.point.size() != width) {
      report_.add(place_of(root_, "start"),
                  "start has " + std::to_string(spec_.start.point.size()) +
                      " coordinates, the objective has " + std::to_string(width),
                  objective.function.entry->admits(objective.function.values, std::ssize(spec_.start.point))
                      ? "objective.dim sets the number of coordinates"
                      : "this objective has no other number of coordinates");
    }
    if (spec_.start.kind == StartSpec::Kind::random && objective.own && report_.empty() &&
        objective.own->facts(objective.function.values, objective.dimension).lower.empty()) {
      report_.add(place_of(root_, "start"),
                  "start: random is random in the domain, and the objective has none",
                  "objective.domain gives it, or start: {uniform: [low, high]}");
    }
    if (spec_.stop.target && report_.empty()) target(*spec_.stop.target);
  }

  void target(double target) {
    const KnownMinimum minimum = known_minimum(*spec_.objective);
    if (!minimum.known) {
      report_.add(place_of(root_, "stop.target"),
                  "stop.target needs a known minimum, and that of " +
                      spec_.objective->function.entry->card.name + " is not known here",
                  "use stop.grad_norm");
    } else if (target < 0) {
      // A loss was meant, perhaps.
      const double gap = minimum.value ? target - *minimum.value : -1;
      report_.add(place_of(root_, "stop.target"),
                  "stop.target is a gap above the minimum, and no gap is below 0, got " + to_text(target),
                  gap < 0 ? "for example target: 1e-6"
                          : "target: " + to_text(gap) + " ends the run at a loss of " + to_text(target));
    }
  }

  // Of a sum of terms, noise takes some of them in every step, as batch does of rows.
  std::string batch_cure(const std::string& key) const {
    const FunctionEntry* entry = spec_.objective->function.entry;
    if (key != "batch" || entry == nullptr || !entry->finite_sum || spec_.batch.full) return "leave it out";
    return "in its place: objective: {noise: {minibatch: " + to_text(spec_.batch.size) + "}}";
  }

  void coordinates_of(const Chosen<NoiseEntry>& noise, Index dimension) {
    const NoiseEntry& entry = *noise.entry;
    const Index listed = entry.listed(noise.values);
    if (listed == 0 || listed == dimension || dimension == 0) return;  // without a dimension there is a fault
    const Path path = Path("objective.noise") / entry.card.name;
    report_.add(place_of(root_, path.text()),
                path + " has a list of " + counted(listed, "number") + ", the objective has " +
                    counted(dimension, "coordinate"),
                "one number per coordinate, or one for all; objective.dim sets the number of coordinates");
  }

  void stop() {
    if (given("stop")) return;
    if (spec_.data) {
      spec_.stop.epochs = 100;
    } else {
      spec_.stop.steps = 10000;
    }
  }

  void horizon(const Scheduled& value, const Path& path) {
    const auto* entry = value.schedule.entry;
    if (entry == nullptr || !entry->needs_horizon || spec_.optimizer.rule.entry == nullptr) return;
    const StopSpec& stop = spec_.stop;
    const bool by_rounds = stop.rounds && spec_.lookahead.steps_per_round();
    if (stop.steps || stop.epochs || by_rounds || (stop.evals && constant_evaluations(spec_))) return;
    const std::string schedule = path + ": the schedule " + entry->card.name;
    const std::string rounds = "or with a constant k stop.rounds";
    if (stop.evals) {
      report_.add(place_of(root_, path.text()),
                  schedule + " needs the run's length, which stop.evals does not tell: " +
                      why_evaluations_vary(spec_),
                  std::string("set stop.steps, ") + (spec_.data ? "stop.epochs, " : "") + rounds);
      return;
    }
    report_.add(place_of(root_, path.text()),
                schedule + " needs the run's length: stop.steps, stop.epochs, stop.evals, " + rounds);
  }

  void name() {
    const std::string& name = spec_.name;
    if (is_file_name(name)) return;
    report_.add(place_of(root_, "name"), "name must be a plain file name without '/', got " + quoted(name),
                given("name")
                    ? "at most 100 bytes of UTF-8, without control characters and without blanks at its ends"
                    : "it comes from the file's name: set the key 'name'");
  }

  const Node& root_;
  Spec& spec_;
  Report& report_;
};

}  // namespace

void cross_check(const Node& root, Spec& spec, Report& report) { CrossCheck(root, spec, report).run(); }

}  // namespace lookahead
