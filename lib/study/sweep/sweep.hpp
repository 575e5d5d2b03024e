#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/note.hpp"
#include "study/sweep/roster.hpp"

namespace lookahead {

class Muster;
class Pool;
struct Plan;
struct RunFacts;

// Which runs of a grid are carried out here: run i, from 0, where i % count == part.
struct SweepShard {
  Index part = 0, count = 1;
};

// How the runs of a grid are to be carried out.
struct SweepRequest {
  std::filesystem::path directory;
  Index threads = 1;
  bool force = false;  // replace what an earlier sweep left in the directory
  bool retry = false;  // carry out again what failed
  std::optional<SweepShard> shard = {};
  std::optional<Index> index = {};  // of the one run to be carried out, from 0
  // Of the runs whose folders are kept, as of SolveRequest.
  std::function<void(const Plan& plan, Pool& pool, RunFacts& facts)> explain = {};
  bool gather = false;  // carry out nothing, join what the shards have left
  // Of the processes that share out the runs; null: there is one. Neither with shard nor index nor gather.
  Muster* muster = nullptr;
};

// Whether the request is for this run of the grid, from 0.
bool is_chosen(const SweepRequest& request, Index run);

// How far a sweep is.
struct SweepCounts {
  Index runs = 0;                               // of the grid, or of the shard
  Index before = 0;                             // finished when it began
  Index done = 0;                               // finished since, however they ended
  Index diverged = 0, failed = 0, dropped = 0;  // of those that are finished, before too
};

// What the surroundings may see and say.
class SweepWatcher {
 public:
  virtual ~SweepWatcher() = default;
  // Everything is read and checked; files are written from here on.
  virtual void begins() {}
  virtual bool interrupted() { return false; }
  // Called a few times a second at most, from one thread at a time.
  virtual void progress(const SweepCounts& counts, double seconds) {
    (void)counts;
    (void)seconds;
  }
  virtual void note(const Note& note) { (void)note; }
};

// What came of a sweep, or of a part of it.
struct SweepResult {
  SweepCounts counts;
  bool interrupted = false;
  double elapsed_s = 0;
  struct Failure {
    Index index = 0;  // from 1
    std::string message;
  };
  std::vector<Failure> failures;  // the first few
};

// All points of a sweep, with their data read. Faults: what a sweep is refused for before its first run, whatever its
// folder holds: problems, data, runs to start from, halving. Nothing of it is run.
Checked<std::unique_ptr<Roster>> checked_roster(const Grid& grid, Index threads);

// The same with what the request and its folder are refused for, which stays as it is.
Checked<std::unique_ptr<Roster>> checked_sweep(const Grid& grid, const SweepRequest& request);

// Carries out the runs of a sweep that its journals do not hold yet, many at a time, each on one thread where
// there are enough of them, and writes the tables. The rows are the same, times excepted, for any threads,
// shards and interruptions, and those of `solve` on the same problem. Faults: of the problems before anything
// runs; of data that have changed since the journals (data); of the output.
// With a muster all ranks make the same call, and every one carries out runs. The first rank writes all files
// but the folders of runs that are kept, which the ranks write themselves, to a file system that all of them
// see; the others get an empty result. Ranks whose version, sweep or data differ are refused before anything is
// written.
Checked<SweepResult> sweep(const Grid& grid, const SweepRequest& request, SweepWatcher& watcher);

}  // namespace lookahead
