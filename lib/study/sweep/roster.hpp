#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "run/data_shelf.hpp"
#include "run/problem.hpp"
#include "study/sweep/grid.hpp"
#include "study/sweep/journal.hpp"

namespace lookahead {

// The problems of a sweep, each opened once however many runs it has, and closed with the last of them. Data
// are read once and stay. Any number of threads may use it.
class ProblemShelf {
 public:
  // The number of the problem that a spec is about, which is not opened yet.
  std::size_t number_of(const Spec& spec);
  // Numbers the problems anew, in the order of these numbers of theirs, which become the new ones.
  void number_in_order(const std::vector<std::size_t*>& numbers);
  // Opens all problems with data, which `threads` read, so that their content is known, and that of the files
  // of the others. So many runs at once will use a problem, at most.
  Checked<Done> open_data(Index threads);
  // What was guessed about the data, each note once.
  std::vector<Note> notes() const;
  // Hash of the data of a problem; 0: it has none.
  std::uint64_t content(std::size_t number) const { return entries_[number]->content; }
  // So many runs more will ask for the problem.
  void expect(std::size_t number, Index runs) { entries_[number]->expected += runs; }
  Checked<std::shared_ptr<const Problem>> open(std::size_t number);
  // One of the runs that were expected has ended.
  void leave(std::size_t number);

  const Spec& spec(std::size_t number) const { return entries_[number]->spec; }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Spec spec;  // of any run
    std::uint64_t content = 0;
    std::mutex mutex;  // of what follows
    std::shared_ptr<const Problem> problem;
    Index expected = 0;
  };

  std::mutex mutex_;  // of the numbers
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::unique_ptr<Entry>> entries_;
  DataShelf data_;
  Index runs_ = 1;  // at once
};

// All points of a sweep, checked: what each is known by, and which problem it is about.
class Roster {
 public:
  // Reads the problem of every point, on `threads`. Faults: up to 20, those that several points share once.
  static Checked<std::unique_ptr<Roster>> of(const Grid& grid, Index threads);

  const Grid& grid() const { return grid_; }
  ProblemShelf& problems() { return problems_; }
  const ProblemShelf& problems() const { return problems_; }
  // Of run `number`, from 0.
  std::size_t problem_of(Index run) const {
    return points_[static_cast<std::size_t>(run / grid_.seeds())].problem;
  }
  Index seed_of(Index run) const { return grid_.file().seeds[static_cast<std::size_t>(run % grid_.seeds())]; }
  // Known only when the data are open.
  RunKey key_of(Index run) const;
  // Whether the model of any point multiplies matrices (ModelEntry::multiplies).
  bool multiplies() const { return multiplies_; }

 private:
  struct KnownPoint {
    std::uint64_t hash = 0;   // of the run with the seed 0
    std::uint64_t start = 0;  // content_of_run() of the run that it starts from; 0: none
    std::size_t problem = 0;
  };

  explicit Roster(const Grid& grid) : grid_(grid) {}

  const Grid& grid_;
  ProblemShelf problems_;
  std::vector<KnownPoint> points_;
  std::atomic<bool> multiplies_{false};
};

}  // namespace lookahead
