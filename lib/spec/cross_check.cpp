#include "spec/cross_check.hpp"

#include <algorithm>
#include <new>
#include <set>
#include <stdexcept>

#include "base/counted.hpp"
#include "base/memory.hpp"
#include "base/text.hpp"
#include "objective/game.hpp"
#include "spec/codecs.hpp"
#include "spec/metric_names.hpp"
#include "spec/problem.hpp"

namespace lookahead {

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
    players();
    automatic_rate();
    if (spec_.data) {
      data_only_here();
    } else {
      functions_only_here();
    }
    needs_of_optimizer();
    clipping();
    proximal_steps();
    stop();
    horizon(spec_.optimizer.rate.value, "optimizer.lr");
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
    if (spec_.start.kind == StartSpec::Kind::point && spec_.start.point.size() != width) {
      report_.add(place_of(root_, "start"),
                  "start has " + std::to_string(spec_.start.point.size()) +
                      " coordinates, the objective has " + std::to_string(width),
                  "objective.dim sets the number of coordinates");
    }
    if (spec_.start.kind == StartSpec::Kind::random && objective.own && report_.empty() &&
        objective.own->facts(objective.function.values, objective.dimension).lower.empty()) {
      report_.add(place_of(root_, "start"),
                  "start: random is random in the domain, and the objective has none",
                  "objective.domain gives it, or start: {uniform: [low, high]}");
    }
    if (spec_.stop.target && report_.empty() && !has_known_minimum(objective)) {
      report_.add(place_of(root_, "stop.target"),
                  "stop.target needs a known minimum, and that of " + objective.function.entry->card.name +
                      " is not known here",
                  "use stop.grad_norm");
    }
  }

  // Of a sum of terms, noise takes some of them in every step, as batch does of rows.
  std::string batch_cure(const std::string& key) const {
    const FunctionEntry* entry = spec_.objective->function.entry;
    if (key != "batch" || entry == nullptr || !entry->finite_sum || spec_.batch.full) return "leave it out";
    return "in its place: objective: {noise: {minibatch: " +
           to_text(static_cast<std::int64_t>(spec_.batch.size)) + "}}";
  }

  void coordinates_of(const Chosen<NoiseEntry>& noise, Index dimension) {
    const NoiseEntry& entry = *noise.entry;
    const Index listed = entry.listed(noise.values);
    if (listed == 0 || listed == dimension) return;
    const std::string path = "objective.noise." + entry.card.name;
    report_.add(place_of(root_, path),
                path + " has a list of " + counted(listed, "number") + ", the objective has " +
                    counted(dimension, "coordinate"),
                "one number per coordinate, or one for all; objective.dim sets the number of coordinates");
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

  // The theorem behind lr: auto is about SGD on a function.
  void automatic_rate() {
    const OptimizerEntry* rule = spec_.optimizer.rule.entry;
    if (!spec_.optimizer.rate.automatic || rule == nullptr) return;
    if (is_game(spec_)) {
      report_.add(
          place_of(root_, "optimizer.lr"),
          "optimizer.lr: auto is the step of a theorem about functions, and a game has none to descend on",
          "give a number");
    } else if (rule->plain_descent == nullptr) {
      report_.add(
          place_of(root_, "optimizer.lr"),
          "optimizer.lr: auto is the step of a theorem about sgd, which is silent about " + rule->card.name,
          "give a number, or use optimizer: {name: sgd, lr: auto}");
    }
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

  // What compares values or gradients with each other can not have some of them clipped.
  void clipping() {
    const OptimizerEntry* rule = spec_.optimizer.rule.entry;
    if (rule == nullptr || (!spec_.optimizer.clip.norm && !spec_.optimizer.clip.value)) return;
    if (rule->compares) {
      report_.add(place_of(root_, "optimizer.clip"),
                  "optimizer " + rule->card.name +
                      " compares gradients with losses or with each other, and clip changes some of them",
                  "leave out clip; optimizer.lr limits the step");
    }
    for (const LevelSpec& level : spec_.lookahead.levels) {
      if (!level.alpha.adaptive) continue;
      report_.add(
          place_of(root_, "optimizer.clip"),
          "lookahead.alpha: adaptive compares the gradients at both ends of a round, and clip changes "
          "some of them",
          "leave out clip, or give alpha a number");
    }
  }

  // What goes with steps that a proximal step of model.l1 follows.
  void proximal_steps() {
    const Chosen<OptimizerEntry>& rule = spec_.optimizer.rule;
    if (rule.entry == nullptr || !(strength_of_l1(spec_.model) > 0)) return;
    if (rule.entry->steps_along == nullptr || !rule.entry->steps_along(rule.values)) {
      std::vector<std::string> fit;
      for (const OptimizerEntry& entry : optimizer_catalog()) {
        if (entry.steps_along != nullptr) fit.push_back(entry.card.name);
      }
      const bool may = rule.entry->steps_along != nullptr;
      report_.add(place_of(root_, may ? "optimizer" : "optimizer.name"),
                  "model.l1 needs an optimizer whose step is x - lr * direction, and " +
                      rule.entry->card.name + (may ? " with momentum is none" : " is none"),
                  (may ? "leave out momentum, or use " : "use ") + joined(fit, " or ") + ", or model.l2");
    }
    if (weight_decay_of(rule) != 0) {
      report_.add(place_of(root_, "optimizer.weight_decay"),
                  "weight_decay is none of the penalties that decide which weights model.l1 makes zero",
                  "use model.l2, which adds the same to the gradient");
    }
    if (spec_.optimizer.rate.automatic) {
      report_.add(
          place_of(root_, "optimizer.lr"),
          "optimizer.lr: auto is the step of a theorem about smooth functions, and model.l1 is not smooth",
          "give a number");
    }
    if (spec_.optimizer.clip.norm || spec_.optimizer.clip.value) {
      report_.add(
          place_of(root_, "optimizer.clip"),
          "where weights come to rest under model.l1 their gradients are not zero, and clip changes them",
          "leave out clip; optimizer.lr limits the step");
    }
    for (const LevelSpec& level : spec_.lookahead.levels) {
      if (!level.alpha.adaptive) continue;
      report_.add(place_of(root_, "lookahead.alpha"),
                  "lookahead.alpha: adaptive compares gradients, which leave out model.l1",
                  "give alpha a number");
    }
  }

  // A rule that needs the minimum takes it from its parameter of this name too.
  static bool gives_minimum(const Chosen<OptimizerEntry>& rule) {
    for (const Parameter& parameter : rule.entry->parameters) {
      if (parameter.name == "minimum") return parameter.write(rule.values).kind != Node::Kind::empty;
    }
    return false;
  }

  static bool has_known_minimum(const ObjectiveSpec& objective) {
    constexpr double vectors = 4;  // of facts, for bounds, start and minimizer
    if (vectors * sizeof(double) * static_cast<double>(objective.dimension) > usable_memory()) return true;
    try {
      return objective.function.entry->facts(objective.function.values, objective.dimension)
          .minimum.has_value();
    } catch (const std::bad_alloc&) {
      return true;  // no room for it: a fault when the objective itself is made
    } catch (const std::length_error&) {
      return true;
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
    if (entry == nullptr || !entry->needs_horizon || spec_.optimizer.rule.entry == nullptr) return;
    const StopSpec& stop = spec_.stop;
    const bool by_rounds = stop.rounds && spec_.lookahead.steps_per_round();
    if (stop.steps || stop.epochs || by_rounds || (stop.evals && constant_evaluations(spec_))) return;
    const std::string schedule = std::string(path) + ": the schedule " + entry->card.name;
    const std::string rounds = "or with a constant k stop.rounds";
    if (stop.evals) {
      report_.add(place_of(root_, path),
                  schedule + " needs the run's length, which stop.evals does not tell: " +
                      why_evaluations_vary(spec_),
                  std::string("set stop.steps, ") + (spec_.data ? "stop.epochs, " : "") + rounds);
      return;
    }
    report_.add(place_of(root_, path),
                schedule + " needs the run's length: stop.steps, stop.epochs, stop.evals, " + rounds);
  }

  void name() {
    const std::string& name = spec_.name;
    if (is_file_name(name)) return;
    report_.add(place_of(root_, "name"), "name must be a plain file name without '/', got " + quoted(name),
                given("name") ? "at most 100 bytes of UTF-8, without control characters"
                              : "it comes from the file's name: set the key 'name'");
  }

  const Node& root_;
  Spec& spec_;
  Report& report_;
};

}  // namespace

void cross_check(const Node& root, Spec& spec, Report& report) { CrossCheck(root, spec, report).run(); }

}  // namespace lookahead
