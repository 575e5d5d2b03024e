#pragma once
#include <memory>

#include "loss/loss.hpp"
#include "objective/model.hpp"
#include "objective/penalty.hpp"

namespace lookahead {

// One score per row, linear in the weights: score = w . row + b. Coordinates: w (one per column), then b.
template <Scalar T>
class GeneralizedLinear final : public Model<T> {
 public:
  // The loss's use says what is predicted: the score, the probabilities 1 / (1 + e^score) and
  // 1 / (1 + e^-score) of two classes, or e^score.
  GeneralizedLinear(const ModelSeat<T>& seat, const Chosen<LossEntry>& loss,
                    const PenaltyParameters& penalties);

  Index dimension() const override { return rows_->columns + 1; }
  Index terms() const override { return rows_->rows; }
  Index outputs() const override { return use_ == LossUse::two_classes ? 2 : 1; }
  double value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override;
  double value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                            std::span<T> scratch) const override;
  ModelFacts facts() const override;
  void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
               std::span<T> scratch) const override;
  double value_and_predictions(std::span<const T> x, const Batch& batch, std::span<double> predictions,
                               std::span<T> scratch) const override;

 private:
  // predictions: null where they are not wanted.
  double evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                  double* predictions = nullptr) const;
  void predict_from(std::span<const double> scores, double* predictions) const;

  const Dataset<T>* rows_;
  std::unique_ptr<Loss> loss_;
  Penalty<T> penalty_;
  LossUse use_;
  Index block_rows_;  // rows evaluated together
};

extern template class GeneralizedLinear<float>;
extern template class GeneralizedLinear<double>;

}  // namespace lookahead
