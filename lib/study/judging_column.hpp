#pragma once
#include <algorithm>
#include <map>

#include "base/scalar.hpp"

namespace lookahead {

// Which column the runs of a study are judged by where nobody says so: gap where the minimum is known of every problem,
// otherwise val_loss where every problem has one, otherwise loss_slow. Problems without a run that finished or diverged
// have no say.
class JudgingColumn {
 public:
  // A run that finished or diverged, and whether it has a number in these columns.
  void add(Index problem, bool gap, bool val_loss) {
    Known& known = problems_[problem];
    known.gap = known.gap || gap;
    known.val_loss = known.val_loss || val_loss;
  }
  const char* name() const {
    const auto all = [&](bool Known::*column) {
      return !problems_.empty() && std::all_of(problems_.begin(), problems_.end(),
                                               [&](const auto& one) { return one.second.*column; });
    };
    return all(&Known::gap) ? "gap" : all(&Known::val_loss) ? "val_loss" : "loss_slow";
  }

 private:
  struct Known {
    bool gap = false, val_loss = false;
  };
  std::map<Index, Known> problems_;
};

}  // namespace lookahead
