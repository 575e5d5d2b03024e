#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/note.hpp"
#include "options/codec.hpp"
#include "study/sweep/axis.hpp"
#include "study/sweep/target.hpp"

namespace lookahead {

// What a sweep is asked for: problems, methods that are contrasted, keys that vary, seeds. Plain data.

// A problem as it was written, --set applied.
struct SweepProblem {
  std::string label;  // the stem of its file, made unique
  Node map;
  std::string run_name;          // of its runs where it names none
  std::filesystem::path folder;  // what its relative paths refer to, absolute
};

// Settings that belong together, with a label, and keys that only this method varies.
struct SweepMethod {
  std::string label;
  Place place;
  Node overrides = Node::map();  // key or path of keys -> value
  std::vector<Axis> axes;
};

// Which values of the ranges are taken: all, or so many points of a sequence or drawn at random.
struct SweepPoints {
  enum class Kind { grid, halton, random };
  Kind kind = Kind::grid;
  Index count = 0;
  Place place = {};
};

// What the rungs of halving count.
enum class RungUnit { epochs, steps, rounds };
template <>
struct Words<RungUnit> {
  static constexpr std::pair<const char*, RungUnit> table[] = {
      {"epochs", RungUnit::epochs}, {"steps", RungUnit::steps}, {"rounds", RungUnit::rounds}};
};

// Stops the worse points of every method early: synchronous successive halving.
struct Halving {
  std::string by;  // a value of a run; empty: the default value
  RungUnit unit = RungUnit::steps;
  Index first = 1;        // where the first rung is
  double keep = 1.0 / 3;  // share of the points that go on at every rung
  Place place;
};

// How many of so many points go on at a rung.
Index points_going_on(const Halving& halving, Index points);

// What is left of every run beside its row.
enum class Keep { table, traces, everything };
template <>
struct Words<Keep> {
  static constexpr std::pair<const char*, Keep> table[] = {
      {"table", Keep::table}, {"traces", Keep::traces}, {"everything", Keep::everything}};
};

struct SweepFile {
  std::string name;
  std::vector<SweepProblem> problems;
  std::vector<SweepMethod> methods;
  std::vector<Axis> axes;                   // a grid over all of them
  std::vector<std::vector<Axis>> together;  // varied in step
  SweepPoints points;
  std::vector<Index> seeds;  // where the file names none, that of the first problem
  std::vector<Note> notes;   // what may not be meant as it is written
  std::vector<SweepTarget> targets;
  std::optional<Halving> halving;
  Keep keep = Keep::table;
  bool names_methods = false;  // the file does, or the label of the one there is was made up
};

// Where a sweep comes from: a sweep file, or a plain problem and what the command line adds.
struct SweepSource {
  std::string text;
  std::string name;                          // how faults call it
  std::string stem;                          // the sweep's name where it has none
  std::filesystem::path folder;              // what relative paths refer to
  std::vector<std::string> overrides;        // --set, of the problems
  std::vector<std::string> vary;             // KEY=VALUES
  std::vector<std::string> methods;          // LABEL=OVERRIDES
  std::string seeds, targets, keep, points;  // as in the file; empty: as the file says
};

// Text -> sweep. All faults of the sweep itself are returned, with their places; whether the problems take the
// settings shows when they are applied.
Checked<SweepFile> read_sweep(const SweepSource& source);

// The sweep with every default and every value of the grid, and the folders that paths refer to: reading it
// gives the same sweep wherever it lies.
Node to_node(const SweepFile& file);

}  // namespace lookahead
