#include "study/sweep/sweep.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "parallel/parallel.hpp"
#include "parallel/pool.hpp"
#include "study/sweep/halving.hpp"
#include "study/sweep/sweep_directory.hpp"
#include "study/sweep/sweep_log.hpp"
#include "study/sweep/sweep_run.hpp"

namespace lookahead {
namespace {

std::string journal_name(const SweepRequest& request) {
  const auto text = [](Index number) { return to_text(static_cast<std::int64_t>(number)); };
  if (request.index) return "journal-run-" + text(*request.index + 1) + ".log";
  if (request.shard)
    return "journal-" + text(request.shard->part + 1) + "-of-" + text(request.shard->count) + ".log";
  return sweep_files::journal;
}

bool chosen(const SweepRequest& request, Index run) {
  if (request.index) return run == *request.index;
  return !request.shard || run % request.shard->count == request.shard->part;
}

// Coordinates of the point of each problem with its first settings; 0 where that cannot be said.
std::vector<Index> dimensions_of(Roster& roster) {
  const Grid& grid = roster.grid();
  std::vector<Index> dimensions(grid.file().problems.size(), 0);
  for (Index number = 0; number < grid.points(); ++number) {
    Index& dimension = dimensions[grid.point(number).problem];
    if (dimension != 0) continue;
    const std::size_t about = roster.problem_of(number * grid.seeds());
    const Spec& spec = roster.problems().spec(about);
    if (spec.objective) {
      dimension = spec.objective->dimension;
    } else if (const auto problem = roster.problems().open(about)) {
      dimension = (*problem)->dimension();
    }
    if (std::find(dimensions.begin(), dimensions.end(), 0) == dimensions.end()) break;
  }
  return dimensions;
}

// One sweep, from the moment its points are known.
class Carrier {
 public:
  Carrier(Roster& roster, const SweepRequest& request, SweepWatcher& watcher)
      : roster_(roster), grid_(roster.grid()), request_(request), watcher_(watcher) {}

  Checked<SweepResult> carry_out() {
    if (auto opened = roster_.problems().open_data(request_.threads); !opened) return opened.faults();
    for (const Note& note : roster_.problems().notes()) watcher_.note(note);
    watcher_.begins();
    std::error_code error;
    std::filesystem::create_directories(request_.directory, error);
    if (error) {
      return Fault{FaultKind::output,
                   {request_.directory.string(), 0, 0},
                   "cannot make the folder: " + error.message(),
                   "choose another place with -o"};
    }
    if (request_.gather) return gather();
    auto journal = JournalWriter::open(request_.directory / journal_name(request_));
    if (!journal) return journal.faults();
    if (!journal->unlocked().empty()) {
      watcher_.note(warning(request_.directory.string() + ": the journal cannot be locked (" +
                            journal->unlocked() + "); do not let two sweeps write to it"));
    }
    const bool shared = request_.shard || request_.index;
    if (!shared) {
      if (auto fault = other_writer(request_.directory, journal_name(request_))) return *fault;
    }
    auto taken =
        take_sweep_directory(request_.directory, grid_, dimensions_of(roster_), request_.force, shared);
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
    if (grid_.file().halving) {
      run_halving(roster_, pending, request_.threads, *finished, progress);
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

  Checked<Done> find_pending(const FinishedRuns& finished, std::vector<Index>& pending, SweepCounts& counts) {
    for (Index run = 0; run < grid_.runs(); ++run) {
      if (!chosen(request_, run)) continue;
      ++counts.runs;
      const RunKey key = roster_.key_of(run);
      auto found = finished.find(key);
      if (found == FinishedRuns::Found::other_data) {
        const Spec& spec = roster_.problems().spec(roster_.problem_of(run));
        return Fault{
            FaultKind::data,
            {spec.data ? spec.data->train.text() : request_.directory.string(), 0, 0},
            (spec.data ? "the data are" : "the program or library of the objective is") +
                std::string(spec.data ? " not those that the sweep in " : " not the one that the sweep in ") +
                request_.directory.string() + " was begun with",
            "--force begins it anew; -o chooses another folder"};
      }
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
      const std::string_view status = row.find("status");
      counts.diverged += status == "diverged" ? 1 : 0;
      counts.failed += status == "failed" ? 1 : 0;
      counts.dropped += status == dropped_status ? 1 : 0;
    }
    return Done{};
  }

  void run_all(const std::vector<Index>& pending, SweepLog& log) {
    const Index count = std::ssize(pending);
    const Index at_once = std::max<Index>(1, std::min(request_.threads, count));
    const Index each = std::max<Index>(1, request_.threads / at_once);
    std::atomic<Index> next{0};
    on_threads(at_once, [&](Index) {
      SweepRunWatcher watcher([&] { return log.wants_end(); });
      std::unique_ptr<Pool> pool;
      Index known_point = -1;
      Checked<Spec> spec = Faults{};
      for (Index i = next++; i < count && !log.wants_end(); i = next++) {
        const Index run = pending[static_cast<std::size_t>(i)];
        if (run / grid_.seeds() != known_point) {
          known_point = run / grid_.seeds();
          spec = grid_.spec_of(grid_.point(known_point));
          if (!spec) return;
          spec->threads.count = each;
          const Index useful = useful_threads(*spec);
          if (!pool || pool->threads() != useful) pool = std::make_unique<Pool>(useful);
        }
        spec->seed = roster_.seed_of(run);
        const auto row = run_one(run, *spec, *pool, watcher);
        if (!row) return;
        log.add(roster_.key_of(run), *row, run);
      }
    });
  }

  std::optional<RunRow> run_one(Index run, const Spec& spec, Pool& pool, Watcher& watcher) {
    const std::size_t about = roster_.problem_of(run);
    const auto& targets = grid_.file().targets;
    const auto problem = roster_.problems().open(about);
    std::optional<RunRow> row;
    if (!problem) {
      row = failed_row(problem.faults().front().text);
    } else if (grid_.file().keep == Keep::table) {
      row = row_of_run(spec, *problem, targets, pool, watcher);
    } else {
      row = keep_run(spec, *problem, targets,
                     grid_.file().methods[grid_.point(run / grid_.seeds()).method].label,
                     kept_folder(request_.directory, run), roster_.key_of(run), grid_.file().keep,
                     request_.explain, watcher);
    }
    roster_.problems().leave(about);
    return row;
  }

  Roster& roster_;
  const Grid& grid_;
  const SweepRequest& request_;
  SweepWatcher& watcher_;
};

}  // namespace

Checked<SweepResult> sweep(const Grid& grid, const SweepRequest& request, SweepWatcher& watcher) {
  if (auto fault = sweep_directory_in_use(request.directory)) return *fault;
  if (grid.file().halving && (request.shard || request.index)) {
    return Fault{FaultKind::usage,
                 {request.shard ? "--shard" : "--index", 0, 0},
                 "halving compares all points of a method, which must run in one process",
                 "leave one of the two out"};
  }
  if (auto fault = misfit_of_halving(grid)) return *fault;
  auto roster = Roster::of(grid, request.threads);
  if (!roster) return roster.faults();
  return Carrier(**roster, request, watcher).carry_out();
}

}  // namespace lookahead
