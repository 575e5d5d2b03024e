#pragma once
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "run/solve.hpp"
#include "study/sweep/roster.hpp"
#include "study/sweep/run_row.hpp"
#include "study/sweep/sweep.hpp"

namespace lookahead {

// Asked whether a run is to end; whatever else a run says is kept to itself.
class SweepRunWatcher final : public Watcher {
 public:
  explicit SweepRunWatcher(std::function<bool()> wants_end) : wants_end_(std::move(wants_end)) {}
  bool interrupted() override { return wants_end_(); }

 private:
  std::function<bool()> wants_end_;
};

// One run of a sweep with a row alone; nothing where it was interrupted. What keeps it from being carried out
// is a row too.
std::optional<RunRow> row_of_run(const Spec& spec, const std::shared_ptr<const Problem>& problem,
                                 const std::vector<SweepTarget>& targets, Pool& pool, Watcher& watcher);

// The same, with the folder that `keep` asks for.
std::optional<RunRow> keep_run(const Spec& spec, const std::shared_ptr<const Problem>& problem,
                               const std::vector<SweepTarget>& targets, const std::string& method,
                               const std::filesystem::path& folder, const RunKey& key, Keep keep,
                               const decltype(SolveRequest::explain)& explain, Watcher& watcher);

// Lets runs go side by side, and one that had no room beside others go again by itself.
class MemoryGate {
 public:
  template <class Work>
  auto beside_others(const Work& work) {
    {
      const std::lock_guard turn(turn_);
      going_.lock_shared();
    }
    const std::shared_lock going(going_, std::adopt_lock);
    return work();
  }
  template <class Work>
  auto alone(const Work& work) {
    // Whoever waits for the others lets no more of them begin.
    const std::lock_guard turn(turn_);
    const std::unique_lock going(going_);
    return work();
  }

 private:
  std::mutex turn_;
  std::shared_mutex going_;
};

// What one thread does with run after run of a sweep.
class SweepThread {
 public:
  // `each`: threads for one run. The threads of a process share a gate.
  SweepThread(Roster& roster, const SweepRequest& request, Index each, std::function<bool()> wants_end,
              MemoryGate& gate)
      : roster_(roster), request_(request), each_(each), watcher_(std::move(wants_end)), gate_(gate) {}

  // Run `number`, from 0, which the problems expect; nothing where it was interrupted.
  std::optional<RunRow> carry_out(Index number);

 private:
  std::optional<RunRow> row_of(Index number);

  Roster& roster_;
  const SweepRequest& request_;
  Index each_;
  SweepRunWatcher watcher_;
  MemoryGate& gate_;
  std::unique_ptr<Pool> pool_;
  Index known_point_ = -1;  // whose problem is spec_
  Checked<Spec> spec_ = Faults{};
};

// The value of a row's column; NaN where it has none.
double value_in(const RunRow& row, std::string_view column);

}  // namespace lookahead
