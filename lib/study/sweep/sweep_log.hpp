#pragma once
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

#include "study/sweep/journal.hpp"
#include "study/sweep/sweep.hpp"

namespace lookahead {

// Where the threads of a sweep leave what they have finished: rows go to the journal five times a second and
// to the disk once a second, by whichever thread comes by. Nobody waits for the disk but that one.
class SweepLog {
 public:
  SweepLog(JournalWriter& journal, FinishedRuns& finished, SweepWatcher& watcher, SweepCounts counts);

  void add(const RunKey& key, const RunRow& row, Index index);
  // Asked from any thread between pieces of work; whether the sweep is to end.
  bool wants_end();
  // The sweep is to end as if its watcher had said so.
  void interrupt() { interrupted_ = true; }
  // Everything is on the disk.
  Checked<Done> close();

  const SweepCounts& counts() const { return counts_; }
  double seconds() const;
  bool interrupted() const { return interrupted_; }
  std::vector<SweepResult::Failure>& failures() { return failures_; }

 private:
  using Clock = std::chrono::steady_clock;
  void look_after(Clock::time_point now);

  JournalWriter& journal_;
  FinishedRuns& finished_;
  SweepWatcher& watcher_;
  std::mutex mutex_;  // of all that follows
  SweepCounts counts_;
  std::string lines_;
  std::vector<SweepResult::Failure> failures_;
  Clock::time_point began_ = Clock::now(), written_ = began_, synchronized_ = began_, told_ = began_;
  std::optional<Fault> fault_;
  std::atomic<bool> interrupted_{false}, failed_{false}, synchronizing_{false};
};

}  // namespace lookahead
