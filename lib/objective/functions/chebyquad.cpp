#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Chebyquad {
  Chebyquad(const NoParameters&, Index) {}
  // Known in full up to n = 9: half of the points, the others by x_{n+1-j} = 1 - x_j.
  static Facts facts(const NoParameters&, Index d) {
    static constexpr double halves[9][5] = {
        {0.5},
        {0.21132486540518712},
        {0.14644660940672624, 0.5},
        {0.10267276385411694, 0.40620376295746005},
        {0.08375125649950906, 0.31272929522320947, 0.5},
        {0.0668765909460897, 0.28874067311944424, 0.36668229924164765},
        {0.05806914962097548, 0.2351716123574216, 0.33804409474004618, 0.5},
        {0.04315276015101663, 0.1930908403841861, 0.26632870689027293, 0.5},
        {0.04420534613578276, 0.19949067230988096, 0.23561910847106, 0.41604690789259803, 0.5}};
    Facts facts = facts_of(d, {0, 1}, {0}, {0});
    const auto n = static_cast<std::size_t>(d);
    for (std::size_t i = 0; i < n; ++i) {
      facts.start[i] = static_cast<double>(i + 1) / static_cast<double>(d + 1);
    }
    if (d > 9) {
      facts.minimum.reset();
      facts.minimizers.clear();
      facts.lower_bound = 0.0;
      return facts;
    }
    if (d == 8) facts.minimum = 0.0035168737256779317;
    auto& minimizer = facts.minimizers.front();
    for (std::size_t i = 0; i < (n + 1) / 2; ++i) {
      minimizer[i] = halves[n - 1][i];
      minimizer[n - 1 - i] = 1 - minimizer[i];
    }
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index d) const {
    const auto n = static_cast<double>(d);
    double residuals[largest] = {};
    for (Index j = 0; j < d; ++j) {
      const double t = 2 * static_cast<double>(x[j]) - 1;
      double before = 1;
      double here = t;
      for (Index i = 0; i < d; ++i) {
        residuals[i] += here;
        const double after = 2 * t * here - before;
        before = here;
        here = after;
      }
    }
    double sum = 0;
    for (Index i = 0; i < d; ++i) {
      const auto degree = static_cast<double>(i + 1);
      residuals[i] = residuals[i] / n + (i % 2 == 1 ? 1 / (degree * degree - 1) : 0.0);
      sum += residuals[i] * residuals[i];
    }
    if constexpr (want_gradient) {
      for (Index j = 0; j < d; ++j) {
        // T_i' = i U_{i-1}, with the polynomials U of the second kind.
        const double t = 2 * static_cast<double>(x[j]) - 1;
        double before = 0;
        double here = 1;
        double slope = 0;
        for (Index i = 0; i < d; ++i) {
          slope += residuals[i] * static_cast<double>(i + 1) * here;
          const double after = 2 * t * here - before;
          before = here;
          here = after;
        }
        gradient[j] = static_cast<T>(4 * slope / n);
      }
    }
    return sum;
  }

  static constexpr Index largest = 50;
};

}  // namespace

FunctionEntry chebyquad() {
  return kernel_entry<Chebyquad, NoParameters>(
      {"chebyquad",
       "the nodes of Chebyshev's quadrature with equal weights, which exist for n <= 7 and n = 9 only",
       "f(x) = sum_{i=1}^n (1/n sum_j T_i(x_j) - int_0^1 T_i)^2, T_i the Chebyshev polynomials shifted to "
       "[0, 1]\n"
       "start x_i = i / (n + 1), the convention of More; f* is known for n <= 9 (0, but "
       "0.0035168737256779317 for n = 8)\n"
       "every permutation of the minimizer is one; n <= 50",
       "Fletcher, Computer Journal 8, 1965; problem 35 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 8, 1, Chebyquad::largest);
}

}  // namespace lookahead::functions
