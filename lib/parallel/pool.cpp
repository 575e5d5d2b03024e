#include "parallel/pool.hpp"

#include <exception>
#include <utility>

namespace lookahead {
namespace {

constexpr std::uint64_t field = (std::uint64_t{1} << 24) - 1;
constexpr int patience = 1000;  // yields before a thread that waits goes to sleep

std::uint64_t next_task(std::uint64_t ticket) { return ticket & field; }
std::uint64_t task_count(std::uint64_t ticket) { return (ticket >> 24) & field; }
bool has_work(std::uint64_t ticket) { return next_task(ticket) < task_count(ticket); }

}  // namespace

Pool::Pool(Index threads) {
  try {
    for (Index i = 1; i < threads; ++i) workers_.emplace_back([this, i] { serve(i); });
  } catch (const std::exception&) {
    // The system gives no more threads (ulimit -u) or no memory for them; the results are the same with
    // fewer.
  }
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Pool::run_tasks(Index count, void* context, Call call) {
  if (workers_.empty() || count <= 1) {
    for (Index i = 0; i < count; ++i) call(context, i, 0);
    return;
  }
  context_ = context;
  call_ = call;
  finished_.store(0, std::memory_order_relaxed);
  const std::uint64_t generation = (ticket_.load(std::memory_order_relaxed) >> 48) + 1;
  ticket_.store((generation << 48) | (static_cast<std::uint64_t>(count) << 24));
  if (sleeping_.load() > 0) {
    { const std::lock_guard lock(mutex_); }
    wake_.notify_all();
  }
  while (do_one(0)) {
  }
  wait_for(count);
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void Pool::wait_for(Index count) {
  const auto done = [&] { return finished_.load() == count; };
  for (int idle = 0; idle < patience; ++idle) {
    if (done()) return;
    std::this_thread::yield();
  }
  std::unique_lock lock(mutex_);
  waiting_ = true;
  done_.wait(lock, done);
  waiting_ = false;
}

bool Pool::do_one(Index thread) {
  if (!has_work(ticket_.load(std::memory_order_acquire))) return false;
  const std::uint64_t ticket = ticket_.fetch_add(1, std::memory_order_acq_rel);
  if (!has_work(ticket)) return false;
  try {
    call_(context_, static_cast<Index>(next_task(ticket)), thread);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!thrown_) thrown_ = std::current_exception();
  }
  const Index finished = finished_.fetch_add(1) + 1;
  if (static_cast<std::uint64_t>(finished) == task_count(ticket) && waiting_.load()) {
    { const std::lock_guard lock(mutex_); }
    done_.notify_one();
  }
  return true;
}

void Pool::serve(Index thread) {
  int idle = 0;
  while (!closing_.load(std::memory_order_relaxed)) {
    if (do_one(thread)) {
      idle = 0;
    } else if (++idle < patience) {
      std::this_thread::yield();
    } else {
      std::unique_lock lock(mutex_);
      sleeping_.fetch_add(1);
      wake_.wait(lock, [this] { return closing_ || has_work(ticket_.load()); });
      sleeping_.fetch_sub(1);
      idle = 0;
    }
  }
}

}  // namespace lookahead
