#pragma once
#include <atomic>
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

  // Drops the runs of all other points than `points`, and takes the rest to the rung (0: to their end) on so many
  // threads, until `ended` says that the sweep is to end, which is asked from any of them. `serve` is called
  // again and again meanwhile, and sets `stop` where it wants their end; none: nobody is to be served. Whether
  // all have come there.
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
