#include <Eigen/Core>
#include <numbers>

#include "base/sizes.hpp"
#include "objective/cross_entropy.hpp"
#include "objective/dense_rows.hpp"
#include "objective/model.hpp"
#include "objective/penalty.hpp"

namespace lookahead::models {
namespace {

constexpr Index most_block_rows = 64;

// Coordinates: a weight vector for every class, class after class, then the intercepts.
template <Scalar T>
class Softmax final : public Model<T> {
 public:
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Block = Eigen::Map<Matrix>;
  using ConstBlock = Eigen::Map<const Matrix>;

  Softmax(const ModelSeat<T>& seat, const PenaltyParameters& penalties)
      : rows_(seat.rows),
        classes_(seat.classes),
        dense_columns_(rows_->sparse() ? 0 : rows_->columns),
        penalty_(penalties, *seat.rows, seat.penalized) {
    // Eigen splits products by the sizes of the caches; fixed ones give the same sums on every machine.
    Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024);
  }

  Index dimension() const override { return product_of_sizes({classes_, rows_->columns + 1}); }
  Index terms() const override { return rows_->rows; }
  Index outputs() const override { return classes_; }
  Index scratch(Index) const override { return most_block_rows * (dense_columns_ + classes_); }

  double value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override {
    return evaluate(x, batch, {}, scratch);
  }
  double value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                            std::span<T> scratch) const override {
    return evaluate(x, batch, gradient, scratch);
  }

  // The second derivative diag(p) - pp' by the scores is at most 1/2 (Boehning 1992), the first is p minus a
  // unit vector.
  ModelFacts facts() const override {
    const Curvatures penalty = penalty_.curvatures();
    return {0.5, std::numbers::sqrt2, penalty.most, 0, penalty.least >= 0, true};
  }

  void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
               std::span<T> scratch) const override {
    for (Index from = 0; from < batch.size(); from += most_block_rows) {
      const Batch block = batch.part(from, std::min(most_block_rows, batch.size() - from));
      T* scores = scores_in(scratch);
      score(x, block, scratch.data(), scores);
      class_probabilities(scores, block.size(), classes_, predictions.data() + from * classes_);
    }
  }

 private:
  T* scores_in(std::span<T> scratch) const { return scratch.data() + most_block_rows * dense_columns_; }

  // Scores of a block of rows, row after row; returns the rows' features, or null where they are sparse.
  const T* score(std::span<const T> x, const Batch& block, T* space, T* scores) const {
    const Index columns = rows_->columns;
    const Eigen::Map<const Eigen::Matrix<T, 1, Eigen::Dynamic>> intercepts(x.data() + classes_ * columns,
                                                                           classes_);
    Block out(scores, block.size(), classes_);
    if (rows_->sparse()) {
      out.rowwise() = intercepts;
      for (Index i = 0; i < block.size(); ++i) {
        for_each_entry(*rows_, block[i], [&](Index column, T value) {
          for (Index k = 0; k < classes_; ++k)
            scores[i * classes_ + k] += value * x[static_cast<std::size_t>(k * columns + column)];
        });
      }
      return nullptr;
    }
    const T* features = dense_rows(*rows_, block, space);
    out.noalias() =
        ConstBlock(features, block.size(), columns) * ConstBlock(x.data(), classes_, columns).transpose();
    out.rowwise() += intercepts;
    return features;
  }

  // Adds what the slopes of a block's scores mean for the weights and intercepts.
  void add(const Batch& block, const T* features, const T* slopes_of, T* gradient) const {
    const Index columns = rows_->columns;
    const ConstBlock slopes(slopes_of, block.size(), classes_);
    if (features != nullptr) {
      Block(gradient, classes_, columns).noalias() +=
          slopes.transpose() * ConstBlock(features, block.size(), columns);
    }
    T* intercepts = gradient + classes_ * columns;
    for (Index i = 0; i < block.size(); ++i) {
      for (Index k = 0; k < classes_; ++k) intercepts[k] += slopes(i, k);
      if (features != nullptr) continue;
      for_each_entry(*rows_, block[i], [&](Index column, T value) {
        for (Index k = 0; k < classes_; ++k) gradient[k * columns + column] += value * slopes(i, k);
      });
    }
  }

  double evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                  std::span<T> scratch) const {
    const double share = 1 / static_cast<double>(batch.size());
    const auto weights = static_cast<std::size_t>(classes_ * rows_->columns);
    const std::span<T> intercepts = gradient.empty() ? gradient : gradient.subspan(weights);
    const double penalty =
        penalty_.start(x.first(weights), gradient.empty() ? gradient : gradient.first(weights));
    std::fill(intercepts.begin(), intercepts.end(), T{0});
    double sum = 0;
    for (Index from = 0; from < batch.size(); from += most_block_rows) {
      const Batch block = batch.part(from, std::min(most_block_rows, batch.size() - from));
      T* scores = scores_in(scratch);
      const T* features = score(x, block, scratch.data(), scores);
      sum += cross_entropy(*rows_, block, scores, classes_, share, !gradient.empty());
      if (!gradient.empty()) add(block, features, scores, gradient.data());
    }
    return sum * share + penalty;
  }

  const Dataset<T>* rows_;
  Index classes_;
  Index dense_columns_;  // of the working space; 0: the rows are sparse
  Penalty<T> penalty_;
};

struct SoftmaxParameters : PenaltyParameters {
  ClassWeight class_weight;
};

template <Scalar T>
std::unique_ptr<Model<T>> make_softmax(const void* p, const ModelSeat<T>& seat) {
  return std::make_unique<Softmax<T>>(seat, *static_cast<const SoftmaxParameters*>(p));
}

}  // namespace

ModelEntry softmax() {
  ModelEntry entry{
      declare<SoftmaxParameters>(
          {"softmax", "multinomial logistic regression with a weight vector for every class",
           "mean [log sum_k e^{s_k} - s_y] + (l2/2)|W|^2 + penalty, s = W x + b", "Cox, 1966"},
          together({penalty_parameters<SoftmaxParameters>(), class_weight_parameters<SoftmaxParameters>()})),
      Task::classification, false, make_softmax<double>, make_softmax<float>};
  entry.class_weight = class_weight_of<SoftmaxParameters>;
  return entry;
}

}  // namespace lookahead::models
