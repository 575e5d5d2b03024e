#pragma once
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "run/run.hpp"
#include "study/sweep/roster.hpp"
#include "study/sweep/run_row.hpp"

namespace lookahead {

// A run of a sweep with halving. It pauses at rungs and lies in memory meanwhile, to go on bit for bit. Without
// faults of its own: what keeps it from being carried out is its row.
class PausedRun {
 public:
  // What a value is that nothing is worse than.
  static constexpr double worst = std::numeric_limits<double>::infinity();

  // Run `number` of the grid, which is one of `point`.
  PausedRun(Index number, Index point) : number_(number), point_(point) {}

  Index number() const { return number_; }
  Index point() const { return point_; }
  bool ended() const { return row_.has_value(); }
  // Of a run that has ended or was dropped.
  const std::optional<RunRow>& row() const { return row_; }
  // By which it is judged; less is better.
  double value() const { return value_; }

  // Goes on to so many steps, rounds or epochs in all, or to the end (0). False where it was interrupted.
  bool go_on(Roster& roster, double rung, Watcher& watcher);
  // Ends it where it stands.
  void drop(Roster& roster);

 private:
  Checked<Done> begin(Roster& roster);
  Index rung_steps(const Roster& roster, double rung) const;
  std::string judged_by(const Roster& roster) const;
  Checked<Done> look(const Roster& roster);
  Checked<Done> finish(Roster& roster, Watcher& watcher);
  void free_memory();

  Index number_, point_;
  Pool pool_{1};
  std::unique_ptr<const Plan> plan_;
  std::unique_ptr<Run> run_;
  std::optional<Milestones> milestones_;
  Outcome outcome_;
  Index steps_ = 0;
  double value_ = worst;
  std::optional<RunRow> row_;
};

}  // namespace lookahead
