#include "study/sweep/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <unordered_map>

#include "base/file.hpp"
#include "base/path_cure.hpp"
#include "base/text.hpp"
#include "parallel/parallel.hpp"
#include "run/muster.hpp"
#include "study/sweep/halving.hpp"
#include "study/sweep/halving_check.hpp"
#include "study/sweep/problem_sizes.hpp"
#include "study/sweep/sharing.hpp"
#include "study/sweep/sweep_directory.hpp"
#include "study/sweep/sweep_log.hpp"
#include "study/sweep/sweep_run.hpp"

namespace lookahead {
namespace {

std::string journal_name(const SweepRequest& request) {
  const auto text = [](Index number) { return to_text(number); };
  if (request.index) return "journal-run-" + text(*request.index + 1) + ".log";
  if (request.shard)
    return "journal-" + text(request.shard->part + 1) + "-of-" + text(request.shard->count) + ".log";
  return sweep_files::journal;
}

std::optional<Fault> misfit_of_parts(const Grid& grid, const SweepRequest& request) {
  if (!grid.file().halving || (!request.shard && !request.index)) return std::nullopt;
  return Fault{FaultKind::usage,
               {request.shard ? "--shard" : "--index", 0, 0},
               "halving compares all points of a method, which must run in one process",
               "leave one of the two out"};
}

// One sweep, from the moment its points are known.
class Carrier {
 public:
  Carrier(Roster& roster, const SweepRequest& request, SweepWatcher& watcher)
      : roster_(roster), grid_(roster.grid()), request_(request), watcher_(watcher) {}

  Checked<SweepResult> carry_out() {
    if (request_.muster != nullptr) {
      if (auto all = request_.muster->answer({}, common_lines(roster_)); !all) return all.faults();
      if (!request_.muster->team().first()) return take();
    }
    Beginning beginning(request_.muster);
    for (const Note& note : roster_.problems().notes()) watcher_.note(note);
    watcher_.begins();
    std::error_code error;
    std::filesystem::create_directories(request_.directory, error);
    if (error) {
      return Fault{
          FaultKind::output,
          {request_.directory.string(), 0, 0},
          "cannot make the folder: " + error.message(),
          both_cures(cure_of_writing(request_.directory, error.value()), "choose another place with -o")};
    }
    if (request_.gather) return gather();
    const bool shared = request_.shard || request_.index;
    const Node dimensions = dimensions_of(roster_);
    // Once before there is a journal of this process, and once with it.
    if (auto fault = writer_beside(shared)) return *fault;
    if (!request_.force) {
      if (auto fault = holds_other_sweep(request_.directory, grid_, dimensions, shared)) return *fault;
    }
    auto journal = JournalWriter::open(request_.directory / journal_name(request_));
    if (!journal) return journal.faults();
    if (!journal->unlocked().empty()) {
      watcher_.note(warning(request_.directory.string() + ": the journal cannot be locked (" +
                            journal->unlocked() + "); do not let two sweeps write to it"));
    }
    if (auto fault = writer_beside(shared)) return *fault;
    auto taken = take_sweep_directory(request_.directory, grid_, dimensions, request_.force, shared);
    if (!taken) return taken.faults();
    auto finished = FinishedRuns::read(request_.directory);
    if (!finished) return finished.faults();
    if (grid_.file().keep != Keep::table && !shared) {
      if (auto arranged = arrange_kept(request_.directory, roster_); !arranged) return arranged.faults();
    }
    std::vector<Index> pending;
    SweepCounts counts;
    if (auto found = find_pending(*finished, pending, counts); !found) return found.faults();
    // From here on there is a table, also where this process is killed.
    std::error_code unknown;
    if (!shared && !std::filesystem::exists(request_.directory / sweep_files::runs, unknown)) {
      if (auto written = write_sweep_tables(request_.directory, roster_, *finished); !written)
        return written.faults();
    }
    SweepLog progress(*journal, *finished, watcher_, counts);
    if (request_.muster != nullptr) {
      beginning.ready();
      deal(pending, *finished, progress);
    } else if (grid_.file().halving) {
      run_halving(alone(), roster_, pending, request_.threads, *finished, progress);
    } else {
      run_all(pending, progress);
    }
    if (auto closed = progress.close(); !closed) return closed.faults();
    SweepResult result{progress.counts(), progress.interrupted(), progress.seconds(), progress.failures()};
    if (!shared) {
      if (auto written = write_sweep_tables(request_.directory, roster_, *finished); !written)
        return written.faults();
    }
    return result;
  }

 private:
  // Who writes to the folder and may not, while this process does.
  std::optional<Fault> writer_beside(bool shared) const {
    return shared ? writer_of(request_.directory / sweep_files::journal, "the whole sweep")
                  : other_writer(request_.directory, journal_name(request_));
  }

  Checked<SweepResult> gather() {
    if (auto fault = other_writer(request_.directory, "")) return *fault;
    auto taken = take_sweep_directory(request_.directory, grid_, dimensions_of(roster_), false, false);
    if (!taken) return taken.faults();
    if (grid_.file().keep != Keep::table) {
      if (auto arranged = arrange_kept(request_.directory, roster_); !arranged) return arranged.faults();
    }
    const auto finished = FinishedRuns::read(request_.directory);
    if (!finished) return finished.faults();
    std::vector<Index> pending;
    SweepResult result;
    if (auto found = find_pending(*finished, pending, result.counts); !found) return found.faults();
    if (auto written = write_sweep_tables(request_.directory, roster_, *finished); !written)
      return written.faults();
    return result;
  }

  // Points may differ in nothing but the content of their files.
  bool has_other_data(const FinishedRuns& finished, const RunKey& key) {
    if (!finished.with_other_data(key.run, [&](std::uint64_t content) { return content == key.content; }))
      return false;
    if (contents_.empty()) {
      for (Index run = 0; run < grid_.runs(); ++run) {
        const RunKey other = roster_.key_of(run);
        contents_[other.run].insert(other.content);
      }
    }
    const auto& all = contents_.at(key.run);
    return finished.with_other_data(key.run, [&](std::uint64_t content) { return all.contains(content); });
  }

  Fault changed_data(Index run) const {
    const Spec& spec = roster_.problems().spec(roster_.problem_of(run));
    std::string what = spec.data ? "the data" : "the table, program or library of the objective";
    if (!spec.start.run.empty()) what += ", or the run that it starts from,";
    return {FaultKind::data,
            {spec.data ? spec.data->train.text() : request_.directory.string(), 0, 0},
            what + (spec.data ? " are not those that the sweep in " : " is not the one that the sweep in ") +
                request_.directory.string() + " was begun with",
            "--force begins it anew; -o chooses another folder"};
  }

  Checked<Done> find_pending(const FinishedRuns& finished, std::vector<Index>& pending, SweepCounts& counts) {
    for (Index run = 0; run < grid_.runs(); ++run) {
      if (!is_chosen(request_, run)) continue;
      ++counts.runs;
      const RunKey key = roster_.key_of(run);
      const auto found = finished.find(key);
      if (found == FinishedRuns::Found::no && has_other_data(finished, key)) return changed_data(run);
      const bool kept = grid_.file().keep == Keep::table || found != FinishedRuns::Found::yes ||
                        is_kept(kept_folder(request_.directory, run), key);
      const bool again = found == FinishedRuns::Found::failed && request_.retry;
      if (found == FinishedRuns::Found::no || !kept || again) {
        pending.push_back(run);
        roster_.problems().expect(roster_.problem_of(run), 1);
        continue;
      }
      ++counts.before;
      const RunRow row = finished.row(key);
      const auto status = row.status();
      counts.diverged += status == StudyStatus::diverged ? 1 : 0;
      counts.failed += status == StudyStatus::failed ? 1 : 0;
      counts.dropped += status == StudyStatus::dropped ? 1 : 0;
    }
    return Done{};
  }

  // With what a rank that has its share of so many runs carries them out.
  SweepHands hands_for(Index count) const {
    const Index at_once = std::max<Index>(1, std::min(request_.threads, count));
    const Index each = std::max<Index>(1, request_.threads / at_once);
    return {at_once, [this, each](const std::function<bool()>& wants_end) -> SweepHands::CarryOut {
              const auto thread = std::make_shared<SweepThread>(roster_, request_, each, wants_end, gate_);
              return [thread](Index run) { return thread->carry_out(run); };
            }};
  }

  static Index share_of(Index count, const Team& team) { return (count + team.size() - 1) / team.size(); }

  void run_all(const std::vector<Index>& pending, SweepLog& log) {
    const Index count = std::ssize(pending);
    const SweepHands hands = hands_for(count);
    std::atomic<Index> next{0};
    on_threads(hands.threads, [&](Index) {
      const SweepHands::CarryOut thread = hands.thread([&] { return log.wants_end(); });
      for (Index i = next++; i < count && !log.wants_end(); i = next++) {
        const Index run = pending[static_cast<std::size_t>(i)];
        const auto row = thread(run);
        if (!row) return;
        log.add(roster_.key_of(run), *row, run);
      }
    });
  }

  // The first rank's part in a sweep that several share.
  void deal(std::vector<Index>& pending, const FinishedRuns& finished, SweepLog& log) {
    Team& team = request_.muster->team();
    Index count = std::ssize(pending);
    broadcast(team, 0, count);
    if (count > 0) team.broadcast(0, bytes_of(std::span<Index>(pending)));
    try {
      if (grid_.file().halving) {
        run_halving(team, roster_, pending, request_.threads, finished, log);
      } else {
        deal_runs(team, roster_, pending, hands_for(share_of(count, team)), log);
      }
    } catch (const TeamLost&) {
      // What is finished stays.
      static_cast<void>(log.close());
      throw;
    }
    request_.muster->end();
  }

  // The part of the others.
  Checked<SweepResult> take() {
    watcher_.begins();
    if (!request_.muster->begin(true))
      return Fault{FaultKind::usage, {"rank 0", 0, 0}, "could not begin", ""};
    const auto plan = request_.directory / sweep_files::plan;
    if (grid_.file().keep != Keep::table &&
        !read_file(plan.string(), FaultKind::output, sweep_files::most_plan_bytes)) {
      return Fault{FaultKind::output,
                   {plan.string(), 0, 0},
                   "is not seen here, where the folders of runs are to be kept",
                   "choose a folder with -o that all processes see, or keep: table"};
    }
    Team& team = request_.muster->team();
    Index count = 0;
    broadcast(team, 0, count);
    std::vector<Index> pending(static_cast<std::size_t>(count));
    if (count > 0) team.broadcast(0, bytes_of(std::span<Index>(pending)));
    for (const Index run : pending) roster_.problems().expect(roster_.problem_of(run), 1);
    const auto interrupted = [this] { return watcher_.interrupted(); };
    if (grid_.file().halving) {
      follow_halving(team, roster_, request_.threads, interrupted);
    } else {
      take_runs(team, roster_, pending, hands_for(share_of(count, team)), interrupted);
    }
    request_.muster->end();
    return SweepResult{};
  }

  Roster& roster_;
  const Grid& grid_;
  const SweepRequest& request_;
  SweepWatcher& watcher_;
  mutable MemoryGate gate_;  // of the threads of this process
  std::unordered_map<std::uint64_t, std::set<std::uint64_t>>
      contents_;  // of all runs, once they are asked for
};

}  // namespace

bool is_chosen(const SweepRequest& request, Index run) {
  if (request.index) return run == *request.index;
  return !request.shard || run % request.shard->count == request.shard->part;
}

Checked<std::unique_ptr<Roster>> checked_roster(const Grid& grid, Index threads) {
  if (auto fault = misfit_of_halving(grid)) return *fault;
  auto roster = Roster::of(grid, threads);
  if (!roster) return roster;
  if (auto opened = (*roster)->problems().open_data(threads); !opened) return opened.faults();
  return roster;
}

Checked<std::unique_ptr<Roster>> checked_sweep(const Grid& grid, const SweepRequest& request) {
  if (auto fault = sweep_directory_in_use(request.directory)) return *fault;
  if (auto fault = misfit_of_parts(grid, request)) return *fault;
  auto roster = checked_roster(grid, request.threads);
  if (!roster || request.force) return roster;
  const bool in_part = request.shard || request.index;
  if (auto fault = holds_other_sweep(request.directory, grid, dimensions_of(**roster), in_part))
    return *fault;
  return roster;
}

Checked<SweepResult> sweep(const Grid& grid, const SweepRequest& request, SweepWatcher& watcher) {
  const bool writes = request.muster == nullptr || request.muster->team().first();
  if (writes) {
    if (auto fault = sweep_directory_in_use(request.directory)) return *fault;
  }
  if (auto fault = misfit_of_parts(grid, request)) return *fault;
  auto roster = checked_roster(grid, request.threads);
  if (!roster) return roster.faults();
  return Carrier(**roster, request, watcher).carry_out();
}

}  // namespace lookahead
