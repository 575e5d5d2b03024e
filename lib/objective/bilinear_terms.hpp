#pragma once

#include "base/aligned.hpp"
#include "data/batch.hpp"
#include "simd/lanes.hpp"

namespace lookahead {

// The linear parts b_i'x + c_i'y of bilinear games' terms, x and y of n coordinates each: rows of 2n numbers,
// independent and normal with mean 0 and variance deviation^2 / n.
class LinearParts {
 public:
  // `part` of the data of `seed` is where they are drawn; see synthetic.hpp.
  LinearParts(Index seed, Index terms, Index n, double deviation);

  Index terms() const { return terms_; }
  // Whether a batch is all terms, in order.
  bool all(const Batch& batch) const { return batch.contiguous() && batch.size() == terms_; }
  const Aligned<double>& mean() const { return mean_; }
  // Sums over the batch of number j of the rows, and of numbers j, ..., j + 7.
  double sum(const Batch& batch, Index j) const {
    double sum = 0;
    for (Index i = 0; i < batch.size(); ++i) sum += rows_[static_cast<std::size_t>(batch[i] * width_ + j)];
    return sum;
  }
  [[gnu::always_inline]] Lanes lanes(const Batch& batch, Index j) const {
    Lanes sums{};
    for (Index i = 0; i < batch.size(); ++i) sums += widen(rows_.data() + batch[i] * width_ + j);
    return sums;
  }

 private:
  Index terms_, width_;
  Aligned<double> rows_, mean_;
};

// The means over `rows` rows of `columns` numbers.
Aligned<double> mean_of_rows(const Aligned<double>& rows_of, Index rows, Index columns);

}  // namespace lookahead
