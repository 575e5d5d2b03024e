#include <cmath>
#include <complex>
#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

constexpr double pi = std::numbers::pi;
constexpr int valleys = 6;

struct SpiralValleys {
  SpiralValleys(const NoParameters&, Index) {}

  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-4, 4}, {1, 0}, {0});
    facts.minimizers.clear();
    for (int m = 0; m < valleys; ++m) {
      const double angle = pi / 2 + 2 * pi * m / valleys;
      facts.minimizers.push_back({std::sqrt(3.0) * math::cos(angle), std::sqrt(3.0) * math::sin(angle)});
    }
    // The largest curvature met on a fine grid, 209.2, and 2 % more; far out the curvature tends to 0.6.
    facts.smoothness = 213.1;
    facts.smoothness_status = Knowledge::estimated;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* at, T* gradient, Index) const {
    const double x = static_cast<double>(at[0]), y = static_cast<double>(at[1]);
    const double q = x * x + y * y, away = q - 3;
    const double bowl = 0.3 * away * away / (1 + q);
    const double turn = pi * (q - 1) / (q + 1);
    const double cube = q * q * q, low = 1 / (1 + cube), high = cube * low;
    const std::complex<double> z(x, y), power5 = z * z * z * z * z;
    // |z|^6 cos(6 (angle - turn)) is the real part of z^6 e.
    const std::complex<double> e(math::cos(valleys * turn), -math::sin(valleys * turn));
    const std::complex<double> wave = power5 * z * e;
    if constexpr (want_gradient) {
      const double by_bowl = 0.3 * away * (2 * (1 + q) - away) / ((1 + q) * (1 + q));
      const double by_turn = 2 * pi / ((q + 1) * (q + 1));
      const double by_cube = 3 * q * q * low * low;  // of high; of low it is the same downward
      const std::complex<double> i(0, 1), along = 6.0 * power5 * e, around = -6.0 * i * wave * by_turn;
      const double radial = 2 * (by_bowl + by_cube + by_cube * wave.real() - low * around.real());
      gradient[0] = static_cast<T>(radial * x - low * along.real());
      gradient[1] = static_cast<T>(radial * y - low * (i * along).real());
    }
    return bowl + (high - low * wave.real());
  }
};

}  // namespace

FunctionEntry spiral_valleys() {
  return kernel_entry<SpiralValleys, NoParameters>(
      {"spiral_valleys",
       "six valleys that wind around the origin: Lookahead with a large k circles where gradient descent "
       "arrives",
       "f(x) = 0.3 (q-3)^2/(1+q) + q^3/(1+q^3) (1 - cos(6 (t - pi (q-1)/(q+1)))),  q = |x|^2, t the angle of "
       "x\n"
       "smooth everywhere; minima at radius sqrt(3), angles 90 + 60 m degrees; start (1, 0)\n"
       "with lr 1/L and alpha 0.5 rounds of k = 1000 settle on a cycle of six points that are not stationary",
       "constructed for this program: a condition on k is needed for non-convex functions"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
