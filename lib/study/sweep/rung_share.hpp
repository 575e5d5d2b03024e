#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "parallel/team.hpp"
#include "study/sweep/paused_run.hpp"

namespace lookahead {

// Where a run of a sweep with halving stands at a rung.
struct RungStanding {
  Index run = 0;  // of the grid
  double value = PausedRun::worst;
  std::int64_t ended = 0;
};

// The runs of one method on one problem that one rank takes from rung to rung.
class RungShare {
 public:
  // Every size-th of the runs of these points, from the rank's own number on.
  RungShare(Roster& roster, const std::vector<Index>& points, const Team& team);

  // Drops the runs of all points but `points`, and takes the others to the rung (0: to their end) on so many
  // threads. `ended`, which any of them calls, says whether the sweep is to end. Meanwhile the calling thread calls
  // `serve` again and again; without `serve` it carries out runs itself. Returns whether all runs have arrived.
  bool advance(const std::vector<Index>& points, double rung, Index threads,
               const std::function<bool()>& ended, const std::function<void()>& serve);

  // Of the runs that have not been dropped.
  std::vector<RungStanding> standings() const;
  // The runs that have got their rows since the call before, in their order.
  std::vector<const PausedRun*> new_rows();

 private:
  struct Member {
    std::unique_ptr<PausedRun> run;
    bool dropped = false, told = false;  // told: its row
  };

  Roster& roster_;
  std::vector<Member> members_;
};

}  // namespace lookahead
