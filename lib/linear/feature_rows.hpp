#pragma once
#include "data/dataset.hpp"
#include "linear/row_products.hpp"

namespace lookahead {

// Objective::shard_size() of a model that is linear in `data`: of wide sparse rows so many that they hold
// twice as many numbers as the gradient.
template <Scalar T>
Index linear_shard_size(const Dataset<T>& data) {
  constexpr Index wide = Index{1} << 15;
  if (!data.sparse() || data.columns < wide) return 0;
  const Index entries = std::max<Index>(1, std::ssize(data.values));
  return std::max<Index>(
      1, static_cast<Index>(2 * static_cast<double>(data.columns) * static_cast<double>(data.rows) /
                            static_cast<double>(entries)));
}

// A dense row of a data set by itself, of a batch of one: what a FeatureBlock of it does, to the same bits.
template <Scalar T>
class FeatureRow {
 public:
  FeatureRow(const Dataset<T>& data, Index number)
      : columns_(data.columns), number_(number), row_(data.features.data() + number_ * columns_) {}
  // A row that is needed soon is fetched.
  FeatureRow(const Dataset<T>& data, const Batch& batch) : FeatureRow(data, batch[0]) {
    RowFetcher<T>(data.features.data(), data.targets.data(), columns_, batch, 0).next(1);
  }
  double score(const T* w, double intercept) const { return score_row(w, row_, columns_, intercept); }
  void add(T* gradient, double slope) const { add_row(gradient, row_, columns_, slope); }
  // score() and a step along the gradient, for those who know the width of the packs (products::with_pack).
  template <int n>
  double score_by(const T* w, double intercept) const {
    return products::score_by<n>(w, row_, columns_, intercept);
  }
  template <int n, bool with_l2>
  void move_by(T* w, T slope, T rate, T l2) const {
    products::move_by<n, with_l2>(w, row_, columns_, slope, rate, l2);
  }
  // What `numbers` hold for the row; `otherwise` where they are empty.
  double of(const std::vector<T>& numbers, double otherwise) const {
    return numbers.empty() ? otherwise : static_cast<double>(numbers[static_cast<std::size_t>(number_)]);
  }

 private:
  Index columns_, number_;
  const T* row_;
};

// A block of a data set's rows, dense or sparse, as a model that is linear in them needs it.
template <Scalar T>
class FeatureBlock {
 public:
  // How many rows a block of this data set should have, at most most_block_rows.
  static Index most_rows(const Dataset<T>& data) {
    return data.sparse() ? most_block_rows : block_rows(data.columns, sizeof(T));
  }

  // Rows [from, from + count) of `batch`; those behind them are fetched while the scores are computed.
  FeatureBlock(const Dataset<T>& data, const Batch& batch, Index from, Index count)
      : data_(data),
        part_(batch.part(from, count)),
        rows_(data.features.data(), data.sparse() ? 0 : data.columns, data.sparse() ? Batch() : part_),
        fetcher_(data.features.data(), data.targets.data(), data.columns, data.sparse() ? Batch() : batch,
                 from) {}

  Index size() const { return part_.size(); }

  // scores[i] = w . row i of the block, columns numbers each, + intercept.
  void score(const T* w, double intercept, double* scores) {
    if (!data_.sparse()) return score_rows(w, rows_, scores, intercept, &fetcher_);
    score_sparse(w, intercept, scores);
  }

  // gradient += share * sum over the block of slopes[i] * row.
  void add(T* gradient, const double* slopes, double share) const {
    if (!data_.sparse()) return add_rows(gradient, rows_, slopes, share);
    add_sparse(gradient, slopes, share);
  }

  // Copies what `numbers` hold for the block's rows, one for each row of the data, as doubles; nothing where
  // they are empty.
  void copy(const std::vector<T>& numbers, double* to) const {
    if (numbers.empty()) return;
    for (Index i = 0; i < size(); ++i)
      to[i] = static_cast<double>(numbers[static_cast<std::size_t>(part_[i])]);
  }

 private:
  // Apart from the rest, so that a step with a dense row has little to run through.
  [[gnu::noinline]] void score_sparse(const T* w, double intercept, double* scores) const {
    for (Index i = 0; i < size(); ++i) {
      double sum = 0;
      for_each_entry(data_, part_[i], [&](Index column, T value) {
        sum += static_cast<double>(w[column]) * static_cast<double>(value);
      });
      scores[i] = sum + intercept;
    }
  }

  [[gnu::noinline]] void add_sparse(T* gradient, const double* slopes, double share) const {
    for (Index i = 0; i < size(); ++i) {
      const T slope = static_cast<T>(slopes[i] * share);
      for_each_entry(data_, part_[i], [&](Index column, T value) { gradient[column] += slope * value; });
    }
  }

  const Dataset<T>& data_;
  Batch part_;
  RowBlock<T> rows_;
  RowFetcher<T> fetcher_;
};

}  // namespace lookahead
