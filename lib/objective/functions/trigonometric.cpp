#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/functions/two_sums.hpp"
#include "objective/kernel.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Trigonometric {
  Trigonometric(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    constexpr double pi = std::numbers::pi;
    Facts facts = facts_of(d, {-pi, pi}, {1 / static_cast<double>(d)}, {0});
    // The residuals r have the Jacobian J = 1 sin(x)' + diag(i sin x_i - cos x_i), |J| <= 2 n + 1, and
    // sum_i r_i (second derivative of r_i) is diagonal, of entries (sum_i r_i) cos x_k + r_k (k cos x_k + sin
    // x_k) with |r_i| <= 2 n + 2 i + 1: at most 3 n^2 + 2 n and (4 n + 1) (n + 1) in size. L is twice the sum
    // of |J|^2 and these.
    const auto n = static_cast<double>(d);
    facts.smoothness = 2 * (11 * n * n + 11 * n + 2);
    facts.smoothness_status = Knowledge::certified;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    const auto n = static_cast<std::size_t>(d);
    // sum_j 1 - cos x_j = sum_j 2 sin^2(x_j / 2)
    const double common = shards.sum(n, [&](std::size_t from, std::size_t size) {
      double part = 0;
      for (std::size_t i = from; i < from + size; ++i) part += short_of_one(static_cast<double>(x[i]));
      return part;
    });
    const auto residual = [=](std::size_t i) {
      const double here = static_cast<double>(x[i]);
      return common + static_cast<double>(i + 1) * short_of_one(here) - math::sin(here);
    };
    const auto [sum, total] = shards.sum(n, [&](std::size_t from, std::size_t size) {
      TwoSums sums;
      for (std::size_t i = from; i < from + size; ++i) {
        const double r = residual(i);
        sums.first += r * r;
        sums.second += r;
      }
      return sums;
    });
    if constexpr (want_gradient) {
      // clang 14 lets no lambda capture a structured binding by its name.
      shards.each(n, [&, total = total](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i) {
          const double here = static_cast<double>(x[i]);
          const double wave = math::sin(here);
          const double slope = static_cast<double>(i + 1) * wave - math::cos(here);
          gradient[i] = static_cast<T>(2 * (total * wave + residual(i) * slope));
        }
      });
    }
    return sum;
  }

 private:
  static double short_of_one(double x) {
    const double wave = math::sin(0.5 * x);
    return 2 * wave * wave;
  }
};

}  // namespace

FunctionEntry trigonometric() {
  return kernel_entry<Trigonometric, NoParameters>(
      {"trigonometric", "a trigonometric system of equations, every one with all unknowns; several minima",
       "f(x) = sum_i (n - sum_j cos x_j + i (1 - cos x_i) - sin x_i)^2; start 1/n, ..., 1/n, the convention "
       "of More\n"
       "0 is a minimizer, with f* = 0, but not the only one; L <= 22 n^2 + 22 n + 4",
       "Spedicato, 1975; problem 26 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 10, 1, 0);
}

}  // namespace lookahead::functions
