#include "run/checkpoint_keeper.hpp"

#include <algorithm>
#include <new>
#include <system_error>

#include "base/memory.hpp"

namespace lookahead {

CheckpointKeeper::CheckpointKeeper(Parts parts) : parts_(std::move(parts)) {}

CheckpointKeeper::~CheckpointKeeper() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool CheckpointKeeper::due(Clock::time_point now) {
  if (std::chrono::duration<double>(now - last_).count() < parts_.interval_s) return false;
  const std::lock_guard lock(mutex_);
  return !busy_;
}

void CheckpointKeeper::keep(Run& run, const Counts& counts, bool at_end) {
  wait();
  if (parts_.trace != nullptr) {
    parts_.trace->flush();
    // The run ends by itself where its trace cannot be written.
    if (parts_.trace->failed()) return;
    parts_.head.trace_bytes = static_cast<std::int64_t>(parts_.trace->file().size());
    parts_.head.trace_checksum = parts_.trace->file().checksum();
  }
  parts_.head.counts = counts;
  parts_.head.nearest = run.nearest();
  parts_.head.ended = at_end;
  parts_.head.result_item = run.result_item();
  const auto copy = [&](Archive& archive) {
    parts_.head.exchange(archive);
    run.exchange(archive);
  };
  try {
    Archive size = Archive::counting();
    copy(size);
    // The copy may be as large as the run itself.
    const std::size_t more = size.size() > body_.capacity() ? size.size() : 0;
    if (more > 0 && resident_memory() + static_cast<double>(more) > usable_memory()) throw std::bad_alloc();
    body_.cut(0);
    body_.reserve(size.size());
    copy(body_);
    state_size_ = body_.size();
  } catch (const std::bad_alloc&) {
    body_ = Archive();
    state_size_ = 0;
    warn("there is no memory for a checkpoint: the run cannot be continued from here");
    last_ = Clock::now();
    return;
  }
  last_ = Clock::now();
  if (!copy_folds()) return;
  if (!at_end && hand_over()) return;
  write_here();
  last_ = Clock::now();
}

// Leaves the rest to the thread; false where none is to be had: the run waits for the disk.
bool CheckpointKeeper::hand_over() {
  try {
    if (!thread_.joinable()) thread_ = std::thread([this] { serve(); });
  } catch (const std::system_error&) {
    return false;
  } catch (const std::bad_alloc&) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  busy_ = true;
  wake_.notify_all();
  return true;
}

void CheckpointKeeper::write_here() {
  try {
    write();
  } catch (const std::bad_alloc&) {
    short_of_memory_ = true;
  }
}

void CheckpointKeeper::keep_folds(const FinishedFolds& folds) {
  parts_.folds = folds;
  folds_kept_ = false;
  if (due(Clock::now())) keep_last_folds();
}

void CheckpointKeeper::keep_last_folds() {
  if (folds_kept_ || state_size_ == 0 || !copy_folds()) return;
  write_here();
  folds_kept_ = true;
  last_ = Clock::now();
}

// Puts the folds behind the state; false where there is no memory for it.
bool CheckpointKeeper::copy_folds() {
  try {
    body_.cut(state_size_);
    if (!parts_.folds.empty()) exchange_folds(body_, parts_.folds, *parts_.plan);
    return true;
  } catch (const std::bad_alloc&) {
    warn("there is no memory for a checkpoint of the folds");
    return false;
  }
}

std::optional<Index> CheckpointKeeper::last_step() const {
  const std::lock_guard lock(mutex_);
  return last_step_;
}

std::optional<Fault> CheckpointKeeper::trace_fault() const {
  const std::lock_guard lock(mutex_);
  return trace_fault_;
}

std::vector<std::string> CheckpointKeeper::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

// The body as it is, and before it the trace that it refers to.
void CheckpointKeeper::write() {
  if (parts_.trace != nullptr) {
    // The system tells of it once.
    if (const auto done = parts_.trace->file().synchronize(); !done) {
      const std::lock_guard lock(mutex_);
      trace_fault_ = done.faults().front();
      return;
    }
  }
  const auto done = write_checkpoint(parts_.file, body_.bytes());
  if (!done) return warn(to_string(done.faults().front()) + "; the checkpoint before it is kept");
  {
    const std::lock_guard lock(mutex_);
    last_step_ = parts_.head.counts.steps;
  }
  if (parts_.written) parts_.written(parts_.head);
}

void CheckpointKeeper::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return busy_ || closing_; });
    if (!busy_) return;
    lock.unlock();
    write_here();
    lock.lock();
    busy_ = false;
    wake_.notify_all();
  }
}

void CheckpointKeeper::wait() {
  std::vector<std::string> untold;
  {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return !busy_; });
  }
  if (short_of_memory_.exchange(false)) warn("there was no memory to write a checkpoint");
  {
    const std::lock_guard lock(mutex_);
    untold.swap(untold_);
  }
  for (const std::string& text : untold) parts_.watcher->note(warning(text));
}

void CheckpointKeeper::release() {
  body_ = Archive();
  state_size_ = 0;
}

void CheckpointKeeper::warn(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (std::find(warnings_.begin(), warnings_.end(), text) != warnings_.end()) return;
  warnings_.push_back(text);
  untold_.push_back(text);
}

}  // namespace lookahead
