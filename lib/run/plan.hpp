#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/aligned.hpp"
#include "parallel/pool.hpp"
#include "run/identity.hpp"
#include "run/problem.hpp"
#include "run/problem_constants.hpp"

namespace lookahead {

// The decisions for one run of a problem: a spec in which nothing is left open, sizes, where the run starts.
// A function of the spec and the problem alone; once made it never changes.
struct Plan {
  virtual ~Plan() = default;

  Spec spec;
  Index threads = 1;
  Index dimension = 0;
  double start_loss = 0;                      // NaN where nothing was evaluated
  Index batch = 0;                            // data: rows per step; functions: 0
  Index drawn = 0;                            // finite sums: terms drawn per step; 0: all of them
  bool replacement = true;                    // whether these are drawn independently; false: in epochs
  bool tells_best = true;                     // whether the best loss is reported; not of a fold
  std::vector<Note> notes;                    // what was guessed and what to beware of, for the user
  std::optional<ProblemConstants> constants;  // that lr: auto was chosen by
  Identity identity;                          // of the run; not of a fold's

  // What the plan is of; it lives as long as the plan.
  virtual const Problem& about() const = 0;
  // The terms of the objective that the run is about.
  virtual Batch terms() const = 0;
  // Data: how the rows were encoded, and the size of all training rows; null for functions.
  virtual const Encoding* encoding() const = 0;
  // Whether its gradients are of another function than its value.
  virtual bool randomized() const = 0;
  virtual Index rows() const = 0;
  virtual Index columns() const = 0;

  // Workers each of which has a part of the rows; 1: all agents see all of them.
  Index parts() const {
    const LevelSpec& level = spec.lookahead.outermost();
    return level.shard ? level.workers : 1;
  }
  const Facts& facts() const { return about().facts; }
  const MetricSeat& metric_seat() const { return about().metric_seat; }
  // Gradients of terms that one evaluation of a step costs, at most.
  Index terms_per_step() const {
    return batch > 0 ? batch : drawn > 0 ? drawn : std::max<Index>(1, terms().size());
  }
};

// A plan in the precision of its run.
template <Scalar T>
struct PlanOf final : Plan {
  std::shared_ptr<const ProblemOf<T>> problem;
  // The rows of the run: the problem's own, or those of a fold.
  Part<T> train, validation, test;
  std::shared_ptr<const std::vector<T>> weights;  // of the run of a fold: of all rows; null: the rows' own
  Aligned<T> start;

  const Problem& about() const override { return *problem; }
  Batch terms() const override { return train ? train.rows() : Batch::range(0, objective().terms()); }
  const Encoding* encoding() const override { return problem->data ? &problem->data->encoding : nullptr; }
  bool randomized() const override { return objective().randomized(); }
  Index rows() const override { return problem->data ? problem->data->train.rows : 0; }
  // How the workers divide some of the problem's rows, or the terms.
  Division division(const Part<T>& part) const { return {parts(), part && part.sorted()}; }
  Division division() const { return division(train); }
  Index columns() const override { return problem->data ? problem->data->train.columns : 0; }
  // Of all rows of data; empty: all are 1.
  const std::vector<T>& row_weights() const { return weights ? *weights : train.data->weights; }
  // The sum over each worker's rows where the workers divide them.
  std::vector<double> weights_of_workers() const {
    std::vector<double> sums;
    const Batch rows = terms();
    const Division among = division();
    const std::vector<T>& own = row_weights();
    for (Index worker = 0; worker < among.parts; ++worker) {
      const Index first = among.first(rows.size(), worker), size = among.size(rows.size(), worker);
      double sum = own.empty() ? static_cast<double>(size) : 0;
      for (Index i = 0; i < size && !own.empty(); ++i)
        sum += static_cast<double>(own[static_cast<std::size_t>(rows[first + i * among.stride()])]);
      sums.push_back(sum);
    }
    return sums;
  }
  const Objective<T>& objective() const {
    return train ? static_cast<const Objective<T>&>(*train.model) : *problem->function;
  }
};

// Calls `use` with the plan in its precision.
template <class Use>
decltype(auto) in_precision(const Plan& plan, Use&& use) {
  if (plan.about().precision == Precision::single_precision)
    return use(static_cast<const PlanOf<float>&>(plan));
  return use(static_cast<const PlanOf<double>&>(plan));
}

// Threads that a run can make use of: those it may have, or one where it has nothing to share out.
Index useful_threads(const Spec& spec);

// Decides what the spec leaves open, and evaluates the objective at the start, on `pool`. Writes nothing. The
// problem is what open_problem() made of this spec or of one with the same objective, data and model.
Checked<std::unique_ptr<const Plan>> make_plan(const Spec& spec,
                                               const std::shared_ptr<const Problem>& problem, Pool& pool);

// What a run is carried out by: its plan, which holds the problem, and the threads it can make use of.
struct PlannedRun {
  std::unique_ptr<Pool> pool;
  std::unique_ptr<const Plan> plan;
};

// Opens the problem of a spec and makes its plan. Faults as those of open_problem() and make_plan().
Checked<PlannedRun> plan_run(const Spec& spec);
// The same without an evaluation: there is no start_loss, and a rate that is automatic stays so.
Checked<PlannedRun> plan_unevaluated(const Spec& spec);

// make_plan() in a precision that is known.
template <Scalar T>
Checked<std::unique_ptr<const PlanOf<T>>> make_plan_of(const Spec& spec,
                                                       std::shared_ptr<const ProblemOf<T>> problem,
                                                       Pool& pool, bool evaluates = true);

// The plan of the run of one fold: rows of the whole plan's, those of `fold` in fold_of, one per row, being
// the validation rows. Evaluates on `pool`.
template <Scalar T>
PlanOf<T> plan_of_fold(const PlanOf<T>& whole, const std::vector<std::uint32_t>& fold_of, std::uint32_t fold,
                       Pool& pool);

}  // namespace lookahead
