#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "base/archive.hpp"
#include "run/outcome.hpp"
#include "run/plan.hpp"
#include "run/watcher.hpp"
#include "trace/record.hpp"

namespace lookahead {

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
  // no end). Records go to `sink` if there is one; it never changes the run.
  virtual Outcome run(Sink* sink, Watcher& watcher, Index most_steps = 0) = 0;
  // Writes or reads everything that evolves.
  virtual void exchange(Archive& archive) = 0;
  // model.json of data, solution.csv of functions and games.
  virtual ResultFile result() const = 0;
};

// Seconds on the wall since a moment.
inline double seconds_since(Run::Clock::time_point then) {
  return std::chrono::duration<double>(Run::Clock::now() - then).count();
}

// The run of a plan, at its start. plan and pool must outlive it. stop.time and elapsed_s count from `began`.
std::unique_ptr<Run> start_run(const Plan& plan, Pool& pool,
                               Run::Clock::time_point began = Run::Clock::now());

}  // namespace lookahead
