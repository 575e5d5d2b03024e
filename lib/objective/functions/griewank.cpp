#include <cmath>

#include "base/aligned.hpp"
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "parallel/sums.hpp"
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
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    const auto n = static_cast<std::size_t>(d);
    const auto product_of = [&](std::size_t from, std::size_t size) {
      double product = 1;
      for (std::size_t i = from; i < from + size; ++i) product *= math::cos(angle(x, i));
      return product;
    };
    const double product = shards.merged(n, product_of, [](double a, double b) { return a * b; });
    if constexpr (want_gradient) {
      shards.each(n, [&](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i) {
          const auto [sine, cosine] = math::sine_and_cosine(angle(x, i));
          const double slope = product * (sine / cosine) / roots_[i];
          gradient[i] = static_cast<T>(static_cast<double>(x[i]) / 2000 + slope);
        }
      });
    }
    return squared_norm(shards, std::span<const T>(x, n)) / 4000 + (1 - product);
  }

 private:
  template <Scalar T>
  double angle(const T* x, std::size_t i) const {
    return static_cast<double>(x[i]) / roots_[i];
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
