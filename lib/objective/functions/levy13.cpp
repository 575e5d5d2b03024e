#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Levy13 {
  Levy13(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) { return facts_of(d, {-10, 10}, {0.9, 1.1}, {1}); }

  // In u = x_1 - 1 and v = x_2 - 1 all waves start at zero, as in levy.cpp.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    constexpr double pi = std::numbers::pi;
    const double u = static_cast<double>(point[0]) - 1;
    const double v = static_cast<double>(point[1]) - 1;
    const double front = math::sin(3 * pi * u);
    const double middle = math::sin(3 * pi * v);
    const double back = math::sin(2 * pi * v);
    const double middle_factor = 1 + middle * middle;
    const double back_factor = 1 + back * back;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(3 * pi * math::sin(6 * pi * u) + 2 * u * middle_factor);
      gradient[1] = static_cast<T>(3 * pi * u * u * math::sin(6 * pi * v) + 2 * v * back_factor +
                                   2 * pi * v * v * math::sin(4 * pi * v));
    }
    return front * front + u * u * middle_factor + v * v * back_factor;
  }
};

}  // namespace

FunctionEntry levy13() {
  return kernel_entry<Levy13, NoParameters>(
      {"levy13", "Levy's function number 13: a paraboloid in the plane under waves that grow outwards",
       "f(x) = sin^2(3 pi x_1) + (x_1 - 1)^2 (1 + sin^2(3 pi x_2)) + (x_2 - 1)^2 (1 + sin^2(2 pi x_2))\n"
       "f* = 0 at (1, 1); start (0.9, 1.1), the convention of ensmallen; n = 2 only",
       "Levy and Montalvo, SIAM J. Sci. Stat. Comput. 6, 1985 (Levy13 of the usual collections)"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
