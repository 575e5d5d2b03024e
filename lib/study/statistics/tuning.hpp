#pragma once
#include <optional>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead::statistics {

// What tuning by trying K points at random, with replacement, comes to: how the best of K is distributed
// (Dodge et al. 2019). Points are the values of a method's tried points; no NaN.
class TuningCurve {
 public:
  // At least one value. Best is the least, or the greatest.
  TuningCurve(std::vector<double> values, bool larger_is_better);

  // The median of the best of K >= 1: the i-th value from the worst on for the least i with
  // (i / N)^K >= 1/2. May be infinite.
  double median(Index tries) const;
  // The mean of the best of K; nothing where a value is infinite.
  std::optional<double> mean(Index tries) const;

  Index count() const { return static_cast<Index>(worst_first_.size()); }

 private:
  std::vector<double> worst_first_;
};

}  // namespace lookahead::statistics
