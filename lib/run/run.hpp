#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "base/archive.hpp"
#include "parallel/team.hpp"
#include "run/outcome.hpp"
#include "run/plan.hpp"
#include "run/watcher.hpp"
#include "trace/record.hpp"

namespace lookahead {

class Milestones;
class Run;

// Who keeps copies of a run's state while it goes on.
class StateKeeper {
 public:
  virtual ~StateKeeper() = default;
  // Asked between pieces of work, with the time.
  virtual bool due(std::chrono::steady_clock::time_point now) = 0;
  // Takes a copy by exchange(). `at_end`: the run ends here; what its end does to the state, and the trace's
  // last row, are still to come, so that a longer run can go on from this copy.
  virtual void keep(Run& run, const Counts& counts, bool at_end) = 0;
};

// A run: all that evolves, and the loop that makes it evolve. The precision is chosen where a run is made and
// is hidden behind this face. The same run continued after exchange() into a new one gives the same bits.
class Run {
 public:
  using Clock = std::chrono::steady_clock;
  // The file that holds a run's result, and its text.
  struct ResultFile {
    std::string name, text;
  };

  virtual ~Run() = default;
  // Runs to the end, or until `most_steps` inner steps are done in this call (for tests and checkpoints; 0 =
  // no end). Records go to `sink` if there is one, copies of the state to `keeper`; neither changes the run.
  virtual Outcome run(Sink* sink, Watcher& watcher, Index most_steps = 0, StateKeeper* keeper = nullptr) = 0;
  // Tells these of the moments of the run from here on. They outlive it, and are no part of its state.
  virtual void watch(Milestones& milestones) = 0;
  // Between two pieces of the run: loss_slow, gap where the minimum is known, and metric_columns() of the spec,
  // at the slow point.
  virtual std::vector<ResultMetric> standing() = 0;
  // Writes or reads everything that evolves.
  virtual void exchange(Archive& archive) = 0;
  virtual Nearest nearest() const = 0;
  // The item of the state that is the run's result so far.
  virtual std::string result_item() const = 0;
  // model.json of data, solution.csv of functions and games.
  virtual ResultFile result() const = 0;
};

// Seconds on the wall since a moment.
inline double seconds_since(Run::Clock::time_point then) {
  return std::chrono::duration<double>(Run::Clock::now() - then).count();
}

// The run of a plan, at its start. plan, pool and team must outlive it. stop.time and elapsed_s count from
// `began`. Of a team all ranks start it, and make the same calls; each has a sink where the first one has one,
// and the first one alone may have a keeper.
std::unique_ptr<Run> start_run(const Plan& plan, Pool& pool, Run::Clock::time_point began = Run::Clock::now(),
                               Team& team = alone());

}  // namespace lookahead
