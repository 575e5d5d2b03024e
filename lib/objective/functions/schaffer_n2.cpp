
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct SchafferN2 {
  SchafferN2(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-100, 100}, {-100, 100}, {0});
    // f = 1/2 - cos(2 q) s / 2 with q = x^2 - y^2, s = 1 / (1 + t)^2, t = 0.001 |x|^2. In norm, cos(2 q) has
    // derivatives of at most 4 |x| and 16 |x|^2 + 4, s those of at most 0.004 |x| / (1 + t)^3 and 0.004. So L
    // <= 1/2 max [(16000 t + 4) / (1 + t)^2 + 32 t / (1 + t)^3 + 0.004] <= 1/2 (4000 + 4 + 4.75 + 0.004).
    facts.smoothness = 2005.0;
    facts.smoothness_status = Knowledge::certified;
    return facts;
  }

  // Written with t = 0.001 |x|^2 as (sin^2 + t (2 + t) / 2) / (1 + t)^2, which loses no digits at the
  // minimum.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double wave = math::sin((x - y) * (x + y));
    const double t = 0.001 * (x * x + y * y);
    const double scale = 1 / ((1 + t) * (1 + t));
    const double value = (wave * wave + 0.5 * t * (2 + t)) * scale;
    if constexpr (want_gradient) {
      const double swing = 2 * math::sin(2 * ((x - y) * (x + y))) * scale;
      const double widening = 0.004 * (0.5 - wave * wave) * scale / (1 + t);
      gradient[0] = static_cast<T>(x * (widening + swing));
      gradient[1] = static_cast<T>(y * (widening - swing));
    }
    return value;
  }
};

}  // namespace

FunctionEntry schaffer_n2() {
  return kernel_entry<SchafferN2, NoParameters>(
      {"schaffer_n2", "Schaffer's function number 2: waves of ever shorter length along hyperbolas",
       "f(x) = 0.5 + (sin^2(x_1^2 - x_2^2) - 0.5) / (1 + 0.001 (x_1^2 + x_2^2))^2\n"
       "f* = 0 at 0; start (-100, 100), the convention of ensmallen; n = 2 only; L <= 2005",
       "Schaffer, Caruana, Eshelman, Das, ICGA 1989"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
