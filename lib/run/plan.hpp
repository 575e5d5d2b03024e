#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/aligned.hpp"
#include "data/prepare.hpp"
#include "engine/evaluator.hpp"
#include "engine/metrics.hpp"
#include "parallel/pool.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// Rows of a data set and the model over them.
template <Scalar T>
struct Part {
  std::unique_ptr<Model<T>> model;  // null: there is no such part
  const Dataset<T>* data = nullptr;
  std::vector<std::uint32_t> listed;  // rows of `data`, ascending; empty: all of them

  explicit operator bool() const { return model != nullptr; }
  Batch rows() const { return listed.empty() ? Batch::range(0, data->rows) : Batch::rows(listed); }
};

struct Certificate;

// Everything a run needs and does not change: the objective, its data and threads, where it starts.
template <Scalar T>
struct Plan {
  Spec spec;
  Index threads = 1;
  std::unique_ptr<Pool> pool;
  std::unique_ptr<Prepared<T>> data;              // data problems
  std::unique_ptr<Objective<T>> function;         // function problems
  Part<T> train;                                  // data problems; its model is the objective
  Part<T> validation, test;                       // where there are any; the models are mean losses
  std::unique_ptr<const std::vector<T>> weights;  // of the run of a fold: of all rows; null: the rows' own
  MetricSeat metric_seat;
  // Of a function or game; of its long lists only a game's equilibria are kept, as minimizers.
  Facts facts;
  Aligned<T> start;
  double start_loss = 0;
  Index batch = 0;                 // data: rows per step; functions: 0
  bool tells_best = true;          // whether anybody is told the best loss; not of a fold
  Index drawn = 0;                 // finite sums: terms drawn independently per step; 0: all of them
  std::vector<std::string> notes;  // what was guessed about the data, for the user
  std::shared_ptr<const Certificate> certificate;  // where the problem says lr: auto

  // Gradients of terms that one evaluation of a step costs, at most.
  Index terms_per_step() const {
    return batch > 0 ? batch : drawn > 0 ? drawn : std::max<Index>(1, terms().size());
  }
  const Objective<T>& objective() const {
    return train ? static_cast<const Objective<T>&>(*train.model) : *function;
  }
  // The terms of the objective that the run is about.
  Batch terms() const { return train ? train.rows() : Batch::range(0, function->terms()); }
};

// That a problem is more than the memory. `needs`: "needs 12 GB of memory, there are 8 GB".
Fault no_memory(const Spec& spec, const std::string& needs);

// Bytes the optimizer remembers beyond a few vectors of the dimension.
template <Scalar T>
double optimizer_bytes(const Plan<T>& plan);

// The spec's model of some rows, with its penalty or as their mean loss alone; classes: 0 for regression;
// weights: of the rows, in place of their own.
template <Scalar T>
std::unique_ptr<Model<T>> make_model(const Spec& spec, const Dataset<T>& rows, Index classes, bool penalized,
                                     const std::vector<T>* weights = nullptr);

// Reads the data, builds the objective, evaluates it at the start. Writes nothing.
template <Scalar T>
Checked<Plan<T>> make_plan(const Spec& spec);

}  // namespace lookahead
