#pragma once
#include <memory>

#include "linear/feature_rows.hpp"
#include "loss/loss.hpp"
#include "objective/linear_parameters.hpp"
#include "objective/model.hpp"
#include "objective/penalty.hpp"

namespace lookahead {

// One score per row, linear in the weights: score = w . row + b + the row's offset. Coordinates: w (one per
// column), then b, where the model has an intercept.
template <Scalar T>
class GeneralizedLinear final : public Model<T> {
 public:
  // The loss's use says what is predicted: the score, the probabilities 1 / (1 + e^score) and
  // 1 / (1 + e^-score) of two classes, or e^score.
  GeneralizedLinear(const ModelSeat<T>& seat, const Chosen<LossEntry>& loss,
                    const LinearParameters& parameters);

  Index dimension() const override { return rows_->columns + (intercept_ ? 1 : 0); }
  Index terms() const override { return rows_->rows; }
  Index outputs() const override { return use_ == LossUse::two_classes ? 2 : 1; }
  Index shard_size() const override { return linear_shard_size(*rows_); }
  std::vector<Range> intercepts() const override;
  std::vector<UnitLayer> layers() const override {
    return {{rows_->columns, 1, 0, intercept_ ? rows_->columns : -1}};
  }
  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override;
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T> scratch) const override;
  bool descends() const override;
  typename Objective<T>::Descended descend(std::span<T> x, const Batch& terms, std::span<const double> rates,
                                           double limit, std::span<T> before) const override;
  ModelFacts facts() const override;
  void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
               std::span<double> scores, std::span<T> scratch) const override;
  Evaluation value_and_predictions(std::span<const T> x, const Batch& batch, std::span<double> predictions,
                                   std::span<double> scores, std::span<T> scratch) const override;

 private:
  // predictions, class_scores: empty where they are not wanted.
  double evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                  std::span<double> predictions = {}, std::span<double> class_scores = {}) const;
  // The same of one dense row, without the loops of a block: a step at batch 1 is little else.
  double evaluate_row(std::span<const T> x, const Batch& batch, std::span<T> gradient) const;
  // The loss of a row that scores `score` but for its offset, and its derivative.
  double loss_of(const FeatureRow<T>& row, double score, double& slope) const;
  // descend(), by packs of n numbers.
  template <int n, bool penalized>
  typename Objective<T>::Descended descend_by(std::span<T> x, const Batch& terms,
                                              std::span<const double> rates, double limit,
                                              std::span<T> before) const;
  // What scores mean for the rows from number `from` of a batch on.
  void predict_from(std::span<const double> scores, Index from, std::span<double> predictions,
                    std::span<double> class_scores) const;
  double intercept_of(std::span<const T> x) const {
    return intercept_ ? static_cast<double>(x[static_cast<std::size_t>(rows_->columns)]) : 0;
  }
  void score(FeatureBlock<T>& block, const T* w, double intercept, double* scores) const {
    block.score(w, intercept, scores);
    if (!rows_->offsets.empty()) add_offsets(block, scores);
  }
  void add_offsets(const FeatureBlock<T>& block, double* scores) const;

  const Dataset<T>* rows_;
  const std::vector<T>* weights_;  // of the rows
  std::unique_ptr<Loss> loss_;
  Penalty<T> penalty_;
  LossUse use_;
  bool intercept_;
  Index block_rows_;  // rows evaluated together
};

extern template class GeneralizedLinear<float>;
extern template class GeneralizedLinear<double>;

}  // namespace lookahead
