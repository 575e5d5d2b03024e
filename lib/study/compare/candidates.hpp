#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "study/compare/comparison.hpp"
#include "study/compare/grouping.hpp"

namespace lookahead {

// A study as one side of a comparison: its points by groups and problems.
class Candidates {
 public:
  // A column that is compared and one by which points are chosen, in this study.
  struct Columns {
    Index value = 0, select = 0;
  };
  Candidates(const Study& study, Grouping grouping, HeldKeys held, Columns columns,
             std::set<std::int64_t> select_seeds);

  const Study& study() const { return study_; }
  const Grouping& grouping() const { return grouping_; }

  // The points of a group on a problem, in the order of the grid.
  std::vector<const StudyPoint*> of(Index group, Index problem) const;
  // The one with the best median; null where none has a value.
  const StudyPoint* best(const std::vector<const StudyPoint*>& points) const;
  // Whether one of them has a value that could be compared.
  bool any_value(const std::vector<const StudyPoint*>& points) const;
  // What became of the group at `point`, one of `points`.
  GroupResult result(const StudyPoint& point, const std::vector<const StudyPoint*>& points,
                     const std::vector<std::string>& targets) const;
  // Of the group's points on a problem: the keys in which they differ.
  void add_varied(const std::vector<const StudyPoint*>& points, std::set<Index>& keys) const;

  // With --at point: the settings at which groups are compared, those keys of theirs that are contrasted or of
  // the problem left out; and the group's point there, null where it has none.
  std::vector<std::vector<Index>> shared_settings(Index problem) const;
  const StudyPoint* at(Index group, Index problem, const std::vector<Index>& settings) const;

 private:
  using Settings = std::vector<Index>;
  Settings masked(const StudyPoint& point) const;
  bool is_free(std::size_t key) const;
  std::vector<double> values(const StudyPoint& point, Index column, bool selecting) const;
  bool takes(std::int64_t seed, bool selecting) const;
  // Of the keys in which the points differ: those of which `point` has the least or the greatest value.
  std::vector<GridEdge> edges_at(const StudyPoint& point, const std::vector<const StudyPoint*>& points) const;
  // Counts, values and their quartiles.
  void count_runs(const StudyPoint& point, GroupResult& result) const;
  // Nothing where the study did not measure the target.
  std::optional<TargetResult> result_at(const std::string& target, const StudyPoint& point) const;
  std::vector<TuningResult> tuning_of(const std::vector<const StudyPoint*>& points) const;

  const Study& study_;
  Grouping grouping_;
  HeldKeys held_;
  Columns columns_;
  std::set<std::int64_t> select_seeds_;
  std::vector<StudyPoint> points_;
  std::map<std::pair<Index, Index>, std::vector<const StudyPoint*>> cells_;  // by group and problem
  // With --at point: the same by settings, and which keys these have.
  struct Cell {
    std::map<Settings, const StudyPoint*> points;
    std::set<std::vector<bool>> patterns;
  };
  std::map<std::pair<Index, Index>, Cell> at_;
};

}  // namespace lookahead
