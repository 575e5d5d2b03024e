#include <algorithm>
#include <numbers>

#include "base/sizes.hpp"
#include "linear/dense_rows.hpp"
#include "linear/feature_rows.hpp"
#include "linear/matrix_product.hpp"
#include "objective/cross_entropy.hpp"
#include "objective/linear_parameters.hpp"
#include "objective/model.hpp"

namespace lookahead::models {
namespace {

constexpr Index rows_together = 64;  // rows done together

// Coordinates: a weight vector for every class, class after class, then the intercepts, where there are any.
template <Scalar T>
class Softmax final : public Model<T> {
 public:
  Softmax(const ModelSeat<T>& seat, const LinearParameters& parameters)
      : rows_(seat.rows),
        weights_(&seat.row_weights()),
        classes_(seat.classes),
        dense_columns_(rows_->sparse() ? 0 : rows_->columns),
        intercept_(parameters.intercept),
        penalty_(parameters, *seat.rows, seat.penalized) {}

  Index dimension() const override {
    return product_of_sizes({classes_, rows_->columns + (intercept_ ? 1 : 0)});
  }
  Index terms() const override { return rows_->rows; }
  Index outputs() const override { return classes_; }
  Index shard_size() const override { return linear_shard_size(*rows_); }
  std::vector<Range> intercepts() const override {
    if (!intercept_) return {};
    return {{classes_ * rows_->columns, dimension()}};
  }
  std::vector<UnitLayer> layers() const override {
    return {{rows_->columns, classes_, 0, intercept_ ? classes_ * rows_->columns : -1}};
  }
  Index scratch(Index) const override { return rows_together * (dense_columns_ + classes_); }

  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override {
    return evaluate(x, batch, {}, scratch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T> scratch) const override {
    return evaluate(x, batch, gradient, scratch);
  }
  Evaluation value_and_predictions(std::span<const T> x, const Batch& batch, std::span<double> predictions,
                                   std::span<double> class_scores, std::span<T> scratch) const override {
    return evaluate(x, batch, {}, scratch, predictions, class_scores);
  }

  // The second derivative diag(p) - pp' by the scores is at most 1/2 (Boehning 1992), the first is p minus a
  // unit vector.
  ModelFacts facts() const override {
    const Curvatures penalty = penalty_.curvatures();
    return {0.5, std::numbers::sqrt2, penalty.most, 0, penalty.least >= 0, true, intercept_};
  }

  void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
               std::span<double> class_scores, std::span<T> scratch) const override {
    for (Index from = 0; from < batch.size(); from += rows_together) {
      const Batch block = batch.part(from, std::min(rows_together, batch.size() - from));
      T* scores = scores_in(scratch);
      score(x, block, scratch.data(), scores);
      class_probabilities(scores, block.size(), classes_, predictions.data() + from * classes_);
      if (!class_scores.empty())
        std::copy_n(scores, block.size() * classes_, class_scores.data() + from * classes_);
    }
  }

 private:
  T* scores_in(std::span<T> scratch) const { return scratch.data() + rows_together * dense_columns_; }

  // Scores of a block of rows, row after row; returns the rows' features, or null where they are sparse.
  const T* score(std::span<const T> x, const Batch& block, T* space, T* scores) const {
    const Index columns = rows_->columns;
    for (Index i = 0; i < block.size(); ++i) {
      if (intercept_) {
        std::copy_n(x.data() + classes_ * columns, classes_, scores + i * classes_);
      } else {
        std::fill_n(scores + i * classes_, classes_, T{0});
      }
    }
    if (rows_->sparse()) {
      for (Index i = 0; i < block.size(); ++i) {
        for_each_entry(*rows_, block[i], [&](Index column, T value) {
          for (Index k = 0; k < classes_; ++k)
            scores[i * classes_ + k] += value * x[static_cast<std::size_t>(k * columns + column)];
        });
      }
      return nullptr;
    }
    const T* features = dense_rows(*rows_, block, space);
    add_product(scores, classes_, by_rows(features, columns), transposed(by_rows(x.data(), columns)),
                block.size(), columns, classes_);
    return features;
  }

  // Adds what the slopes of a block's scores mean for the weights and intercepts.
  void add(const Batch& block, const T* features, const T* slopes, T* gradient) const {
    const Index columns = rows_->columns;
    if (features != nullptr) {
      add_product(gradient, columns, transposed(by_rows(slopes, classes_)), by_rows(features, columns),
                  classes_, block.size(), columns);
    }
    T* intercepts = gradient + classes_ * columns;
    for (Index i = 0; i < block.size(); ++i) {
      for (Index k = 0; intercept_ && k < classes_; ++k) intercepts[k] += slopes[i * classes_ + k];
      if (features != nullptr) continue;
      for_each_entry(*rows_, block[i], [&](Index column, T value) {
        for (Index k = 0; k < classes_; ++k)
          gradient[k * columns + column] += value * slopes[i * classes_ + k];
      });
    }
  }

  // predictions, class_scores: empty where they are not wanted.
  double evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient, std::span<T> scratch,
                  std::span<double> predictions = {}, std::span<double> class_scores = {}) const {
    const double share = batch.share();
    const auto weights = static_cast<std::size_t>(classes_ * rows_->columns);
    const std::span<T> intercepts = gradient.empty() ? gradient : gradient.subspan(weights);
    const double penalty =
        penalty_.start(x.first(weights), gradient.empty() ? gradient : gradient.first(weights));
    std::fill(intercepts.begin(), intercepts.end(), T{0});
    double sum = 0;
    for (Index from = 0; from < batch.size(); from += rows_together) {
      const Batch block = batch.part(from, std::min(rows_together, batch.size() - from));
      T* scores = scores_in(scratch);
      const T* features = score(x, block, scratch.data(), scores);
      const Index first = from * classes_;
      if (!class_scores.empty()) std::copy_n(scores, block.size() * classes_, class_scores.data() + first);
      sum += cross_entropy(*rows_, *weights_, block, scores, classes_, share, !gradient.empty(),
                           predictions.empty() ? nullptr : predictions.data() + first);
      if (!gradient.empty()) add(block, features, scores, gradient.data());
    }
    return sum * share + penalty;
  }

  const Dataset<T>* rows_;
  const std::vector<T>* weights_;  // of the rows
  Index classes_;
  Index dense_columns_;  // of the working space; 0: the rows are sparse
  bool intercept_;
  Penalty<T> penalty_;
};

struct SoftmaxParameters : LinearParameters {
  ClassWeight class_weight;
};

template <Scalar T>
std::unique_ptr<Model<T>> make_softmax(const Values& p, const ModelSeat<T>& seat) {
  return std::make_unique<Softmax<T>>(seat, p.as<SoftmaxParameters>());
}

}  // namespace

ModelEntry softmax() {
  ModelEntry entry{
      declare<SoftmaxParameters>(
          {"softmax", "multinomial logistic regression with a weight vector for every class",
           "mean [log sum_k e^{s_k} - s_y] + (l2/2)|W|^2 + l1 |W|_1 + penalty, s = W x + b", "Cox, 1966"},
          together({linear_parameters<SoftmaxParameters>(), class_weight_parameters<SoftmaxParameters>()})),
      Task::classification, false, make_softmax<double>, make_softmax<float>};
  entry.l1 = l1_of<SoftmaxParameters>;
  entry.class_weight = class_weight_of<SoftmaxParameters>;
  entry.multiplies = true;
  return entry;
}

}  // namespace lookahead::models
