#include "study/sweep/roster.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/checksum.hpp"
#include "base/text.hpp"
#include "parallel/parallel.hpp"
#include "run/start_from_run.hpp"

namespace lookahead {
namespace {

// Faults of many points, found in any order: the first ones by their points, each text once.
class FaultsOfPoints {
 public:
  explicit FaultsOfPoints(std::size_t most) : most_(most) {}

  void add(Index point, const Faults& faults) {
    std::vector<std::string> texts;
    for (const Fault& fault : faults) texts.push_back(to_string(fault));
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < faults.size(); ++i) {
      const Place place{point, i};
      const auto [found, is_new] = found_.try_emplace(std::move(texts[i]), place, faults[i]);
      if (!is_new) found->second.first = std::min(found->second.first, place);
    }
    if (found_.size() > 100 * most_) keep(50 * most_);
  }

  Faults first() {
    Faults first;
    for (const auto& [place, text] : in_order()) {
      if (first.size() < most_) first.push_back(found_.at(*text).second);
    }
    return first;
  }

 private:
  using Place = std::pair<Index, std::size_t>;  // the point, and which of its faults

  std::vector<std::pair<Place, const std::string*>> in_order() const {
    std::vector<std::pair<Place, const std::string*>> order;
    for (const auto& [text, fault] : found_) order.emplace_back(fault.first, &text);
    std::sort(order.begin(), order.end());
    return order;
  }

  void keep(std::size_t count) {
    const auto order = in_order();
    for (std::size_t i = count; i < order.size(); ++i) found_.erase(found_.find(*order[i].second));
  }

  std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::pair<Place, Fault>> found_;  // by their texts
};

}  // namespace

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

void ProblemShelf::number_in_order(const std::vector<std::size_t*>& numbers) {
  std::vector<std::size_t> place(entries_.size(), entries_.size());
  std::vector<std::unique_ptr<Entry>> sorted;
  for (std::size_t* number : numbers) {
    std::size_t& its_own = place[*number];
    if (its_own == entries_.size()) {
      its_own = sorted.size();
      sorted.push_back(std::move(entries_[*number]));
    }
    *number = its_own;
  }
  for (auto& [key, number] : numbers_) number = place[number];
  entries_ = std::move(sorted);
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
  FaultsOfPoints faults(most_faults);
  std::mutex mutex;
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
      faults.add(number, spec.faults());
      return;
    }
    spec->seed = 0;
    KnownPoint& known = roster->points_[static_cast<std::size_t>(number)];
    known.problem = roster->problems_.number_of(*spec);
    known.hash = hash_of_run(*spec);
    if (const std::string& from = spec->start.run; !from.empty()) {
      known.start = content_of_start(from);
      if (known.start == 0)
        faults.add(number, {Fault{FaultKind::data,
                                  {from, 0, 0},
                                  "has no result that a run could start from",
                                  "give the directory of a run that has one"}});
    }
    if (spec->model && spec->model->entry->multiplies) roster->multiplies_ = true;
    // A trace names its method: the folder that is kept of a run belongs to that method alone.
    if (grid.file().keep != Keep::table)
      known.hash = hash_of(grid.file().methods[point.method].label, known.hash);
  });
  if (Faults first = faults.first(); !first.empty()) return first;
  // Whatever the threads' order was.
  std::vector<std::size_t*> numbers;
  for (KnownPoint& known : roster->points_) numbers.push_back(&known.problem);
  roster->problems_.number_in_order(numbers);
  return roster;
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
