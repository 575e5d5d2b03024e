#include "study/sweep/sweep_log.hpp"

namespace lookahead {
namespace {

constexpr std::chrono::milliseconds between_writes{200};
constexpr std::chrono::seconds between_synchronizations{1};
constexpr std::size_t most_failures = 5;

}  // namespace

SweepLog::SweepLog(JournalWriter& journal, FinishedRuns& finished, SweepWatcher& watcher, SweepCounts counts)
    : journal_(journal), finished_(finished), watcher_(watcher), counts_(counts) {}

double SweepLog::seconds() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

void SweepLog::add(const RunKey& key, const RunRow& row, Index index) {
  const std::string line = journal_line(key, row);
  const auto status = row.status();
  const auto now = Clock::now();
  bool synchronize = false;
  {
    const std::lock_guard lock(mutex_);
    finished_.add(key, line, status == StudyStatus::failed);
    lines_ += line;
    ++counts_.done;
    counts_.diverged += status == StudyStatus::diverged ? 1 : 0;
    counts_.dropped += status == StudyStatus::dropped ? 1 : 0;
    if (status == StudyStatus::failed) {
      ++counts_.failed;
      if (failures_.size() < most_failures)
        failures_.push_back({index + 1, std::string(row.find("message"))});
    }
    look_after(now);
    synchronize =
        !fault_ && now - synchronized_ >= between_synchronizations && !synchronizing_.exchange(true);
    if (synchronize) synchronized_ = now;
  }
  if (!synchronize) return;
  const auto done = journal_.synchronize();
  synchronizing_ = false;
  if (done) return;
  const std::lock_guard lock(mutex_);
  if (!fault_) fault_ = done.faults().front();
  failed_ = true;
}

// Writes and tells what is due.
void SweepLog::look_after(Clock::time_point now) {
  if (!lines_.empty() && now - written_ >= between_writes) {
    written_ = now;
    const auto done = journal_.append(lines_);
    if (!done && !fault_) fault_ = done.faults().front();
    if (!done) failed_ = true;
    lines_.clear();
  }
  if (now - told_ >= between_writes) {
    told_ = now;
    watcher_.progress(counts_, std::chrono::duration<double>(now - began_).count());
  }
}

bool SweepLog::wants_end() {
  if (failed_) return true;
  if (watcher_.interrupted()) interrupted_ = true;
  if (interrupted_) return true;
  // Long runs leave it to whoever asks.
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) look_after(Clock::now());
  return false;
}

Checked<Done> SweepLog::close() {
  const std::lock_guard lock(mutex_);
  if (!fault_ && !lines_.empty()) {
    if (auto done = journal_.append(lines_); !done) fault_ = done.faults().front();
    lines_.clear();
  }
  if (!fault_) {
    if (auto done = journal_.synchronize(); !done) fault_ = done.faults().front();
  }
  if (fault_) return *fault_;
  watcher_.progress(counts_, std::chrono::duration<double>(Clock::now() - began_).count());
  return Done{};
}

}  // namespace lookahead
