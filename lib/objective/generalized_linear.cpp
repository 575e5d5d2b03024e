#include "objective/generalized_linear.hpp"

#include <array>
#include <cmath>

#include "objective/row_products.hpp"

namespace lookahead {
namespace {

// Rows done together: their numbers stay in the cache between the scores and the gradient.
constexpr Index block_size = 64;

}  // namespace

template <Scalar T>
GeneralizedLinear<T>::GeneralizedLinear(const ModelSeat<T>& seat, const Chosen<LossEntry>& loss,
                                        const PenaltyParameters& penalties)
    : rows_(seat.rows),
      loss_(loss.entry->make(loss.parameters.get())),
      penalty_(penalties, *seat.rows, seat.penalized),
      use_(loss.entry->use) {}

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
void GeneralizedLinear<T>::score(const T* x, Batch batch, std::span<double> scores) const {
  const double intercept = static_cast<double>(x[rows_->columns]);
  score_rows(x, rows_->features.data(), rows_->columns, batch, scores.data());
  for (double& score : scores) score += intercept;
}

template <Scalar T>
double GeneralizedLinear<T>::evaluate(std::span<const T> x, Batch batch, std::span<T> gradient) const {
  const Index columns = rows_->columns;
  const auto width = static_cast<std::size_t>(columns);
  const double share = 1 / static_cast<double>(batch.size());
  std::array<double, block_size> scores_of{}, slopes_of{}, targets_of{};
  double sum = 0, slope_sum = 0;
  std::fill(gradient.begin(), gradient.end(), T{0});
  for (Index from = 0; from < batch.size(); from += block_size) {
    const Batch block = batch.part(from, std::min(block_size, batch.size() - from));
    const auto count = static_cast<std::size_t>(block.size());
    score(x.data(), block, std::span(scores_of).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      targets_of[i] =
          static_cast<double>(rows_->targets[static_cast<std::size_t>(block[static_cast<Index>(i)])]);
    }
    const std::span<double> slopes = std::span(slopes_of).first(gradient.empty() ? 0 : count);
    sum += loss_->evaluate(std::span(scores_of).first(count), std::span(targets_of).first(count), slopes);
    if (slopes.empty()) continue;
    add_rows(gradient.data(), rows_->features.data(), columns, block, slopes.data(), share);
    for (const double slope : slopes) slope_sum += slope;
  }
  if (!gradient.empty()) gradient[width] = static_cast<T>(slope_sum * share);
  return penalty_.add(sum * share, x.first(width), gradient.empty() ? gradient : gradient.first(width));
}

template <Scalar T>
void GeneralizedLinear<T>::predict(std::span<const T> x, Batch batch, std::span<double> predictions,
                                   std::span<T>) const {
  std::array<double, block_size> scores{};
  for (Index from = 0; from < batch.size(); from += block_size) {
    const Batch block = batch.part(from, std::min(block_size, batch.size() - from));
    const auto count = static_cast<std::size_t>(block.size());
    score(x.data(), block, std::span(scores).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = static_cast<std::size_t>(from) + i;
      if (use_ != LossUse::two_classes) {
        predictions[at] = use_ == LossUse::counts ? std::exp(scores[i]) : scores[i];
        continue;
      }
      const double small = std::exp(-std::abs(scores[i]));
      const double larger = 1 / (1 + small);
      predictions[2 * at + 1] = scores[i] >= 0 ? larger : small * larger;
      predictions[2 * at] = scores[i] >= 0 ? small * larger : larger;
    }
  }
}

template class GeneralizedLinear<float>;
template class GeneralizedLinear<double>;

}  // namespace lookahead
