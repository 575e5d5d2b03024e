#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/note.hpp"
#include "data/prepare.hpp"
#include "engine/metrics.hpp"
#include "objective/function.hpp"
#include "objective/model.hpp"
#include "run/data_shelf.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// Rows of a data set and the model over them.
template <Scalar T>
struct Part {
  std::shared_ptr<const Model<T>> model;  // null: there is no such part
  const Dataset<T>* data = nullptr;
  std::vector<std::uint32_t> listed;  // rows of `data`, ascending; empty: all of them

  explicit operator bool() const { return model != nullptr; }
  // Whether they are sorted by the worker that has them.
  bool sorted() const { return listed.empty() && data->parts > 1; }
  Batch rows() const { return listed.empty() ? Batch::range(0, data->rows) : Batch::rows(listed); }
};

// What is solved: the data, read once, or the function, and what is known of them. Never changes; any number
// of plans and threads share it. It knows nothing of seeds, steps and optimizers.
struct Problem {
  virtual ~Problem() = default;

  // Coordinates of the point.
  virtual Index dimension() const = 0;

  const Precision precision;
  // Data: the model with what its parameters leave to the data filled in, and what it is judged by.
  std::optional<Chosen<ModelEntry>> model;
  MetricSeat metric_seat;
  // Of a function or game. Coordinate i of the start and of the domain is entry i % size() of its list, which
  // is cut to what repeats; minimizers are kept of games alone.
  Facts facts;
  std::vector<Note> notes;    // what was guessed about the data, for the user
  std::uint64_t content = 0;  // hash of all rows, or of the files of an objective; 0: there are none

 protected:
  explicit Problem(Precision of) : precision(of) {}
};

// A problem in the precision it is solved in.
template <Scalar T>
struct ProblemOf final : Problem {
  ProblemOf() : Problem(std::same_as<T, float> ? Precision::single_precision : Precision::double_precision) {}

  Index dimension() const override { return train ? train.model->dimension() : function->dimension(); }

  std::shared_ptr<const Prepared<T>> data;       // data problems
  std::unique_ptr<const Objective<T>> function;  // function problems
  // Data: the parts of the rows. The training rows' model has the penalties and is the objective, the others
  // are mean losses.
  Part<T> train, validation, test;
};

// Reads the data or builds the function. Faults: the data's, those of data that do not suit the model, and
// more memory than there is. With a shelf the data are shared with the other problems that use it. `runs`: how
// many use the problem at once, at most.
Checked<std::shared_ptr<const Problem>> open_problem(const Spec& spec, DataShelf* shelf = nullptr,
                                                     Index runs = 1);

// The same in a precision that is known.
template <Scalar T>
Checked<std::shared_ptr<const ProblemOf<T>>> open_problem_of(const Spec& spec, DataShelf* shelf = nullptr,
                                                             Index runs = 1);

// The spec's model of some rows, with its penalty or as their mean loss alone; classes: 0 for regression;
// weights: of the rows, in place of their own.
template <Scalar T>
std::shared_ptr<const Model<T>> make_model(const Chosen<ModelEntry>& model, const Dataset<T>& rows,
                                           Index classes, bool penalized,
                                           const std::vector<T>* weights = nullptr);

// That a problem is more than the memory. `needs`: "needs 12 GB of memory, there are 8 GB".
Fault no_memory(const Spec& spec, const std::string& needs);

// Threads that reading, evaluations and workers of such a run use.
Index threads_of(const Spec& spec);

}  // namespace lookahead
