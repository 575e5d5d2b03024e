#pragma once
#include <string>

#include "base/checked.hpp"
#include "parallel/team.hpp"

namespace lookahead {

// Of the lines that must be the same on all ranks: whether products of matrices are fused, "level of instructions:
// x86-64-v3 or higher" and its end of line.
std::string level_line();

// The beginning of a run of several processes: all of them have the same problem, or none goes on. A rank that
// has failed before must answer, too.
class Muster {
 public:
  explicit Muster(Team& team) : team_(team) {}

  Team& team() const { return team_; }
  // To be called once on every rank: with what is wrong on this one, or with lines "what: value" that must be
  // the same on all. On the first rank: its own faults, or else what is wrong on others, as "rank 2 on
  // node7: ...". On the others faults wherever the first one has any.
  Checked<Done> answer(const Faults& faults, const std::string& lines);
  bool answered() const { return answered_; }

  // After that, the first rank's word whether it was able to begin; once on every rank. The others return it.
  bool begin(bool ready);

  // Between the beginning and the end of the common work a rank must not fail by itself; ranks but the first not from
  // an answer without faults on.
  bool under_way() const { return under_way_; }
  void end() { under_way_ = false; }

 private:
  Team& team_;
  bool answered_ = false, under_way_ = false;
};

// Tells the other ranks that the first one could not begin, where its life ends before it was able to.
class Beginning {
 public:
  explicit Beginning(Muster* muster) : muster_(muster) {}
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;
  ~Beginning();
  void ready();

 private:
  Muster* muster_;  // null: there are no others, or they know
};

}  // namespace lookahead
