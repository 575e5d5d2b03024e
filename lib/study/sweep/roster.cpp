#include "study/sweep/roster.hpp"

#include <algorithm>

#include "base/checksum.hpp"
#include "base/text.hpp"
#include "parallel/parallel.hpp"
#include "run/start_from_run.hpp"

namespace lookahead {

std::size_t ProblemShelf::number_of(const Spec& spec) {
  const std::string key = problem_key(spec);
  const std::lock_guard lock(mutex_);
  const auto [found, added] = numbers_.emplace(key, entries_.size());
  if (added) {
    entries_.push_back(std::make_unique<Entry>());
    entries_.back()->spec = spec;
  }
  return found->second;
}

Checked<Done> ProblemShelf::open_data(Index threads) {
  runs_ = threads;
  for (const auto& entry : entries_) {
    if (!entry->spec.data && !entry->spec.objective->function.entry->load) {
      const auto& function = entry->spec.objective->function;
      if (function.entry->content) entry->content = function.entry->content(function.values);
      continue;
    }
    Spec spec = entry->spec;
    spec.threads.count = threads;
    auto problem = open_problem(spec, &data_, runs_);
    if (!problem) return problem.faults();
    entry->problem = std::move(*problem);
    entry->content = entry->problem->content;
  }
  return Done{};
}

std::vector<Note> ProblemShelf::notes() const {
  std::vector<Note> notes;
  for (const auto& entry : entries_) {
    if (!entry->spec.data || !entry->problem) continue;
    for (const Note& note : entry->problem->notes) {
      if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    }
  }
  return notes;
}

Checked<std::shared_ptr<const Problem>> ProblemShelf::open(std::size_t number) {
  Entry& entry = *entries_[number];
  const std::lock_guard lock(entry.mutex);
  if (!entry.problem) {
    auto problem = open_problem(entry.spec, &data_, runs_);
    if (!problem) return problem;
    entry.problem = std::move(*problem);
  }
  return entry.problem;
}

void ProblemShelf::leave(std::size_t number) {
  Entry& entry = *entries_[number];
  const std::lock_guard lock(entry.mutex);
  if (--entry.expected == 0) entry.problem.reset();
}

Checked<std::unique_ptr<Roster>> Roster::of(const Grid& grid, Index threads) {
  std::unique_ptr<Roster> roster(new Roster(grid));
  const auto count = static_cast<std::size_t>(grid.points());
  roster->points_.resize(count);
  constexpr std::size_t most_faults = 20;
  std::mutex mutex;
  std::vector<std::pair<Index, Fault>> faults;
  std::map<std::string, std::uint64_t> starts;
  const auto content_of_start = [&](const std::string& folder) {
    const std::lock_guard lock(mutex);
    const auto [found, is_new] = starts.try_emplace(folder);
    if (is_new) found->second = content_of_run(folder);
    return found->second;
  };
  for_each_on(threads, grid.points(), [&](Index number) {
    const Grid::Point point = grid.point(number);
    auto spec = grid.spec_of(point);
    if (!spec) {
      const std::lock_guard lock(mutex);
      for (const Fault& fault : spec.faults()) {
        const auto same = [&](const auto& other) { return to_string(other.second) == to_string(fault); };
        const auto found = std::find_if(faults.begin(), faults.end(), same);
        if (found != faults.end()) {
          found->first = std::min(found->first, number);
        } else if (faults.size() < 50 * most_faults) {
          faults.emplace_back(number, fault);
        }
      }
      return;
    }
    spec->seed = 0;
    KnownPoint& known = roster->points_[static_cast<std::size_t>(number)];
    known.problem = roster->problems_.number_of(*spec);
    known.hash = hash_of_run(*spec);
    if (!spec->start.run.empty()) known.start = content_of_start(spec->start.run);
    if (spec->model && spec->model->entry->multiplies) roster->multiplies_ = true;
    // A trace names its method: the folder that is kept of a run belongs to that method alone.
    if (grid.file().keep != Keep::table)
      known.hash = hash_of(grid.file().methods[point.method].label, known.hash);
  });
  if (faults.empty()) return roster;
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Faults shown;
  for (const auto& [number, fault] : faults) {
    if (shown.size() < most_faults) shown.push_back(fault);
  }
  return shown;
}

RunKey Roster::key_of(Index run) const {
  const KnownPoint& point = points_[static_cast<std::size_t>(run / grid_.seeds())];
  const std::uint64_t seed = static_cast<std::uint64_t>(seed_of(run));
  const std::uint64_t hash = hash_of({reinterpret_cast<const char*>(&seed), sizeof seed}, point.hash);
  const std::uint64_t content = problems_.content(point.problem);
  if (point.start == 0) return {hash, content};
  return {hash, hash_of({reinterpret_cast<const char*>(&point.start), sizeof point.start}, content)};
}

}  // namespace lookahead
