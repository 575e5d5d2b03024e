#include <Eigen/Core>
#include <cmath>

#include "objective/model.hpp"
#include "objective/penalty.hpp"

namespace lookahead::models {
namespace {

constexpr Index block_size = 64;

// Coordinates: a weight vector for every class, class after class, then the intercepts.
template <Scalar T>
class Softmax final : public Model<T> {
 public:
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Block = Eigen::Map<Matrix>;
  using ConstBlock = Eigen::Map<const Matrix>;

  Softmax(const ModelSeat<T>& seat, const PenaltyParameters& penalties)
      : rows_(seat.rows), classes_(seat.classes), penalty_(penalties, *seat.rows, seat.penalized) {
    // Eigen splits products by the sizes of the caches; fixed ones give the same sums on every machine.
    Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024);
  }

  Index dimension() const override { return classes_ * (rows_->columns + 1); }
  Index terms() const override { return rows_->rows; }
  Index outputs() const override { return classes_; }
  Index scratch(Index) const override { return block_size * (rows_->columns + classes_); }

  double value(std::span<const T> x, Batch batch, std::span<T> scratch) const override {
    return evaluate<false>(x, batch, {}, scratch);
  }
  double value_and_gradient(std::span<const T> x, Batch batch, std::span<T> gradient,
                            std::span<T> scratch) const override {
    return evaluate<true>(x, batch, gradient, scratch);
  }

  void predict(std::span<const T> x, Batch batch, std::span<double> predictions,
               std::span<T> scratch) const override {
    for (Index from = 0; from < batch.size(); from += block_size) {
      const Batch block = batch.part(from, std::min(block_size, batch.size() - from));
      T* scores = scratch.data() + block_size * rows_->columns;
      score(x, block, features_of(block, scratch), scores);
      for (Index i = 0; i < block.size(); ++i) {
        const T* row = scores + i * classes_;
        const double log_sum = log_sum_of(row);
        double* out = predictions.data() + (from + i) * classes_;
        for (Index k = 0; k < classes_; ++k) out[k] = std::exp(static_cast<double>(row[k]) - log_sum);
      }
    }
  }

 private:
  // The block's rows one after the other: where they lie, or gathered into the scratch space.
  const T* features_of(Batch block, std::span<T> scratch) const {
    const Index columns = rows_->columns;
    if (block.contiguous()) return rows_->features.data() + block[0] * columns;
    for (Index i = 0; i < block.size(); ++i) {
      std::copy_n(rows_->features.data() + block[i] * columns, columns, scratch.data() + i * columns);
    }
    return scratch.data();
  }

  void score(std::span<const T> x, Batch block, const T* features, T* scores) const {
    const Index columns = rows_->columns;
    const ConstBlock weights(x.data(), classes_, columns);
    const Eigen::Map<const Eigen::Matrix<T, 1, Eigen::Dynamic>> intercepts(x.data() + classes_ * columns,
                                                                           classes_);
    Block out(scores, block.size(), classes_);
    out.noalias() = ConstBlock(features, block.size(), columns) * weights.transpose();
    out.rowwise() += intercepts;
  }

  double log_sum_of(const T* row) const {
    const double most = static_cast<double>(*std::max_element(row, row + classes_));
    double sum = 0;
    for (Index k = 0; k < classes_; ++k) sum += std::exp(static_cast<double>(row[k]) - most);
    return most + std::log(sum);
  }

  template <bool want_gradient>
  double evaluate(std::span<const T> x, Batch batch, std::span<T> gradient, std::span<T> scratch) const {
    const Index columns = rows_->columns;
    const double share = 1 / static_cast<double>(batch.size());
    std::fill(gradient.begin(), gradient.end(), T{0});
    double sum = 0;
    for (Index from = 0; from < batch.size(); from += block_size) {
      const Batch block = batch.part(from, std::min(block_size, batch.size() - from));
      const T* features = features_of(block, scratch);
      T* scores = scratch.data() + block_size * columns;
      score(x, block, features, scores);
      for (Index i = 0; i < block.size(); ++i) {
        T* row = scores + i * classes_;
        const auto target = static_cast<Index>(rows_->targets[static_cast<std::size_t>(block[i])]);
        const double most = static_cast<double>(*std::max_element(row, row + classes_));
        const double own = static_cast<double>(row[target]);
        double total = 0;
        // The exponentials are the dearest part, so those of the sum stay for the slopes.
        for (Index k = 0; k < classes_; ++k) {
          const double weight = std::exp(static_cast<double>(row[k]) - most);
          total += weight;
          if constexpr (want_gradient) row[k] = static_cast<T>(weight);
        }
        sum += most + std::log(total) - own;
        if constexpr (want_gradient) {
          const double scale = share / total;
          for (Index k = 0; k < classes_; ++k) row[k] = static_cast<T>(static_cast<double>(row[k]) * scale);
          row[target] = static_cast<T>(static_cast<double>(row[target]) - share);
        }
      }
      if constexpr (want_gradient) {
        const ConstBlock slopes(scores, block.size(), classes_);
        Block(gradient.data(), classes_, columns).noalias() +=
            slopes.transpose() * ConstBlock(features, block.size(), columns);
        T* intercepts = gradient.data() + classes_ * columns;
        for (Index i = 0; i < block.size(); ++i) {
          for (Index k = 0; k < classes_; ++k) intercepts[k] += slopes(i, k);
        }
      }
    }
    const auto weights = static_cast<std::size_t>(classes_ * columns);
    return penalty_.add(sum * share, x.first(weights), want_gradient ? gradient.first(weights) : gradient);
  }

  const Dataset<T>* rows_;
  Index classes_;
  Penalty<T> penalty_;
};

struct SoftmaxParameters : PenaltyParameters {
  ClassWeight class_weight;
};

template <Scalar T>
std::unique_ptr<Model<T>> make(const void* p, const ModelSeat<T>& seat) {
  return std::make_unique<Softmax<T>>(seat, *static_cast<const SoftmaxParameters*>(p));
}

}  // namespace

ModelEntry softmax() {
  return {
      declare<SoftmaxParameters>(
          {"softmax", "multinomial logistic regression with a weight vector for every class",
           "mean [log sum_k e^{s_k} - s_y] + (l2/2)|W|^2 + penalty, s = W x + b", "Cox, 1966"},
          together({penalty_parameters<SoftmaxParameters>(), class_weight_parameters<SoftmaxParameters>()})),
      Task::classification,
      false,
      make<double>,
      make<float>,
      -std::numeric_limits<double>::infinity(),
      [](const void* p) { return &static_cast<const SoftmaxParameters*>(p)->class_weight; }};
}

}  // namespace lookahead::models
