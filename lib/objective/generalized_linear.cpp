#include "objective/generalized_linear.hpp"

#include <array>
#include <cmath>

namespace lookahead {
template <Scalar T>
double add_penalty(double value, double l2, std::span<const T> weights, std::span<T> gradient) {
  if (l2 == 0) return value;
  const T strength = static_cast<T>(l2);
  if (!gradient.empty()) {
    for (std::size_t i = 0; i < weights.size(); ++i) gradient[i] += strength * weights[i];
  }
  return value + l2 / 2 * squared_norm(weights);
}

template <Scalar T>
GeneralizedLinear<T>::GeneralizedLinear(const ModelSeat<T>& seat, std::unique_ptr<Loss> loss, double l2)
    : rows_(seat.rows),
      loss_(std::move(loss)),
      l2_(seat.penalized ? l2 : 0),
      two_classes_(seat.classes == 2) {}

template <Scalar T>
double GeneralizedLinear<T>::value(std::span<const T> x, Batch batch, std::span<T>) const {
  return evaluate(x, batch, {});
}

template <Scalar T>
double GeneralizedLinear<T>::value_and_gradient(std::span<const T> x, Batch batch, std::span<T> gradient,
                                                std::span<T>) const {
  return evaluate(x, batch, gradient);
}

template <Scalar T>
void GeneralizedLinear<T>::score(const T* x, const RowBlock<T>& block, std::span<double> scores,
                                 RowFetcher<T>* fetcher) const {
  score_rows(x, block, scores.data(), fetcher);
  const double intercept = static_cast<double>(x[rows_->columns]);
  for (double& score : scores) score += intercept;
}

template <Scalar T>
double GeneralizedLinear<T>::evaluate(std::span<const T> x, Batch batch, std::span<T> gradient) const {
  const Index columns = rows_->columns;
  const T* const features = rows_->features.data();
  const auto width = static_cast<std::size_t>(columns);
  const double share = 1 / static_cast<double>(batch.size());
  std::array<double, most_block_rows> scores_of, slopes_of, targets_of;
  double sum = 0, slope_sum = 0;
  std::fill(gradient.begin(), gradient.end(), T{0});
  const Index most = block_rows(columns, sizeof(T));
  for (Index from = 0; from < batch.size(); from += most) {
    const Batch part = batch.part(from, std::min(most, batch.size() - from));
    const auto count = static_cast<std::size_t>(part.size());
    const RowBlock<T> block(features, columns, part);
    RowFetcher<T> fetcher(features, rows_->targets.data(), columns, batch, from, part.size());
    score(x.data(), block, std::span(scores_of).first(count), &fetcher);
    for (std::size_t i = 0; i < count; ++i) {
      targets_of[i] =
          static_cast<double>(rows_->targets[static_cast<std::size_t>(part[static_cast<Index>(i)])]);
    }
    const std::span<double> slopes = std::span(slopes_of).first(gradient.empty() ? 0 : count);
    sum += loss_->evaluate(std::span(scores_of).first(count), std::span(targets_of).first(count), slopes);
    if (slopes.empty()) continue;
    add_rows(gradient.data(), block, slopes.data(), share);
    for (const double slope : slopes) slope_sum += slope;
  }
  if (!gradient.empty()) gradient[width] = static_cast<T>(slope_sum * share);
  return add_penalty<T>(sum * share, l2_, x.first(width),
                        gradient.empty() ? gradient : gradient.first(width));
}

template <Scalar T>
void GeneralizedLinear<T>::predict(std::span<const T> x, Batch batch, std::span<double> predictions,
                                   std::span<T>) const {
  std::array<double, most_block_rows> scores;
  for (Index from = 0; from < batch.size(); from += most_block_rows) {
    const Batch part = batch.part(from, std::min(most_block_rows, batch.size() - from));
    const auto count = static_cast<std::size_t>(part.size());
    score(x.data(), RowBlock<T>(rows_->features.data(), rows_->columns, part), std::span(scores).first(count),
          nullptr);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = static_cast<std::size_t>(from) + i;
      if (!two_classes_) {
        predictions[at] = scores[i];
        continue;
      }
      const double small = std::exp(-std::abs(scores[i]));
      const double larger = 1 / (1 + small);
      predictions[2 * at + 1] = scores[i] >= 0 ? larger : small * larger;
      predictions[2 * at] = scores[i] >= 0 ? small * larger : larger;
    }
  }
}

template double add_penalty(double, double, std::span<const float>, std::span<float>);
template double add_penalty(double, double, std::span<const double>, std::span<double>);
template class GeneralizedLinear<float>;
template class GeneralizedLinear<double>;

}  // namespace lookahead
