#pragma once
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "base/scalar.hpp"
#include "engine/stopping.hpp"
#include "run/plan.hpp"

namespace lookahead {

// What a run is judged by besides its end: the first moment at which its excess meets each target, and the
// mean of the excess over the last fifth of its steps (the tail gap). The excess is the loss of the slow point
// above the minimum where that is known, else the loss itself. Moments are the start, every sync of a
// function's or game's run, every epoch's end of data's. They are evaluated for this alone, so that no trace
// changes it, and it changes no run.
class Milestones {
 public:
  struct Reached {
    Index steps = 0, grad_evals = 0;
    double time_s = 0;
  };

  // Of a run of this plan; targets: any numbers.
  Milestones(const Plan& plan, std::vector<double> targets);

  // Moments after this step are of interest, and the start.
  Index after() const { return after_; }
  // Whether the excess at the start is.
  bool wants_start() const { return !targets_.empty(); }
  // A moment; steps ascend.
  // target_excess: what the targets are held against.
  void pass(const Counts& counts, double time_s, double excess, double target_excess);
  // The run ends with this excess at its slow point.
  void end(double excess) { last_ = excess; }

  // Mean over the moments whose step is above 0.8 times that of the run's end; of the end where there is none.
  double tail_mean(Index last_step) const;
  // One per target, empty where it was not met.
  const std::vector<std::optional<Reached>>& reached() const { return reached_; }

 private:
  struct Moment {
    Index step;
    double excess;
  };

  std::vector<double> targets_;
  std::vector<std::optional<Reached>> reached_;
  Index after_ = 0;
  std::deque<Moment> tail_;
  double last_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace lookahead
