#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/aligned.hpp"
#include "base/archive.hpp"
#include "base/fault.hpp"
#include "objective/evaluation.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead {

// What an agent can tell of its last steps.
struct Telemetry {
  double loss_batch = std::numeric_limits<double>::quiet_NaN();  // what the last step saw before it moved
  // The loss at the point from which the last advance started; NaN where the optimizer did not ask for it.
  double first_loss = std::numeric_limits<double>::quiet_NaN();
  double rate = std::numeric_limits<double>::quiet_NaN();   // the learning rate of the last step
  double alpha = std::numeric_limits<double>::quiet_NaN();  // the slow step size of the round just worked on
  Index k = 1;                                              // its fast rounds per slow step
  // From the fast point to the slow one, both before the last sync; known where keep_fast() asked for it.
  double disagreement = std::numeric_limits<double>::quiet_NaN();
  // Of rates that vary: the sum of those of all steps, as a number and what its rounding left over, and how
  // many of the last steps had the same one. All 0 where the rate is constant.
  double rate_sum = 0, rate_rest = 0;
  Index same_rates = 0;
  Index steps = 0;       // inner steps done
  Index rounds = 0;      // outermost rounds done
  Index grad_evals = 0;  // gradients of terms (rows), or oracle calls
  bool synced = true;    // whether fast and slow stand together: at the start and after a sync
  // The last loss was not finite or beyond the limit. The step was not made, or does not count; it counts
  // where the loss was met elsewhere than at the point the step started from.
  bool diverged = false;
  // Why an evaluation could not be made, the objective's own: `diverged` is set too, the step was not made, and
  // no other will be. Of a rule that had begun to move, the fast point is not a number.
  const Fault* fault = nullptr;
  // diverged: why the loss is no finite number, where the objective can tell; lives as long as the agent.
  const std::string* undefined = nullptr;
  bool gradient_finite = true;  // false: it was the gradient that was not finite
  Index agent = 0;              // the fast agent that these numbers are of
  // The last round has changed nothing, nor will any other: points and memories are to the bit what they
  // were.
  bool stalled = false;
  // The settled point is the mean of the path that the inner optimizer keeps, not the slow point.
  bool averaged = false;

  void exchange(Archive& archive) {
    for (double* number : {&loss_batch, &first_loss, &rate, &alpha, &disagreement, &rate_sum, &rate_rest}) {
      archive.exchange("telemetry.number", *number);
    }
    for (Index* count : {&k, &same_rates, &steps, &rounds, &grad_evals, &agent})
      archive.exchange_count("telemetry.count", *count);
    for (bool* flag : {&synced, &diverged, &gradient_finite, &stalled, &averaged}) {
      archive.exchange("telemetry.flag", *flag);
    }
  }
};

// Refuses a state whose counts are not those of what it stands on, but where a run ended within its steps.
inline void refuse_apart(Archive& archive, const Telemetry& told, Index steps, Index rounds) {
  if (!told.diverged && (told.steps != steps || told.rounds != rounds)) archive.refuse();
}

// The best loss among settled points whose exact loss the run met on its way.
struct Best {
  double loss = std::numeric_limits<double>::infinity();
  Index step = 0;
  void consider(double candidate, Index at) {
    if (candidate < loss) {
      loss = candidate;
      step = at;
    }
  }
  void exchange(Archive& archive) {
    archive.exchange("best.loss", loss);
    archive.exchange_count("best.step", step);
  }
};

// A kept point (Agent::fast) in an archive: its coordinates stand there where there is one.
template <Scalar T>
void exchange_kept(Archive& archive, std::string_view name, bool& has_kept, Aligned<T>& kept,
                   std::size_t dimension) {
  archive.exchange(name, has_kept);
  if (!archive.intact() || !has_kept) return;
  kept.resize(dimension);
  archive.exchange(name, std::span<T>(kept));
}

// The coordinates of several vectors, each as an item of the same name.
template <Scalar T>
void exchange_all(Archive& archive, std::string_view name, std::span<Aligned<T>> vectors) {
  for (Aligned<T>& vector : vectors) archive.exchange(name, std::span<T>(vector));
}

// Something that moves a point and can be stopped anywhere: advance(a) then advance(b) is advance(a + b), bit
// for bit.
template <Scalar T>
class Agent {
 public:
  virtual ~Agent() = default;
  // Moves the fast point x by up to `steps` inner steps; fewer only where the run diverged, failed or stalled.
  // Returns how many. No allocation.
  virtual Index advance(std::span<T> x, Index steps) = 0;
  // Whether what follows shall keep the fast point of the last step of an advance() as it stood before any
  // sync of that step. At first it is not kept; the first one kept allocates.
  virtual void keep_fast(bool wanted) { (void)wanted; }
  // That point: of the innermost level, of workers the point that their sync starts from. x itself where
  // nothing was kept or no sync moved it.
  virtual std::span<const T> fast(std::span<const T> x) const { return x; }
  // From now on the point from which the last step was made stands in `point`, which must outlive the agent;
  // false where this agent cannot keep it there.
  virtual bool keep_point_before(std::span<T> point) {
    (void)point;
    return false;
  }
  // The point that counts as the agent's result: x itself, or the slow point.
  virtual std::span<const T> settled(std::span<const T> x) const = 0;
  // A sync further out has put x where all inner points now stand; `moved`: somewhere else than they were.
  virtual void adopt(std::span<const T> x, bool moved) = 0;
  // Back to the last settled point before the current one, for when that one turns out to have diverged.
  virtual void retreat(std::span<T> x) = 0;
  // Inner steps until `rounds` more of this agent's own rounds are complete; rounds >= 1. Where they are more than `most`
  // any number from there on.
  virtual Index steps_until(Index rounds, Index most = std::numeric_limits<Index>::max()) const = 0;
  // y = (1 - alpha) slow + alpha fast, the point of the convergence theorem (exactly the slow point after a
  // sync).
  virtual void mean_point(std::span<const T> x, std::span<T> y) const = 0;
  // The inner optimizers' memories, for at_sync: one, or one per worker of this process, all of the same shape.
  virtual Index memories() const { return 1; }
  virtual Memory<T> memory(Index i) = 0;
  // Puts the mean of the linear vectors of all memories in the place of each: of several workers, on all ranks
  // of a team. No allocation.
  virtual void average_memories() {}
  // A sync further out has changed the memories: theirs are now those of the last sync of every level within.
  virtual void memories_moved() {}
  // A number that tells the states of one agent apart which stand at the same points: it is made of the
  // memories of inner and outer optimizers.
  virtual std::uint64_t fingerprint() = 0;
  // Whether the inner optimizers keep a mean of their path as their result (Optimizer::average).
  virtual bool averages() const = 0;
  // Writes that mean; false where it is still to begin.
  virtual bool average_path(std::span<T> out) const = 0;
  virtual void restart_optimizers() = 0;
  // Loss and gradient at any point as the last step drew them: its batch, noise and clipping. Counted.
  virtual Evaluation value_and_gradient(std::span<const T> at, std::span<T> gradient) = 0;
  virtual const Telemetry& telemetry() const = 0;
  // The best of the points that only a level within this agent has met; none where it has no such level.
  virtual Best best() const { return {}; }
  // The vectors that the agent above keeps beside the memories, as many beside each: whether exchange() of this
  // one writes them with what else belongs to a memory. They outlive it.
  virtual bool exchanges_beside(std::vector<Aligned<T>>& of_memories) {
    (void)of_memories;
    return false;
  }
  // Brings what evolves on the other ranks of a team to the first one, for exchange() to write it there before
  // the next step. To be called on all of them.
  virtual void collect() {}
  // Writes or reads everything that evolves; x is the caller's. Ranks but the first write their own part alone,
  // and all read the whole.
  virtual void exchange(Archive& archive) = 0;
};

}  // namespace lookahead
