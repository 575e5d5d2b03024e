
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct McCormick {
  McCormick(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts;
    facts.dimension = d;
    facts.lower = {-1.5, -3};
    facts.upper = {4, 3};
    facts.start = {-1.5, 3};
    // (1/2 - pi/3, -1/2 - pi/3), and the value there with 50 digits.
    facts.minimizers = {{-0.5471975511965977, -1.5471975511965979}};
    facts.minimum = -1.9132229549810364;
    facts.unbounded_outside = true;
    // The eigenvalues of the second derivative are 4 and -2 sin(x_1 + x_2).
    facts.smoothness = 4.0;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double difference = x - y;
    if constexpr (want_gradient) {
      const double cosine = math::cos(x + y);
      gradient[0] = static_cast<T>(cosine + 2 * difference - 1.5);
      gradient[1] = static_cast<T>(cosine - 2 * difference + 2.5);
    }
    return math::sin(x + y) + difference * difference - 1.5 * x + 2.5 * y + 1;
  }
};

}  // namespace

FunctionEntry mccormick() {
  return kernel_entry<McCormick, NoParameters>(
      {"mccormick", "McCormick's function in the plane: a sheet bent into a wave, of known smoothness",
       "f(x) = sin(x_1 + x_2) + (x_1 - x_2)^2 - 1.5 x_1 + 2.5 x_2 + 1; L = 4\n"
       "f* = -1.9132229549810364 at (1/2 - pi/3, -1/2 - pi/3) in the domain, unbounded below outside\n"
       "start (-1.5, 3), a corner of the domain; n = 2 only",
       "McCormick, Mathematical Programming 10, 1976"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
