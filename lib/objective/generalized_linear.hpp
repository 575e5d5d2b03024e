#pragma once
#include <memory>

#include "loss/loss.hpp"
#include "objective/model.hpp"
#include "objective/row_products.hpp"

namespace lookahead {

// One score per row, linear in the weights: score = w . row + b. Coordinates: w (one per column), then b.
template <Scalar T>
class GeneralizedLinear final : public Model<T> {
 public:
  GeneralizedLinear(const ModelSeat<T>& seat, std::unique_ptr<Loss> loss, double l2);

  Index dimension() const override { return rows_->columns + 1; }
  Index terms() const override { return rows_->rows; }
  Index outputs() const override { return two_classes_ ? 2 : 1; }
  double value(std::span<const T> x, Batch batch, std::span<T> scratch) const override;
  double value_and_gradient(std::span<const T> x, Batch batch, std::span<T> gradient,
                            std::span<T> scratch) const override;
  void predict(std::span<const T> x, Batch batch, std::span<double> predictions,
               std::span<T> scratch) const override;

 private:
  double evaluate(std::span<const T> x, Batch batch, std::span<T> gradient) const;
  void score(const T* x, const RowBlock<T>& block, std::span<double> scores, RowFetcher<T>* fetcher) const;

  const Dataset<T>* rows_;
  std::unique_ptr<Loss> loss_;
  double l2_;
  bool two_classes_;
};

extern template class GeneralizedLinear<float>;
extern template class GeneralizedLinear<double>;

}  // namespace lookahead
