#include "objective/generalized_linear.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "simd/scalar_math.hpp"

namespace lookahead {

template <Scalar T>
GeneralizedLinear<T>::GeneralizedLinear(const ModelSeat<T>& seat, const Chosen<LossEntry>& loss,
                                        const LinearParameters& parameters)
    : rows_(seat.rows),
      weights_(&seat.row_weights()),
      loss_(loss.entry->make(loss.values)),
      penalty_(parameters, *seat.rows, seat.penalized),
      use_(loss.entry->use),
      intercept_(parameters.intercept),
      block_rows_(FeatureBlock<T>::most_rows(*rows_)) {}

template <Scalar T>
std::vector<Range> GeneralizedLinear<T>::intercepts() const {
  if (!intercept_) return {};
  return {{rows_->columns, rows_->columns + 1}};
}

// Apart from the rest, as few models have them.
template <Scalar T>
[[gnu::noinline]] void GeneralizedLinear<T>::add_offsets(const FeatureBlock<T>& block, double* scores) const {
  std::array<double, most_block_rows> offsets;
  block.copy(rows_->offsets, offsets.data());
  for (std::size_t i = 0; i < static_cast<std::size_t>(block.size()); ++i) scores[i] += offsets[i];
}

template <Scalar T>
Evaluation GeneralizedLinear<T>::value(std::span<const T> x, const Batch& batch, std::span<T>) const {
  return evaluate(x, batch, {});
}

template <Scalar T>
Evaluation GeneralizedLinear<T>::value_and_gradient(std::span<const T> x, const Batch& batch,
                                                    std::span<T> gradient, std::span<T>) const {
  if (batch.size() == 1 && !rows_->sparse()) return evaluate_row(x, batch, gradient);
  return evaluate(x, batch, gradient);
}

template <Scalar T>
Evaluation GeneralizedLinear<T>::value_and_predictions(std::span<const T> x, const Batch& batch,
                                                       std::span<double> predictions,
                                                       std::span<double> class_scores, std::span<T>) const {
  return evaluate(x, batch, {}, predictions, class_scores);
}

template <Scalar T>
double GeneralizedLinear<T>::evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                      std::span<double> predictions, std::span<double> class_scores) const {
  const auto width = static_cast<std::size_t>(rows_->columns);
  const double intercept = intercept_of(x);
  const double share = batch.share();
  std::array<double, most_block_rows> score_of, slope_of, target_of, weight_of;
  double penalty = 0, sum = 0, slope_sum = 0;
  for (Index from = 0; from < batch.size(); from += block_rows_) {
    FeatureBlock<T> block(*rows_, batch, from, std::min(block_rows_, batch.size() - from));
    const auto count = static_cast<std::size_t>(block.size());
    const std::span<double> scores(score_of.data(), count), targets(target_of.data(), count);
    const std::span<double> slopes(slope_of.data(), gradient.empty() ? 0 : count);
    const std::span<double> weights(weight_of.data(), weights_->empty() ? 0 : count);
    score(block, x.data(), intercept, scores.data());
    if (!predictions.empty()) predict_from(scores, from, predictions, class_scores);
    // Not before the scores: a step of one row waits for them, and this does not.
    if (from == 0)
      penalty = penalty_.start(x.first(width), gradient.empty() ? gradient : gradient.first(width));
    block.copy(rows_->targets, targets.data());
    block.copy(*weights_, weights.data());
    sum += loss_->evaluate(scores, targets, weights, slopes);
    if (slopes.empty()) continue;
    block.add(gradient.data(), slopes.data(), share);
    for (const double slope : slopes) slope_sum += slope;
  }
  if (intercept_ && !gradient.empty()) gradient[width] = static_cast<T>(slope_sum * share);
  return sum * share + penalty;
}

template <Scalar T>
[[gnu::always_inline]] inline double GeneralizedLinear<T>::loss_of(const FeatureRow<T>& row, double score,
                                                                   double& slope) const {
  if (!rows_->offsets.empty()) score += row.of(rows_->offsets, 0);
  const double target = row.of(rows_->targets, 0), weight = row.of(*weights_, 1);
  return loss_->evaluate({&score, 1}, {&target, 1}, std::span(&weight, weights_->empty() ? 0 : 1),
                         {&slope, 1});
}

template <Scalar T>
double GeneralizedLinear<T>::evaluate_row(std::span<const T> x, const Batch& batch,
                                          std::span<T> gradient) const {
  const auto width = static_cast<std::size_t>(rows_->columns);
  const FeatureRow<T> row(*rows_, batch);
  const double score = row.score(x.data(), intercept_of(x));
  // Not before the score, which the step waits for.
  const double penalty = penalty_.start(x.first(width), gradient.first(width));
  double slope = 0;
  const double loss = loss_of(row, score, slope);
  const double share = batch.share();
  row.add(gradient.data(), slope * share);
  // A sum of one slope has no negative zero.
  if (intercept_) gradient[width] = static_cast<T>((0 + slope) * share);
  return loss * share + penalty;
}

template <Scalar T>
bool GeneralizedLinear<T>::descends() const {
  return !rows_->sparse() && rows_->columns > 0 && penalty_.only_l2();
}

template <Scalar T>
typename Objective<T>::Descended GeneralizedLinear<T>::descend(std::span<T> x, const Batch& terms,
                                                               std::span<const double> rates, double limit,
                                                               std::span<T> before) const {
  return products::with_pack<T>(rows_->columns, [&](auto n) {
    return penalty_.l2() == 0 ? descend_by<n(), false>(x, terms, rates, limit, before)
                              : descend_by<n(), true>(x, terms, rates, limit, before);
  });
}

// evaluate_row() and the step along its gradient, which is not written: what a step at batch 1 waits for is the
// way from one score to the next.
template <Scalar T>
template <int n, bool penalized>
typename Objective<T>::Descended GeneralizedLinear<T>::descend_by(std::span<T> x, const Batch& terms,
                                                                  std::span<const double> rates, double limit,
                                                                  std::span<T> before) const {
  const auto width = static_cast<std::size_t>(rows_->columns);
  const std::span<const T> weights = x.first(width);
  const T l2 = static_cast<T>(penalty_.l2());
  RowFetcher<T> fetcher(rows_->features.data(), rows_->targets.data(), rows_->columns, terms, 0);
  typename Objective<T>::Descended done;
  for (; done.steps < terms.size(); ++done.steps) {
    fetcher.next(1);
    const FeatureRow<T> row(*rows_, terms[done.steps]);
    const double score = row.template score_by<n>(x.data(), intercept_of(x));
    const double penalty = penalized ? penalty_.l2() / 2 * squared_norm(weights) : 0;
    double slope = 0;
    const double loss = loss_of(row, score, slope) + penalty;
    if (done.steps == 0) done.first_loss = loss;
    if (!(loss <= limit && loss >= std::numeric_limits<double>::lowest())) break;
    if (!before.empty()) std::copy(x.begin(), x.end(), before.begin());
    const T rate = static_cast<T>(rates[static_cast<std::size_t>(done.steps)]);
    row.template move_by<n, penalized>(x.data(), static_cast<T>(slope), rate, l2);
    // A sum of one slope has no negative zero.
    if (intercept_) x[width] -= rate * static_cast<T>(0 + slope);
  }
  return done;
}

template <Scalar T>
ModelFacts GeneralizedLinear<T>::facts() const {
  const Curvatures penalty = penalty_.curvatures();
  ModelFacts facts;
  facts.curvature = loss_->curvature();
  facts.steepness = loss_->steepness();
  facts.penalty_curvature = penalty.most;
  facts.intercept = intercept_;
  facts.convex = loss_->convex() && penalty.least >= 0;
  if (const std::string kink = loss_->kink(); !kink.empty()) {
    facts.smooth = false;
    facts.kinks.push_back(kink);
  }
  // No penalty is below 0.
  double sum = 0;
  for (std::size_t i = 0; i < rows_->targets.size(); ++i) {
    const double weight = weight_at(*weights_, i);
    if (weight != 0) sum += weight * loss_->least(static_cast<double>(rows_->targets[i]));
  }
  facts.infimum = sum / static_cast<double>(std::max<Index>(1, rows_->rows));
  return facts;
}

template <Scalar T>
void GeneralizedLinear<T>::predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
                                   std::span<double> class_scores, std::span<T>) const {
  const double intercept = intercept_of(x);
  std::array<double, most_block_rows> scores;
  for (Index from = 0; from < batch.size(); from += most_block_rows) {
    FeatureBlock<T> block(*rows_, batch, from, std::min(most_block_rows, batch.size() - from));
    score(block, x.data(), intercept, scores.data());
    predict_from(std::span(scores).first(static_cast<std::size_t>(block.size())), from, predictions,
                 class_scores);
  }
}

template <Scalar T>
void GeneralizedLinear<T>::predict_from(std::span<const double> scores, Index from,
                                        std::span<double> predictions, std::span<double> class_scores) const {
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t at = static_cast<std::size_t>(from) + i;
    if (use_ != LossUse::two_classes) {
      predictions[at] = use_ == LossUse::counts ? math::exp(scores[i]) : scores[i];
      continue;
    }
    if (!class_scores.empty()) {
      class_scores[2 * at] = 0;
      class_scores[2 * at + 1] = scores[i];
    }
    const double small = math::exp(-std::abs(scores[i]));
    const double larger = 1 / (1 + small);
    predictions[2 * at + 1] = scores[i] >= 0 ? larger : small * larger;
    predictions[2 * at] = scores[i] >= 0 ? small * larger : larger;
  }
}

template class GeneralizedLinear<float>;
template class GeneralizedLinear<double>;

}  // namespace lookahead
