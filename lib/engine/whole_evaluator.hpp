#pragma once
#include <limits>
#include <vector>

#include "base/parts.hpp"
#include "engine/evaluator.hpp"
#include "engine/workers_mean.hpp"
#include "parallel/team.hpp"

namespace lookahead {

// Evaluates an objective over all of a run's terms. Where each of several workers has a part of them, the mean
// is that of the parts' means by their sizes: values are added in the workers' order, gradients as WorkersMean
// adds. Each process of a team evaluates the parts of its own workers, all get the same result, and its bits
// depend on the number of workers alone.
template <Scalar T>
class WholeEvaluator {
 public:
  // objective, pool, team and the rows that `terms` lists must outlive it. division: of terms that are rows of
  // data, of which evaluations have no faults; of one part, every process evaluates all of them.
  WholeEvaluator(const Objective<T>& objective, Pool& pool, const Batch& terms, const Division& division = {},
                 Team& team = lookahead::alone(), Evaluates what = Evaluates::gradients);
  WholeEvaluator(WholeEvaluator&&) noexcept = default;
  // What it asks for in a process that is alone, in bytes, without asking for it.
  static double bytes(const Objective<T>& objective, Pool& pool, const Batch& terms, const Division& division,
                      Evaluates what = Evaluates::gradients);

  const Shards& shards() const { return evaluator_.shards(); }
  Team& team() const { return team_; }
  Pool& pool() const { return pool_; }
  const Deadline& deadline() const { return evaluator_.deadline(); }
  // Evaluations are given up once this has passed in one of the processes: from there on their values are NaN,
  // and the gradients arbitrary.
  void give_up_at(const Deadline& deadline) { evaluator_.give_up_at(deadline); }
  bool gave_up() const { return divided() ? gave_up_ : deadline().passed(); }

  // To be called in all processes of a team. The first gradient of divided terms allocates.
  Evaluation value(std::span<const T> x);
  Evaluation value_and_gradient(std::span<const T> x, std::span<T> gradient);

  bool divided() const { return division_.parts > 1; }
  // The parts that this process evaluates, in their order: the terms themselves where they are undivided. Where
  // there are more parts than terms some are empty.
  std::span<const Batch> own_parts() const { return own_parts_; }
  // Evaluates one of them.
  Evaluator<T>& evaluator() { return evaluator_; }
  // value(), but for value_of(p, part) in the place of the objective's own over own part number p.
  template <class ValueOf>
  Evaluation value_by_parts(const ValueOf& value_of) {
    if (!divided()) return value_of(std::size_t{0}, own_parts_.front());
    if (gave_up_) return given_up;
    for (std::size_t p = 0; p < own_parts_.size(); ++p)
      values_[static_cast<std::size_t>(own_.first) + p] =
          own_parts_[p].size() == 0 ? 0 : value_of(p, own_parts_[p]).value;
    return mean_value();
  }
  // Whether `late`, a deadline seen to have passed, is true in any of the processes: what was being evaluated
  // is given up.
  bool agree_on_giving_up(bool late);

 private:
  static constexpr double given_up = std::numeric_limits<double>::quiet_NaN();
  Evaluation mean_value();

  Team& team_;
  Pool& pool_;
  Division division_;
  ItemRange own_;  // of the parts
  Evaluator<T> evaluator_;
  WorkersMean<T> mean_;
  std::vector<std::uint32_t> rows_;  // of own parts that are lists, one after the other
  std::vector<Batch> own_parts_;
  std::vector<double> values_;  // of all parts
  std::vector<Aligned<T>> own_gradients_;
  bool gave_up_ = false;
};

}  // namespace lookahead
