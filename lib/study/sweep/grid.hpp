#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "spec/spec.hpp"
#include "study/sweep/sweep_file.hpp"

namespace lookahead {

// The points of a sweep in order: methods, problems, then the varied keys, the first of them slowest. Runs are
// the points in order, and of each its seeds. All are numbered from 0 here.
class Grid {
 public:
  // Where a range's values are whole numbers is found out by trying its key. Faults: ranges that do not say
  // how many points, a key that takes no numbers, more runs than `most_runs`.
  static Checked<Grid> of(SweepFile file, double most_runs);

  Grid(Grid&&) = default;
  Grid(const Grid&) = delete;

  const SweepFile& file() const { return file_; }
  Index points() const { return offsets_.back(); }
  Index seeds() const { return static_cast<Index>(file_.seeds.size()); }
  Index runs() const { return points() * seeds(); }
  // Points of a sequence or draw that repeated an earlier one, as those of whole numbers do, and were left out.
  Index repeated() const { return repeated_; }

  struct Point {
    std::size_t method = 0, problem = 0;
    std::vector<const Node*> settings;  // one per key, null where the method does not vary it
  };
  Point point(Index number) const;

  // The varied keys of all methods, in the order of columns.
  const std::vector<std::string>& keys() const { return keys_; }

  // The problem of a point, with the seed of the problem's own and one thread. Faults have the places of the
  // settings.
  Checked<Spec> spec_of(const Point& point) const;

 private:
  // Keys that vary in step: item i of each list belongs together.
  struct Dimension {
    std::vector<std::size_t> columns;
    std::vector<const std::vector<Node>*> values;
    Index count = 0;
    std::vector<std::size_t> items = {};  // which items of the lists; empty: all
  };
  struct Walk {
    std::vector<Dimension> dimensions;
    double points = 1;  // of one problem
  };

  explicit Grid(SweepFile file) : file_(std::move(file)) {}
  Faults spread();
  // Leaves out items that repeat an earlier one in all of their values.
  void leave_repeated_out(Dimension& drawn);
  void add_axis(const Axis& axis, Walk& walk);
  std::size_t column_of(const std::string& key);

  SweepFile file_;
  std::vector<std::string> keys_;
  std::vector<Walk> walks_;     // one per method
  std::vector<Index> offsets_;  // points before each method, and all
  Index repeated_ = 0;
};

// What a key is set to, as tables have it: a scalar's text, anything else as YAML on one line.
std::string setting_text(const Node& setting);

// A number that is the same for runs that must have the same result: of the problem, its stop rules and its
// seed, without names, threads, traces and paths.
std::uint64_t hash_of_run(const Spec& spec);

// Which problems are the same, and can be opened once: a text of objective or data and model.
std::string problem_key(const Spec& spec);

}  // namespace lookahead
