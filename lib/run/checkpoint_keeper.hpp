#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "run/checkpoint.hpp"
#include "run/run.hpp"
#include "run/watcher.hpp"
#include "trace/csv_sink.hpp"

namespace lookahead {

// Keeps checkpoint.bin of a run up to date. The run waits for a copy of its state into a buffer that is kept;
// checksum, file and disk are the work of a thread of its own. A checkpoint that cannot be written is a note,
// not the run's end.
class CheckpointKeeper final : public StateKeeper {
 public:
  using Clock = Run::Clock;
  struct Parts {
    std::filesystem::path file;
    double interval_s = 60;  // between two of them, at least
    CheckpointHead head;     // what does not change
    CsvSink* trace = nullptr;
    Watcher* watcher = nullptr;
    // The run's, and the folds that were finished before.
    const Plan* plan = nullptr;
    FinishedFolds folds = {};
    // Told of each that is on the disk, from another thread.
    std::function<void(const CheckpointHead&)> written = {};
  };
  explicit CheckpointKeeper(Parts parts);
  ~CheckpointKeeper() override;

  bool due(Clock::time_point now) override;
  // At the run's end the file is on the disk when this returns.
  void keep(Run& run, const Counts& counts, bool at_end) override;
  // After the run's end: the same state with the folds that are finished, where one is due. From one thread at
  // a time.
  void keep_folds(const FinishedFolds& folds);
  // The same with those of the last call that were not due.
  void keep_last_folds();
  // Returns when nothing is being written, and tells what went wrong.
  void wait();
  // After wait(), when there is nothing more to keep: gives back the memory of the copy.
  void release();
  // The step of the last one on the disk.
  std::optional<Index> last_step() const;
  // That the trace could not be brought to the disk.
  std::optional<Fault> trace_fault() const;
  // Why some are missing, each once.
  std::vector<std::string> warnings() const;

 private:
  bool hand_over();
  void write_here();
  void write();
  void serve();
  bool copy_folds();
  void warn(const std::string& text);

  Parts parts_;
  Archive body_;
  std::size_t state_size_ = 0;  // of the body, before the folds
  Clock::time_point last_ = Clock::now();
  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // Guarded by mutex_.
  bool busy_ = false, closing_ = false;
  std::optional<Index> last_step_;
  std::optional<Fault> trace_fault_;
  std::vector<std::string> warnings_, untold_;
  bool folds_kept_ = true;
  std::atomic<bool> short_of_memory_{false};  // a checkpoint found no memory to be written
};

}  // namespace lookahead
