#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Branin {
  Branin(const NoParameters&, Index) {}
  // 1 / (8 pi), the share of the wave's height that is left at its lowest points.
  static constexpr double share = 1 / (8 * std::numbers::pi);

  static Facts facts(const NoParameters&, Index d) {
    Facts facts;
    facts.dimension = d;
    facts.lower = {-5, 0};
    facts.upper = {10, 15};
    facts.start = {7, 10.5};
    facts.minimum = 10 * share;
    // The wave's lowest points, pi times -1, 1 and 3, each on the bottom of the valley.
    constexpr double pi = std::numbers::pi;
    facts.minimizers = {{-pi, 12.275}, {pi, 2.275}, {3 * pi, 2.475}};
    return facts;
  }

  // 10 + 10 (1 - s) cos x is written 10 s + 20 (1 - s) cos^2(x / 2), which loses no digits at the minima.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    constexpr double pi = std::numbers::pi;
    constexpr double square = 5.1 / (4 * pi * pi);
    constexpr double linear = 5 / pi;
    const double r = y - square * x * x + linear * x - 6;
    const double wave = math::cos(0.5 * x);
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(2 * r * (linear - 2 * square * x) - 10 * (1 - share) * math::sin(x));
      gradient[1] = static_cast<T>(2 * r);
    }
    return r * r + 20 * (1 - share) * wave * wave + 10 * share;
  }
};

}  // namespace

FunctionEntry branin() {
  return kernel_entry<Branin, NoParameters>(
      {"branin", "Branin's function in the plane: three minima of equal depth along a curved valley",
       "f(x) = (x_2 - 5.1 x_1^2 / (4 pi^2) + 5 x_1 / pi - 6)^2 + 10 (1 - 1 / (8 pi)) cos(x_1) + 10\n"
       "f* = 5 / (4 pi) at (-pi, 12.275), (pi, 2.275), (3 pi, 2.475)\n"
       "start (7, 10.5), 0.7 of the domain's upper ends; n = 2 only",
       "Branin, IBM Journal of Research and Development 16, 1972; Dixon and Szego, 1978"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
