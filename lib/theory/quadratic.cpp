#include "theory/quadratic.hpp"

#include <cmath>

#include "theory/number.hpp"
#include "theory/powers.hpp"

namespace lookahead::theory {
namespace {

double lambda_of(const Coordinate& coordinate, double gamma) { return 1 - gamma * coordinate.curvature; }

// 1 - lambda^k without cancellation where gamma a is small.
double lost_in_steps(const Coordinate& coordinate, double gamma, Index steps) {
  return gamma * coordinate.curvature * geometric_sum(lambda_of(coordinate, gamma), steps);
}

// The variance that the noise of `steps` steps leaves in x.
double noise_of_steps(const Coordinate& coordinate, double gamma, Index steps) {
  const double lambda = lambda_of(coordinate, gamma);
  return square(gamma) * coordinate.variance * geometric_sum(square(lambda), steps);
}

}  // namespace

Coordinate averaged(const Coordinate& coordinate, Index workers) {
  return {coordinate.curvature, coordinate.variance / static_cast<double>(workers)};
}

double step_factor(const Coordinate& coordinate, const Rates& rates) {
  return power(lambda_of(coordinate, rates.gamma), rates.k, 1.0);
}

double round_factor(const Coordinate& coordinate, const Rates& rates) {
  return 1 - rates.alpha * lost_in_steps(coordinate, rates.gamma, rates.k);
}

Moments sgd_moments(const Coordinate& coordinate, double gamma, const Moments& start, Index steps) {
  const double factor = power(lambda_of(coordinate, gamma), steps, 1.0);
  return {factor * start.mean, square(factor) * start.variance + noise_of_steps(coordinate, gamma, steps)};
}

Moments virtual_moments(const Coordinate& coordinate, const Rates& rates, const Moments& slow, Index steps) {
  const double factor = 1 - rates.alpha * lost_in_steps(coordinate, rates.gamma, steps);
  return {factor * slow.mean, square(factor) * slow.variance +
                                  square(rates.alpha) * noise_of_steps(coordinate, rates.gamma, steps)};
}

Moments slow_moments(const Coordinate& coordinate, const Rates& rates, const Moments& start, Index rounds) {
  const double mu = round_factor(coordinate, rates);
  const double factor = power(mu, rounds, 1.0);
  const double noise = square(rates.alpha) * noise_of_steps(coordinate, rates.gamma, rates.k);
  return {factor * start.mean, square(factor) * start.variance + noise * geometric_sum(square(mu), rounds)};
}

double stationary_variance_of_sgd(const Coordinate& coordinate, double gamma) {
  const double step = gamma * coordinate.curvature;
  if (!(step > 0 && step < 2)) return infinity;
  return gamma * coordinate.variance / (coordinate.curvature * (2 - step));
}

double stationary_variance(const Coordinate& coordinate, const Rates& rates) {
  // 1 - mu^2 = pulled (2 - pulled) with pulled = 1 - mu.
  const double pulled = rates.alpha * lost_in_steps(coordinate, rates.gamma, rates.k);
  if (!(pulled > 0 && pulled < 2)) return infinity;
  return square(rates.alpha) * noise_of_steps(coordinate, rates.gamma, rates.k) / (pulled * (2 - pulled));
}

double variance_ratio(const Coordinate& coordinate, const Rates& rates) {
  const double lost = lost_in_steps(coordinate, rates.gamma, rates.k);
  return rates.alpha * (2 - lost) / (2 - rates.alpha * lost);
}

double expected_loss(std::span<const Coordinate> coordinates, std::span<const Moments> moments) {
  double sum = 0;
  for (std::size_t i = 0; i < coordinates.size(); ++i) {
    sum += coordinates[i].curvature * (square(moments[i].mean) + moments[i].variance);
  }
  return sum / 2;
}

}  // namespace lookahead::theory
