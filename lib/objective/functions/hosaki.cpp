
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Hosaki {
  Hosaki(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts;
    facts.dimension = d;
    facts.lower = {0, 0};
    facts.upper = {5, 6};
    facts.start = {3.5, 4.2};
    facts.minimizers = {{4, 2}};
    facts.minimum = -2.3458115761012865;  // -52/3 e^-2
    facts.unbounded_outside = true;
    return facts;
  }

  // The quartic is written in u = x_1 - 4, where it loses no digits; its slope is u (u + 2) (u + 3).
  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double u = x - 4;
    const double quartic = u * u * (3 + u * (5.0 / 3 + u / 4)) - 13.0 / 3;
    const double decay = math::exp(-y);
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(u * (u + 2) * (u + 3) * y * y * decay);
      gradient[1] = static_cast<T>(quartic * y * (2 - y) * decay);
    }
    return quartic * y * y * decay;
  }
};

}  // namespace

FunctionEntry hosaki() {
  return kernel_entry<Hosaki, NoParameters>(
      {"hosaki", "Hosaki's function in the plane: two minima, the lower one at (4, 2)",
       "f(x) = (1 - 8 x_1 + 7 x_1^2 - 7/3 x_1^3 + x_1^4 / 4) x_2^2 e^{-x_2}\n"
       "f* = -52/3 e^{-2} at (4, 2) in the domain, unbounded below outside\n"
       "start (3.5, 4.2), 0.7 of the domain's upper ends; n = 2 only",
       "Bekey and Ung, IEEE Transactions on Systems, Man, and Cybernetics 4, 1974"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
