#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "simd/scalar_math.hpp"
#include "theory/bounds.hpp"
#include "theory/number.hpp"

namespace lookahead::theory {
namespace {

// What (i) and (ii) are made of, for one theta: P0, Q0, P and Q, each times L^2; the slack c of the
// condition; the right side B.
struct Pieces {
  double p0, q0, p, q, slack, right;
};

Pieces pieces(const Constants& constants, const Rates& rates, double steps, double theta) {
  const double k = static_cast<double>(rates.k), rho = constants.relative_variance;
  const double scale = square(constants.smoothness * rates.gamma) * (k - 1);
  const double step = constants.smoothness * rates.alpha * rates.gamma;
  Pieces result{};
  // Without noise theta may be infinite, where theta * 0 is to be 0.
  const double noise = constants.deterministic() ? 0 : 1 + theta;
  result.p0 = scale * ((1 + 1 / theta) * k / 2 + noise * rho);
  result.q0 = scale * noise * constants.variance / 2;
  result.p = square(1 - rates.alpha) * result.p0;
  result.q = square(1 - rates.alpha) * result.q0;
  result.slack = 1 - (1 + rho) * step - result.p;
  result.right = bound(constants, rates, steps).start + step * constants.variance + result.q;
  return result;
}

// The least of form(pieces) over theta. Without noise theta = infinity is the best in every part.
template <class Form>
double least_over_theta(const Constants& constants, const Rates& rates, double steps, Form form) {
  if (constants.deterministic()) return form(pieces(constants, rates, steps, infinity));
  double least = form(pieces(constants, rates, steps, 1));
  constexpr int points = 61;
  for (int i = 0; i < points; ++i) {
    const double theta = math::exp(math::log(1e-3) + i * math::log(1e6) / (points - 1));
    least = std::min(least, form(pieces(constants, rates, steps, theta)));
  }
  return least;
}

struct Polynomial {
  double second, first, zeroth;
  double at(double s) const { return (second * s + first) * s + zeroth; }
  // Whether the value at s > 0 is positive by more than its terms round.
  bool positive_at(double s) const {
    return at(s) > 1e-6 * ((std::abs(second) * s + std::abs(first)) * s + std::abs(zeroth));
  }
};

// The least of n(s) / d(s) over the s > 0 with d(s) > 0, limits included, where n >= 0; infinity where there
// are none. The forms below hold for each such s, so a rounded minimizer costs nothing but a little
// sharpness.
double least_ratio(const Polynomial& n, const Polynomial& d) {
  double least = infinity;
  if (d.second > 0) least = n.second / d.second;
  if (d.second == 0 && n.second == 0 && d.first > 0) least = std::min(least, n.first / d.first);
  if (d.zeroth > 0) least = std::min(least, n.zeroth / d.zeroth);
  if (d.zeroth == 0 && n.zeroth == 0 && d.first > 0) least = std::min(least, n.first / d.first);
  // n' d - n d' = a s^2 + 2 b s + c.
  const double a = n.second * d.first - n.first * d.second, b = n.second * d.zeroth - n.zeroth * d.second,
               c = n.first * d.zeroth - n.zeroth * d.first;
  const double root = std::sqrt(std::max(0.0, b * b - a * c)), q = -(b + std::copysign(root, b));
  for (const double s : {q / a, c / q}) {
    if (s > 0 && s < infinity && d.positive_at(s)) least = std::min(least, n.at(s) / d.at(s));
  }
  return least;
}

// (Y) for one theta, multiplied out.
double virtual_form(const Pieces& with) {
  const double c = with.slack, b = with.right, p = with.p, q = with.q;
  const double e = b * p + c * q;
  if (c >= 0) return least_ratio({b, b + e, e}, {1, 1 + c + p, p});
  return least_ratio({0, b - e, -e}, {c, 1 + c - p, -p});
}

// (X) for one theta.
double fast_form(const Pieces& with) {
  const double c = with.slack, b = with.right, p = with.p, q = with.q;
  return least_ratio({b, b + q, q}, {c, 1 + c - p, -p});
}

// (S1) for one theta.
double slow_form(const Pieces& with, double alpha) {
  if (with.slack <= 0) return infinity;
  const double q = square(alpha) * with.q0;
  const double best = with.right > 0 ? std::sqrt(q / with.right) : 0;
  const double s = std::max(square(alpha) * with.p0 / with.slack, best);
  return s > 0 ? (1 + s) * with.right + (1 + 1 / s) * q : with.right;
}

// (S2), with the least theta that its condition allows.
double whole_round_form(const Constants& constants, const Rates& rates, double steps) {
  if (constants.relative_variance > 0) return infinity;
  const double k = static_cast<double>(rates.k), step = constants.smoothness * rates.gamma;
  const double used = step * rates.alpha * k + step * step * k * (k - 1) / 2;
  const double start = bound(constants, rates, steps).start;
  if (constants.variance == 0) return used <= 1 ? start : infinity;
  if (used >= 1) return infinity;
  return start + constants.variance * (step * rates.alpha + step * step * (k - 1) / 2) / (1 - used);
}

}  // namespace

double bound_theta(const Constants& constants, const Rates& rates, double steps) {
  const BoundTerms plain = bound(constants, rates, steps);
  const double k = static_cast<double>(rates.k), rho = constants.relative_variance;
  const double step = constants.smoothness * rates.alpha * rates.gamma;
  const double q = square(constants.smoothness * (1 - rates.alpha) * rates.gamma) * (k - 1);
  // At the edge of the condition rounding must not lose what (B1) promises.
  double least = rates.gamma <= gamma_limit(constants, rates.k, rates.alpha) ? plain.total() : infinity;
  // c >= 0 reads q rho theta^2 - b theta + q k / 2 <= 0, and the least theta is the best.
  const double b = 1 - (1 + rho) * step - q * (k / 2 + rho);
  const double discriminant = b * b - 2 * q * q * rho * k;
  if (b < 0 || discriminant < 0) return least;
  if (constants.variance == 0) return b > 0 || rho == 0 ? plain.start : least;
  const double theta = q == 0 ? 0 : q * k / (b + std::sqrt(discriminant));
  return std::min(least, plain.start + plain.noise + (q == 0 ? 0 : q * (1 + theta) * constants.variance / 2));
}

double bound_virtual(const Constants& constants, const Rates& rates, double steps) {
  return std::min(bound_theta(constants, rates, steps),
                  least_over_theta(constants, rates, steps, virtual_form));
}

double bound_fast(const Constants& constants, const Rates& rates, double steps) {
  return least_over_theta(constants, rates, steps, fast_form);
}

double bound_slow(const Constants& constants, const Rates& rates, double steps) {
  // Every y_t is the start of a round.
  if (rates.k == 1) return bound_virtual(constants, rates, steps);
  return std::min(whole_round_form(constants, rates, steps),
                  least_over_theta(constants, rates, steps,
                                   [&](const Pieces& with) { return slow_form(with, rates.alpha); }));
}

double bound_disagreement(const Constants& constants, const Rates& rates, double mean_square_at_fast) {
  const double k = static_cast<double>(rates.k);
  const double moved = std::sqrt(k * mean_square_at_fast);
  const double scattered =
      std::sqrt(2 * constants.relative_variance * mean_square_at_fast + constants.variance);
  return square((1 - rates.alpha) * rates.gamma * (moved + scattered)) * (k - 1) / 2;
}

}  // namespace lookahead::theory
