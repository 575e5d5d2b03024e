#include <cmath>

#include "base/aligned.hpp"
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

class Griewank {
 public:
  Griewank(const NoParameters&, Index d) : roots_(static_cast<std::size_t>(d)) {
    for (std::size_t i = 0; i < roots_.size(); ++i) roots_[i] = std::sqrt(static_cast<double>(i + 1));
  }
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-600, 600}, {420}, {0});
    // The product is a mean of cosines of linear forms, so that |v'Hv| of its second derivative H is largest
    // at 0, where it is sum_i v_i^2 / i; the paraboloid's has the same sign there.
    facts.smoothness = 1.0 / 2000 + 1;
    return facts;
  }

  // The product without factor i times the sine is the whole product times the tangent; a second pass needs
  // no space.
  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d) const {
    double product = 1;
    for (Index i = 0; i < d; ++i) product *= math::cos(angle(x, i));
    if constexpr (want_gradient) {
      for (Index i = 0; i < d; ++i) {
        const auto [sine, cosine] = math::sine_and_cosine(angle(x, i));
        const double slope = product * (sine / cosine) / roots_[static_cast<std::size_t>(i)];
        gradient[i] = static_cast<T>(static_cast<double>(x[i]) / 2000 + slope);
      }
    }
    return squared_norm(std::span<const T>(x, static_cast<std::size_t>(d))) / 4000 + (1 - product);
  }

 private:
  template <Scalar T>
  double angle(const T* x, Index i) const {
    return static_cast<double>(x[i]) / roots_[static_cast<std::size_t>(i)];
  }

  Aligned<double> roots_;
};

}  // namespace

FunctionEntry griewank() {
  return kernel_entry<Griewank, NoParameters>(
      {"griewank", "a wide paraboloid with a ripple of cosines: many shallow local minima",
       "f(x) = 1 + sum_i x_i^2 / 4000 - prod_i cos(x_i / sqrt(i)); start 420, ..., 420 (0.7 of the domain's "
       "end); L = 1.0005",
       "Griewank, Journal of Optimization Theory and Applications 34, 1981"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
