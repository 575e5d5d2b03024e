#include "run/plan.hpp"

#include <cmath>

#include "base/memory.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "parallel/threads.hpp"
#include "run/cautions.hpp"
#include "run/certificate.hpp"
#include "run/memory_need.hpp"
#include "run/row_weights.hpp"
#include "run/settle.hpp"
#include "run/start_run.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

template <Scalar T>
Checked<Aligned<T>> start_of(const Spec& spec, const Facts& facts) {
  const auto dimension = static_cast<std::size_t>(facts.dimension);
  const StartSpec& start = spec.start;
  std::vector<double> point = facts.start;
  if (start.kind == StartSpec::Kind::run) {
    auto reached = point_of_run<T>(spec, facts.dimension);
    if (!reached) return reached.faults();
    point = std::move(*reached);
  }
  if (start.kind == StartSpec::Kind::point) point = start.point;
  if (start.kind == StartSpec::Kind::random || start.kind == StartSpec::Kind::uniform) {
    const bool random = start.kind == StartSpec::Kind::random;
    point.resize(dimension);
    Stream(static_cast<std::uint64_t>(spec.seed), Purpose::start).uniforms(0, point);
    for (std::size_t i = 0; i < dimension; ++i) {
      const double low = random ? facts.lower[i] : start.low;
      const double high = random ? facts.upper[i] : start.high;
      point[i] = low + (high - low) * point[i];
    }
  }
  Aligned<T> out;
  for (const double x : point) out.push_back(static_cast<T>(x));
  return out;
}

// Whether the run has room beside what the plan has taken so far.
template <Scalar T>
Checked<Done> check_memory(const Plan<T>& plan) {
  const double bytes = resident_memory() + run_bytes(plan);
  if (bytes <= usable_memory()) return Done{};
  // What the optimizer remembers of every row, or of many steps, may be the greater part.
  if (const double own = optimizer_bytes(plan); own > bytes / 2) {
    const Index rows = plan.objective().terms();
    return Fault{plan.spec.data ? FaultKind::data : FaultKind::problem, plan.spec.optimizer_place,
                 "the optimizer " + plan.spec.optimizer.rule.entry->card.name + " " + needs_text(own) + ": " +
                     to_text(static_cast<std::int64_t>(plan.objective().dimension())) + " coordinates" +
                     (rows == 0 ? "" : " and " + to_text(static_cast<std::int64_t>(rows)) + " terms"),
                 "use another optimizer"};
  }
  return no_memory(plan.spec, needs_text(bytes));
}

template <Scalar T>
Checked<Done> add_function(Plan<T>& plan) {
  const ObjectiveSpec& objective = *plan.spec.objective;
  const FunctionEntry& entry = *objective.function.entry;
  // The point, its gradient, the slow points and the optimizer's memory, for every worker; more than there is
  // would end the program, not the run.
  const double bytes = static_cast<double>(objective.dimension) * 8 * sizeof(T) *
                       static_cast<double>(plan.spec.lookahead.outermost().workers);
  if (bytes > usable_memory()) return no_memory(plan.spec, needs_text(bytes));
  // The objective first: where its own data are too large, that shows before anything is computed.
  plan.function = entry.make<T>(objective.function.parameters.get(), objective.dimension);
  Facts facts = entry.facts(objective.function.parameters.get(), objective.dimension);
  plan.pool = std::make_unique<Pool>(
      entry.finite_sum || plan.spec.lookahead.outermost().workers > 1 ? plan.threads : 1);
  if (objective.noise && objective.noise->entry->terms_drawn) {
    plan.drawn = objective.noise->entry->terms_drawn(objective.noise->parameters.get());
  }
  auto start = start_of<T>(plan.spec, facts);
  if (!start) return start.faults();
  plan.start = std::move(*start);
  // As long as the point each, and not needed any more.
  facts.lower = facts.upper = facts.start = {};
  if (!entry.game) facts.minimizers = {};
  plan.facts = std::move(facts);
  return check_memory(plan);
}

// Whether the model has a loss for every target.
template <Scalar T>
Checked<Done> check_targets(const Dataset<T>& rows, const ModelEntry& model, const std::string& file,
                            const std::string& column, const DataOptions& options) {
  const auto least = static_cast<T>(model.least_target);
  for (const T target : rows.targets) {
    if (target >= least) continue;
    return Fault{FaultKind::data,
                 {file, 0, 0},
                 (column.empty() ? std::string("the target") : "column " + quoted(column)) +
                     " has values below " + to_text(model.least_target) + ", which the model " +
                     model.card.name + " does not take",
                 options.standardize_target ? "leave out data.standardize_target" : "use model: linear"};
  }
  return Done{};
}

template <Scalar T>
Checked<Done> add_data(Plan<T>& plan) {
  const Spec& spec = plan.spec;
  const ModelEntry& entry = *spec.model->entry;
  DataOptions options = *spec.data;
  options.categories = entry.sparse_rows;
  if (entry.exposure != nullptr) options.exposure = entry.exposure(spec.model->parameters.get());
  auto prepared = prepare<T>(options, entry.task, plan.threads);
  if (!prepared) return prepared.faults();
  plan.data = std::make_unique<Prepared<T>>(std::move(*prepared));
  plan.notes = plan.data->notes;
  const Task task = plan.data->encoding.task;
  if (!entry.task) {
    if (const auto settled = settle_metrics(plan.spec, task); !settled) return settled.faults();
  }
  const Index classes = static_cast<Index>(plan.data->encoding.classes.size());
  const bool two_groups = plan.data->train.sparse() && plan.data->train.groups.size() == 2;
  if (entry.sparse_rows && !two_groups) {
    return Fault{FaultKind::data,
                 {spec.data->train.text(), 0, 0},
                 "the model " + entry.card.name + " takes two text columns beside the target",
                 "data.features names the two, or data.drop what else there is"};
  }
  if (entry.two_classes_only && classes != 2) {
    return Fault{FaultKind::data,
                 {spec.data->train.text(), 0, 0},
                 "column " + quoted(std::string_view(plan.data->encoding.target)) + " has " +
                     std::to_string(classes) + " classes, the model " + entry.card.name + " takes two",
                 "use model: softmax"};
  }
  const auto fitting = [&](const Dataset<T>& rows, const std::string& file) {
    return check_targets(rows, entry, file.empty() ? spec.data->train.text() : file,
                         plan.data->encoding.target, *spec.data);
  };
  if (auto fits = fitting(plan.data->train, ""); !fits) return fits;
  if (plan.data->validation) {
    if (auto fits = fitting(*plan.data->validation, spec.data->validation.file); !fits) return fits;
  }
  if (plan.data->test) {
    if (auto fits = fitting(*plan.data->test, spec.data->test->file); !fits) return fits;
  }
  if (auto weighed =
          weigh_classes(plan.data->train, *spec.model, plan.data->encoding.classes, spec.data->train.text());
      !weighed)
    return weighed;
  constexpr Index suspicious = 200;
  if (classes > suspicious) {
    plan.notes.push_back("warning: " + spec.data->train.text() + ": the target has " +
                         std::to_string(classes) + " classes; if it is a quantity, use model: linear");
  }
  const Index folds = spec.data->validation.folds;
  if (plan.data->train.rows < folds) {
    return Fault{
        FaultKind::data,
        {spec.data->train.text(), 0, 0},
        std::to_string(plan.data->train.rows) + " training rows for " + std::to_string(folds) + " folds",
        "set data.validation: none, or fewer folds"};
  }
  const LevelSpec& level = spec.lookahead.outermost();
  const Index least_rows =
      plan.data->train.rows - (folds > 0 ? (plan.data->train.rows + folds - 1) / folds : 0);
  if (level.shard && level.workers > least_rows) {
    return Fault{
        FaultKind::data,
        {spec.data->train.text(), 0, 0},
        std::to_string(least_rows) + " training rows for " + std::to_string(level.workers) + " workers",
        "lookahead.shard: false gives all rows to each of them"};
  }
  const Index seat_classes = task == Task::classification ? classes : 0;
  if (auto settled = settle_parameters(plan.spec, plan.data->train, seat_classes, plan.notes); !settled)
    return settled;
  if (auto checked = check_folds(spec, plan.data->train, seat_classes); !checked) return checked;
  const auto model_of = [&](const Dataset<T>& rows, bool penalized) {
    return make_model<T>(spec, rows, seat_classes, penalized);
  };
  plan.train = {model_of(plan.data->train, true), &plan.data->train, {}};
  if (const auto& rows = plan.data->validation) plan.validation = {model_of(*rows, false), &*rows, {}};
  if (const auto& rows = plan.data->test) plan.test = {model_of(*rows, false), &*rows, {}};
  plan.metric_seat = metric_seat(*spec.model, seat_classes);
  plan.batch = spec.batch.full ? plan.data->train.rows : std::min(spec.batch.size, plan.data->train.rows);
  plan.pool = std::make_unique<Pool>(plan.threads);
  if (auto fits = check_memory(plan); !fits) return fits;
  plan.start.resize(static_cast<std::size_t>(plan.train.model->dimension()));
  plan.train.model->start(plan.start, static_cast<std::uint64_t>(spec.seed));
  return spec.start.kind == StartSpec::Kind::run ? start_from_run(plan) : Done{};
}

template <Scalar T>
Checked<Plan<T>> plan_of(const Spec& spec) {
  Plan<T> plan;
  plan.spec = spec;
  plan.threads = spec.threads.count > 0 ? spec.threads.count : usable_threads();
  const auto made = spec.data ? add_data(plan) : add_function(plan);
  if (!made) return made.faults();
  const Index rows = plan.objective().terms();
  Evaluator<T> evaluator(plan.objective(), *plan.pool, rows);
  plan.start_loss = evaluator.value(plan.start, Batch::range(0, rows));
  if (!std::isfinite(plan.start_loss)) {
    return Fault{spec.data ? FaultKind::data : FaultKind::problem,
                 spec.data ? Place{spec.data->train.text(), 0, 0} : spec.start_place,
                 "the objective is not finite at the start: " + to_text(plan.start_loss),
                 spec.data ? "are the target's values too large?" : "choose another start"};
  }
  if (plan.spec.optimizer.rate.automatic) {
    if (const auto settled = settle_rate(plan); !settled) return settled.faults();
  }
  for (const std::string& caution : cautions(plan)) plan.notes.push_back("warning: " + caution);
  return plan;
}

}  // namespace

Fault no_memory(const Spec& spec, const std::string& needs) {
  if (spec.data)
    return {FaultKind::data,
            {spec.data->train.text(), 0, 0},
            "training " + needs,
            "use fewer rows or columns, a smaller model, or precision: single"};
  return {FaultKind::problem, spec.start_place, "the objective " + needs, "choose a smaller dim"};
}

template <Scalar T>
double optimizer_bytes(const Plan<T>& plan) {
  const auto& rule = plan.spec.optimizer.rule;
  if (!rule.entry->numbers) return 0;
  const Objective<T>& objective = plan.objective();
  return sizeof(T) * rule.entry->numbers(rule.parameters.get(), objective.dimension(), objective.terms());
}

template <Scalar T>
Checked<Plan<T>> make_plan(const Spec& spec) {
  return within_memory([&] { return plan_of<T>(spec); },
                       [&](const std::string& needs) -> Checked<Plan<T>> { return no_memory(spec, needs); });
}

template <Scalar T>
std::unique_ptr<Model<T>> make_model(const Spec& spec, const Dataset<T>& rows, Index classes, bool penalized,
                                     const std::vector<T>* weights) {
  return spec.model->entry->make<T>(spec.model->parameters.get(),
                                    ModelSeat<T>{&rows, classes, penalized, weights});
}

template std::unique_ptr<Model<float>> make_model(const Spec&, const Dataset<float>&, Index, bool,
                                                  const std::vector<float>*);
template std::unique_ptr<Model<double>> make_model(const Spec&, const Dataset<double>&, Index, bool,
                                                   const std::vector<double>*);
template double optimizer_bytes(const Plan<float>&);
template double optimizer_bytes(const Plan<double>&);
template Checked<Plan<float>> make_plan(const Spec&);
template Checked<Plan<double>> make_plan(const Spec&);

}  // namespace lookahead
