#pragma once
#include <memory>
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
using MemoryGate = std::shared_mutex;

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
