#include "run/plan.hpp"

#include <cmath>
#include <limits>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/memory.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "engine/whole_evaluator.hpp"
#include "run/automatic_rate.hpp"
#include "run/cautions.hpp"
#include "run/memory_need.hpp"
#include "run/proximal_of.hpp"
#include "run/row_weights.hpp"
#include "run/settle.hpp"
#include "run/start_from_run.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

template <Scalar T>
Checked<Aligned<T>> start_of(const Spec& spec, const Facts& facts, std::vector<Note>& notes) {
  const StartSpec& start = spec.start;
  const auto dimension = static_cast<std::size_t>(facts.dimension);
  std::vector<double> point;
  if (start.kind == StartSpec::Kind::run) {
    auto reached = point_of_run<T>(spec, facts.dimension, notes);
    if (!reached) return reached.faults();
    point = std::move(*reached);
  } else if (start.kind == StartSpec::Kind::point) {
    point = start.point;
  } else if (start.kind == StartSpec::Kind::random || start.kind == StartSpec::Kind::uniform) {
    const bool random = start.kind == StartSpec::Kind::random;
    point.resize(dimension);
    Stream(static_cast<std::uint64_t>(spec.seed), Purpose::start).uniforms(0, point);
    for (std::size_t i = 0; i < dimension; ++i) {
      const auto [low, high] = random ? facts.domain_of(i) : std::pair(start.low, start.high);
      point[i] = low + (high - low) * point[i];
    }
  } else {
    point.resize(dimension);
    for (std::size_t i = 0; i < dimension; ++i) point[i] = facts.start_of(i);
  }
  Aligned<T> out;
  for (const double x : point) out.push_back(static_cast<T>(x));
  return out;
}

// Whether the run has room beside what the plan has taken so far.
template <Scalar T>
Checked<Done> check_memory(const PlanOf<T>& plan, Pool& pool) {
  const double own_bytes = run_bytes(plan, pool);
  if (resident_memory() + own_bytes <= usable_memory()) return Done{};
  // Earlier runs of the process have left some of it free.
  trim_memory();
  const double bytes = resident_memory() + own_bytes;
  if (bytes <= usable_memory()) return Done{};
  Fault fault = no_memory(plan.spec, needs_text(bytes));
  // What the optimizer remembers of every row, or of many steps, may be the greater part.
  if (const double own = optimizer_bytes(plan); own > bytes / 2) {
    const Index rows = plan.objective().terms();
    fault = {plan.spec.data ? FaultKind::data : FaultKind::problem, plan.spec.optimizer_place,
             "the optimizer " + plan.spec.optimizer.rule.entry->card.name + " " + needs_text(own) + ": " +
                 counted(plan.dimension, "coordinate") + (rows == 0 ? "" : " and " + counted(rows, "term")),
             "use another optimizer"};
  }
  fault.memory_full = own_bytes <= usable_memory();
  return fault;
}

template <Scalar T>
Checked<Done> plan_function(PlanOf<T>& plan, Pool& pool) {
  const ObjectiveSpec& objective = *plan.spec.objective;
  if (objective.noise && objective.noise->entry->terms_drawn) {
    const TermDraws draws = objective.noise->entry->terms_drawn(objective.noise->values);
    // As many as there are, each once, are all of them.
    if (draws.replacement || draws.size < plan.objective().terms()) {
      plan.drawn = draws.size;
      plan.replacement = draws.replacement;
    }
  }
  plan.dimension = plan.objective().dimension();
  auto start = start_of<T>(plan.spec, plan.facts(), plan.notes);
  if (!start) return start.faults();
  plan.start = std::move(*start);
  return check_memory(plan, pool);
}

// Whether there are rows for the folds, and for the workers in every one of them.
Checked<Done> check_row_count(const Spec& spec, Index rows) {
  const Index folds = spec.data->validation.folds;
  const auto refuse = [&](Index count, Index parts, const std::string& of, const std::string& cure) {
    return Fault{FaultKind::data,
                 {spec.data->train.text(), 0, 0},
                 std::to_string(count) + " training rows for " + std::to_string(parts) + " " + of,
                 cure};
  };
  if (rows < folds) return refuse(rows, folds, "folds", "set data.validation: none, or fewer folds");
  const LevelSpec& level = spec.lookahead.outermost();
  const Index least_rows = rows - (folds > 0 ? (rows + folds - 1) / folds : 0);
  if (level.shard && level.workers > least_rows)
    return refuse(least_rows, level.workers, "workers",
                  "lookahead.shard: false gives all rows to each of them");
  return Done{};
}

template <Scalar T>
Checked<Done> plan_data(PlanOf<T>& plan, Pool& pool) {
  const ProblemOf<T>& problem = *plan.problem;
  const Dataset<T>& rows = problem.data->train;
  plan.spec.model = problem.model;
  if (auto enough = check_row_count(plan.spec, rows.rows); !enough) return enough;
  if (auto settled = settle_metrics_for(plan.spec, problem.metric_seat, problem.data->encoding.task);
      !settled)
    return settled;
  if (auto checked = check_folds(plan.spec, rows, problem.metric_seat.classes); !checked) return checked;
  plan.train = problem.train;
  plan.validation = problem.validation;
  plan.test = problem.test;
  plan.batch = plan.spec.batch.full ? rows.rows : std::min(plan.spec.batch.size, rows.rows);
  plan.dimension = plan.train.model->dimension();
  if (auto fits = check_memory(plan, pool); !fits) return fits;
  plan.start.resize(static_cast<std::size_t>(plan.dimension));
  plan.train.model->start(plan.start, static_cast<std::uint64_t>(plan.spec.seed), plan.terms());
  return plan.spec.start.kind == StartSpec::Kind::run ? start_from_run(plan) : Done{};
}

template <Scalar T>
Evaluation evaluate_start(const PlanOf<T>& plan, Pool& pool) {
  WholeEvaluator<T> whole(plan.objective(), pool, plan.terms(), plan.division(), alone(), Evaluates::values);
  Evaluation start = !plan.division().sorted
                         ? whole.value(plan.start)
                         : whole.value_by_parts([&](std::size_t, const Batch& part) {
                             const Evaluation value = whole.evaluator().value(plan.start, part);
                             let_go(*plan.train.data, part[0], part.size());
                             return value;
                           });
  if (const auto proximal = proximal_of(plan.spec.model, plan.objective(), whole.shards()))
    start.value += proximal->value(plan.start);
  return start;
}

template <Scalar T>
Checked<std::unique_ptr<const PlanOf<T>>> planned(const Spec& spec,
                                                  std::shared_ptr<const ProblemOf<T>> problem, Pool& pool,
                                                  bool evaluates) {
  auto plan = std::make_unique<PlanOf<T>>();
  plan->spec = spec;
  plan->problem = std::move(problem);
  plan->threads = threads_of(spec);
  plan->notes = plan->problem->notes;
  const auto made = spec.data ? plan_data(*plan, pool) : plan_function(*plan, pool);
  if (!made) return made.faults();
  if (!evaluates) {
    plan->start_loss = std::numeric_limits<double>::quiet_NaN();
    return std::unique_ptr<const PlanOf<T>>(std::move(plan));
  }
  const Evaluation start = evaluate_start(*plan, pool);
  if (start.fault != nullptr) return *start.fault;
  plan->start_loss = start.value;
  if (!std::isfinite(plan->start_loss)) {
    return Fault{spec.data ? FaultKind::data : FaultKind::problem,
                 spec.data ? Place{spec.data->train.text(), 0, 0} : spec.start_place,
                 "the objective is not finite at the start: " + to_text(plan->start_loss),
                 spec.data ? "are the target's values too large?" : "choose another start"};
  }
  if (spec.optimizer.rate.automatic) {
    if (const auto settled = settle_rate(*plan, pool); !settled) return settled.faults();
  }
  const std::span<const char> bytes(reinterpret_cast<const char*>(plan->start.data()),
                                    plan->start.size() * sizeof(T));
  plan->identity = {hash_of_fixed(plan->spec), plan->problem->content, checksum_of(bytes)};
  for (const std::string& caution : cautions(*plan)) plan->notes.push_back(warning(caution));
  return std::unique_ptr<const PlanOf<T>>(std::move(plan));
}

}  // namespace

Index useful_threads(const Spec& spec) {
  const bool shared_out = spec.data || spec.objective->function.entry->finite_sum ||
                          Shards::count(static_cast<std::size_t>(spec.objective->dimension)) > 1;
  return shared_out || spec.lookahead.outermost().workers > 1 ? threads_of(spec) : 1;
}

template <Scalar T>
Checked<std::unique_ptr<const PlanOf<T>>> make_plan_of(const Spec& spec,
                                                       std::shared_ptr<const ProblemOf<T>> problem,
                                                       Pool& pool, bool evaluates) {
  return within_memory([&] { return planned<T>(spec, problem, pool, evaluates); },
                       [&](const std::string& needs) -> Checked<std::unique_ptr<const PlanOf<T>>> {
                         return no_memory(spec, needs);
                       });
}

namespace {

Checked<std::unique_ptr<const Plan>> plan_of(const Spec& spec, const std::shared_ptr<const Problem>& problem,
                                             Pool& pool, bool evaluates) {
  const auto make = [&]<Scalar T>(T) -> Checked<std::unique_ptr<const Plan>> {
    auto plan = make_plan_of<T>(spec, std::static_pointer_cast<const ProblemOf<T>>(problem), pool, evaluates);
    if (!plan) return plan.faults();
    return std::unique_ptr<const Plan>(std::move(*plan));
  };
  return problem->precision == Precision::single_precision ? make(float{}) : make(double{});
}

Checked<PlannedRun> opened_and_planned(const Spec& spec, bool evaluates) {
  const auto problem = open_problem(spec);
  if (!problem) return problem.faults();
  PlannedRun run;
  run.pool = std::make_unique<Pool>(useful_threads(spec));
  auto plan = plan_of(spec, *problem, *run.pool, evaluates);
  if (!plan) return plan.faults();
  run.plan = std::move(*plan);
  return run;
}

}  // namespace

Checked<std::unique_ptr<const Plan>> make_plan(const Spec& spec,
                                               const std::shared_ptr<const Problem>& problem, Pool& pool) {
  return plan_of(spec, problem, pool, true);
}

Checked<PlannedRun> plan_run(const Spec& spec) { return opened_and_planned(spec, true); }

Checked<PlannedRun> plan_unevaluated(const Spec& spec) { return opened_and_planned(spec, false); }

template <Scalar T>
PlanOf<T> plan_of_fold(const PlanOf<T>& whole, const std::vector<std::uint32_t>& fold_of, std::uint32_t fold,
                       Pool& pool) {
  PlanOf<T> plan;
  plan.spec = whole.spec;
  // As if this share of the rows was set aside.
  Validation aside;
  aside.fraction = 1 / static_cast<double>(whole.spec.data->validation.folds);
  plan.spec.data->validation = aside;
  plan.problem = whole.problem;
  plan.dimension = whole.dimension;
  plan.tells_best = false;
  const ProblemOf<T>& problem = *plan.problem;
  const Dataset<T>& data = *whole.train.data;
  plan.weights = std::make_shared<const std::vector<T>>(
      fold_weights(data, *plan.spec.model, problem.data->encoding.classes, fold_of, fold));
  const auto part_of = [&](bool penalized) {
    return Part<T>{
        make_model<T>(*plan.spec.model, data, problem.metric_seat.classes, penalized, plan.weights.get()),
        &data,
        {}};
  };
  plan.train = part_of(true);
  plan.validation = part_of(false);
  for (std::uint32_t row = 0; row < fold_of.size(); ++row)
    (fold_of[row] == fold ? plan.validation : plan.train).listed.push_back(row);
  plan.start = whole.start;
  // What is held out says nothing of where the fold begins.
  if (plan.spec.start.kind != StartSpec::Kind::run)
    plan.train.model->start(plan.start, static_cast<std::uint64_t>(plan.spec.seed), plan.terms());
  const Index rows = plan.terms().size();
  plan.batch = whole.spec.batch.full ? rows : std::min(whole.spec.batch.size, rows);
  plan.start_loss = evaluate_start(plan, pool).value;
  return plan;
}

template Checked<std::unique_ptr<const PlanOf<float>>> make_plan_of(const Spec&,
                                                                    std::shared_ptr<const ProblemOf<float>>,
                                                                    Pool&, bool);
template Checked<std::unique_ptr<const PlanOf<double>>> make_plan_of(const Spec&,
                                                                     std::shared_ptr<const ProblemOf<double>>,
                                                                     Pool&, bool);
template PlanOf<float> plan_of_fold(const PlanOf<float>&, const std::vector<std::uint32_t>&, std::uint32_t,
                                    Pool&);
template PlanOf<double> plan_of_fold(const PlanOf<double>&, const std::vector<std::uint32_t>&, std::uint32_t,
                                     Pool&);

}  // namespace lookahead
