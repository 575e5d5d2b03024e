#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Easom {
  Easom(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-100, 100}, {2.9}, {std::numbers::pi});
    facts.minimum = -1.0;
    // Bell and cosines have Fourier transforms that are nowhere negative, hence so has -f, and |v'Hv| of the
    // second derivative H is largest at the minimum, where H is 3 times the identity.
    facts.smoothness = 3.0;
    return facts;
  }

  // In u = x - pi, with cosines from the sine of half the angle.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double u = static_cast<double>(point[0]) - std::numbers::pi;
    const double v = static_cast<double>(point[1]) - std::numbers::pi;
    const double half_u = math::sin(0.5 * u);
    const double half_v = math::sin(0.5 * v);
    const double cos_u = 1 - 2 * half_u * half_u;
    const double cos_v = 1 - 2 * half_v * half_v;
    const double bell = math::exp(-(u * u + v * v));
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(bell * cos_v * (math::sin(u) + 2 * u * cos_u));
      gradient[1] = static_cast<T>(bell * cos_u * (math::sin(v) + 2 * v * cos_v));
    }
    return -bell * cos_u * cos_v;
  }
};

}  // namespace

FunctionEntry easom() {
  return kernel_entry<Easom, NoParameters>(
      {"easom", "Easom's function: a plain, flat to the last digit, with one deep hole",
       "f(x) = -cos(x_1) cos(x_2) exp(-(x_1 - pi)^2 - (x_2 - pi)^2); L = 3\n"
       "f* = -1 at (pi, pi); start (2.9, 2.9), the convention of ensmallen; n = 2 only",
       "Easom, Master's thesis, University of Louisville, 1990"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
