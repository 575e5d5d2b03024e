#include <cmath>
#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct HelicalValley {
  HelicalValley(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-10, 10}, {-1, 0, 0}, {1, 0, 0});
    facts.locally_smooth = false;  // at the cut of the angle f itself jumps
    return facts;
  }

  // The angle in turns lies in [-1/4, 3/4): the cut is the half plane x_1 = 0, x_2 < 0. On the axis, where
  // angle and radius have no derivative, theirs are taken as zero.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index) const {
    const double x1 = x[0];
    const double x2 = x[1];
    const double x3 = x[2];
    double turns = math::atan2(x2, x1) / (2 * std::numbers::pi);
    if (turns < -0.25) turns += 1;
    const double square = x1 * x1 + x2 * x2;
    const double radius = std::sqrt(square);
    const double a = 10 * (x3 - 10 * turns);
    const double b = 10 * (radius - 1);
    if constexpr (want_gradient) {
      const bool axis = square == 0;
      const double turning = axis ? 0.0 : -100 * a / (std::numbers::pi * square);
      const double outward = axis ? 0.0 : 20 * b / radius;
      gradient[0] = static_cast<T>(outward * x1 - turning * x2);
      gradient[1] = static_cast<T>(outward * x2 + turning * x1);
      gradient[2] = static_cast<T>(20 * a + 2 * x3);
    }
    return a * a + b * b + x3 * x3;
  }
};

}  // namespace

FunctionEntry helical_valley() {
  return kernel_entry<HelicalValley, NoParameters>(
      {"helical_valley", "a valley wound around an axis like a screw",
       "f(x) = 100 (x_3 - 10 t)^2 + 100 (r - 1)^2 + x_3^2, r and t (in turns, -1/4 <= t < 3/4) the polar "
       "coordinates of\n"
       "(x_1, x_2); start (-1, 0, 0), f = 2500 there, the convention of More; minimizer (1, 0, 0); n = 3 "
       "only",
       "Fletcher and Powell, Computer Journal 6, 1963; problem 7 of More, Garbow, Hillstrom, ACM TOMS 7, "
       "1981"},
      {}, 3, 3, 3);
}

}  // namespace lookahead::functions
