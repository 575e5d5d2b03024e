#include <cmath>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct DropWave {
  DropWave(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5.12, 5.12}, {0.5}, {0});
    facts.minimum = -1.0;
    // Along a line through 0 -f has a Fourier transform that is nowhere negative, as exp(-2 |w|) of the
    // denominator has, so that the second derivative is largest at 0: 12^2 / 2 + 1/2. Its eigenvalue across
    // the line is a mean of that along it.
    facts.smoothness = 72.5;
    return facts;
  }

  // 1 + cos 12 r is written 2 cos^2 6 r.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double square = x * x + y * y;
    const double radius = std::sqrt(square);
    const double wave = math::cos(6 * radius);
    const double crest = 2 * wave * wave;
    const double below = 0.5 * square + 2;
    if constexpr (want_gradient) {
      // sin(12 r) / r is 12 at the origin.
      const double sinc = radius > 0 ? math::sin(12 * radius) / radius : 12;
      const double slope = (12 * sinc * below + crest) / (below * below);
      gradient[0] = static_cast<T>(slope * x);
      gradient[1] = static_cast<T>(slope * y);
    }
    return -crest / below;
  }
};

}  // namespace

FunctionEntry drop_wave() {
  return kernel_entry<DropWave, NoParameters>(
      {"drop_wave", "rings of waves around a drop: smooth, with a circle of local minima in every trough",
       "f(x) = -(1 + cos(12 |x|)) / (|x|^2 / 2 + 2); L = 72.5\n"
       "f* = -1 at 0; start (0.5, 0.5), the convention of ensmallen; n = 2 only",
       "Molga and Smutnicki, Test functions for optimization needs, 2005"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
