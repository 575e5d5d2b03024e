#include <cmath>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Schwefel226 {
  Schwefel226(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    // The root of the slope near 421 and the value there, by Newton's method with 50 digits.
    Facts facts = facts_of(d, {-500, 500}, {350}, {420.96874635998205});
    facts.minimum = -418.9828872724337 * static_cast<double>(d);
    facts.unbounded_outside = true;
    facts.locally_smooth = false;  // the slope at x_i = 0 is that of a root
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* x, T* gradient, Index from, Index to, Index) const {
    double sum = 0;
    for (Index i = from; i < to; ++i) {
      const double here = x[i];
      const double root = std::sqrt(std::abs(here));
      if constexpr (want_gradient) {
        const auto [sine, cosine] = math::sine_and_cosine(root);
        sum += here * sine;
        gradient[i] = static_cast<T>(-sine - 0.5 * root * cosine);
      } else {
        sum += here * math::sin(root);
      }
    }
    return -sum;
  }
};

}  // namespace

FunctionEntry schwefel_2_26() {
  return kernel_entry<Schwefel226, NoParameters>(
      {"schwefel_2_26", "waves that grow outwards: the best minimum lies far from the second best",
       "f(x) = -sum_i x_i sin(sqrt|x_i|), without the constant 418.98... n that some add\n"
       "f* = -418.9828872724337 n at 420.96874635998205, ..., in the domain, unbounded below outside\n"
       "start 350, ..., 350 (0.7 of the domain's end)",
       "Schwefel, Numerical Optimization of Computer Models, 1981, problem 2.26"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
