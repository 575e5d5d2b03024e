#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/note.hpp"
#include "study/statistics/paired.hpp"
#include "study/statistics/quantiles.hpp"
#include "study/table.hpp"

namespace lookahead {

// What is asked of a comparison; empty texts are the defaults.
struct CompareOptions {
  std::string by;               // what is contrasted: method, problem or a varied key
  std::string value;            // the column that is compared; default_column()
  std::string select;           // the column by whose median the best point is chosen; the value's
  std::string select_seeds;     // "1..10": best points are chosen on these seeds, compared are the others
  std::vector<std::string> at;  // "point", or "KEY=VALUE,..."
  std::string targets;          // "1e-2,1e-4"; all that were measured
  std::uint64_t seed = 1;       // of resampling
};

// A numeric key that is at an end of what was tried.
struct GridEdge {
  std::string key, value;
  bool greatest = false;
  std::string next;  // a rate as far beyond it as its neighbour is within; empty for other keys
};

// The time to a target: reached by so many of the runs, in so many evaluations on average (aRT; infinite where
// no run has reached it).
struct TargetResult {
  std::string target;
  Index reached = 0, runs = 0;
  double evaluations = 0;
};

// The best of so many points, tried at random.
struct TuningResult {
  Index tries = 1;
  double median = 0;
  std::optional<double> mean;
};

// One group at the point that stands for it.
struct GroupResult {
  Index group = 0;       // in Comparison::labels
  std::string settings;  // the point, "optimizer.lr = 0.01"; empty where nothing varies
  Index points = 0;      // among which it was chosen
  std::vector<GridEdge> edges;
  // Of its runs: those with a value, diverged ones among them; and those that take no part.
  Index runs = 0, diverged = 0, failed = 0, dropped = 0, other = 0;
  std::vector<Index> members;  // all its runs that are compared, in Study::runs of its side
  Index at_target = 0;         // those of them that ended at stop.target
  std::vector<statistics::SeedValue> values;
  std::optional<statistics::Quartiles> quartiles;  // nothing where no run has a value
  std::optional<statistics::Interval> interval;    // of the median; nothing for fewer than 6 runs
  std::vector<TargetResult> targets;               // those of Comparison::targets that its study measured
  std::vector<TuningResult> tuning;                // where more than one point was tried
};

// What a group took to a target; null where that was not measured.
const TargetResult* target_in(const GroupResult& group, const std::string& target);

// A group against another one, seed by seed.
struct Contrast {
  Index group = 0, reference = 0;  // in Comparison::labels
  Index pairs = 0, equal_pairs = 0, problems = 1;
  Index only_group = 0, only_reference = 0;      // seeds of one side alone, which are left out
  bool ratio = false;                            // effect and interval are logarithms of ratios
  double effect = 0;                             // median of the averages of Walsh; needs a pair
  std::optional<statistics::Interval> interval;  // nothing where there are too few pairs
  double wins = 0;  // the share of pairs in which the group is better, equal ones by half
  std::optional<statistics::Interval> wins_interval;  // by resampling
  double p = 1, p_holm = 1;
  bool exact = false;         // the test
  bool all_infinite = false;  // every value on both sides
};

// What the label of a group of the earlier study (--against) ends with.
inline constexpr const char* suffix_of_earlier = " before";

// What is compared at one point, or at each group's best: on one problem.
struct ComparedSection {
  std::string problem;  // its label; empty: there is only one
  std::string point;    // with --at point: "optimizer.lr = 0.01"
  std::vector<GroupResult> groups;
  std::vector<Index> left_out;  // groups of which no run of several points has a value
  std::vector<Contrast> contrasts;

  // What a group came to; null where it is not in here.
  const GroupResult* of(Index group) const;
  // The seeds at which both have a value.
  std::vector<statistics::Pair> pairs(Index group, Index reference) const;
  // Whether both have runs here, but at no seed a value on both sides.
  bool lacks_pairs(Index group, Index reference) const;
};

struct Comparison {
  std::string name;  // of the study
  std::string value, select, by;
  bool larger_is_better = false;
  bool selected = false;                 // points were chosen: some group has several
  std::vector<std::string> chosen_keys;  // in which the points that were chosen among differ
  std::string held;                      // "batch = 32": keys held by --at
  std::vector<std::string> labels;       // of the groups
  std::vector<Index> references;         // by group: what it is contrasted with; itself: nothing
  std::vector<std::string> targets;      // asked for, or all that were measured
  std::vector<ComparedSection> sections;
  std::vector<Contrast> overall;  // over several problems; else empty
  Index draws = 0;                // of resampling
  std::uint64_t seed = 1;
  Index missing = 0;  // runs that the sweep has still to carry out
  std::vector<Note> notes;

  // The one section's, or over all problems. Nothing where there are several points.
  std::optional<Contrast> between(Index group, Index reference) const;
};

// Compares the groups of a study; with `against` each with its namesake of that earlier study, which is called
// "NAME before". Definitions: Hodges and Lehmann 1963, Pratt 1959, Holm 1979, see study/statistics. Faults of
// kind usage: no such column, key, value, seeds or target; runs of different problems that nothing relates.
Checked<Comparison> compare(const Study& study, const CompareOptions& options,
                            const Study* against = nullptr);

// The contrast of two groups' pairs, problem by problem; at least one pair. Its numbers of groups, lone seeds
// and p_holm are the caller's to fill. The interval is the exact one; over several problems it is that of
// resampling within each, of which each needs 5 pairs: with fewer it would be much too narrow.
Contrast contrast_of(const std::vector<std::vector<statistics::Pair>>& problems, bool larger_is_better,
                     std::uint64_t seed);

}  // namespace lookahead
