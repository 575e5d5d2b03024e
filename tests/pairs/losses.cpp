#include "losses.hpp"

#include <algorithm>
#include <cmath>

namespace lookahead::pairs {
namespace {

// log(1 + e^x).
Real softplus(Real x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
Real logistic(Real x) { return 1 / (1 + std::exp(-x)); }

// Losses that only formulas have.
RowLoss of_formula(const LossSettings& loss, Real score, Real target) {
  if (loss.name == "count") {
    const Real most = std::log(Real{0x1p1023L}), rate = std::exp(score);
    return {score > most ? INFINITY : rate - target * score, {rate - target}, std::abs(target)};
  }
  return {softplus(score) - target * score, {logistic(score) - target}, 1 + std::abs(target)};
}

RowLoss of_number(const LossSettings& loss, Real score, Real target) {
  const Real r = score - target, c = loss.size, q = r / c;
  if (loss.name == "count" || loss.name == "event") return of_formula(loss, score, target);
  if (loss.name == "squared") return {r * r / 2, {r}};
  if (loss.name == "huber") {
    if (std::abs(r) <= c) return {r * r / 2, {r}};
    return {c * (std::abs(r) - c / 2), {r > 0 ? c : -c}};
  }
  if (loss.name == "pseudo_huber") {
    const Real root = std::sqrt(1 + q * q);
    return {c * c * q * q / (1 + root), {r / root}};
  }
  if (loss.name == "log_cosh") {
    const Real size = std::abs(r);
    return {size + std::log1p(std::exp(-2 * size)) - std::log(Real{2}), {std::tanh(r)}};
  }
  if (loss.name == "cauchy") return {c * c / 2 * std::log1p(q * q), {r / (1 + q * q)}};
  if (loss.name == "geman_mcclure") {
    const Real share = 1 / (1 + q * q);
    return {r * r / 2 * share, {r * share * share}};
  }
  if (loss.name == "welsch") return {-c * c / 2 * std::expm1(-q * q), {r * std::exp(-q * q)}, std::abs(r)};
  // quantile: tau e + a log(1 + exp(-e/a)), e = target - score.
  const Real a = *loss.smoothing, e = -r;
  return {c * e + a * softplus(-e / a), {logistic(-e / a) - c}, 1};
}

RowLoss of_two(const LossSettings& loss, Real score, Real target) {
  const Real sign = 2 * target - 1, margin = sign * score;
  if (loss.name == "sigmoid") {
    const Real wrong = logistic(-margin);
    return {wrong, {-sign * wrong * logistic(margin)}, 1};
  }
  if (loss.name == "smoothed_hinge") {
    const Real gamma = loss.size;
    if (margin >= 1) return {0, {0}};
    if (margin > 1 - gamma)
      return {(1 - margin) * (1 - margin) / (2 * gamma), {-sign * (1 - margin) / gamma}};
    return {1 - margin - gamma / 2, {-sign}};
  }
  return {softplus(score) - target * score, {logistic(score) - target}, 1};
}

}  // namespace

Real log_sum_exp(const Vector& scores) {
  const Real top = *std::max_element(scores.begin(), scores.end());
  Real sum = 0;
  for (const Real score : scores) sum += std::exp(score - top);
  return top + std::log(sum);
}

RowLoss row_loss(const ModelSettings& model, const Vector& scores, Real target) {
  switch (model.kind) {
    case Kind::poisson:
      return {std::exp(scores[0]) - target * scores[0], {std::exp(scores[0]) - target}, target};
    case Kind::logistic:
      return of_two(model.loss, scores[0], target);
    case Kind::linear: {
      RowLoss loss = of_number(model.loss, scores[0], target);
      loss.size = std::max(loss.size, model.loss.cancelled);
      if (model.loss.reach && std::abs(scores[0] - target) > *model.loss.reach) loss.value = INFINITY;
      return loss;
    }
    case Kind::softmax:
    case Kind::mlp:
      break;
  }
  if (!model.classes) return of_number({}, scores[0], target);
  const Real all = log_sum_exp(scores);
  const auto label = static_cast<std::size_t>(target);
  RowLoss loss{all - scores[label], {}, 1};
  for (std::size_t k = 0; k < scores.size(); ++k)
    loss.slopes.push_back(std::exp(scores[k] - all) - (k == label ? 1 : 0));
  return loss;
}

}  // namespace lookahead::pairs
