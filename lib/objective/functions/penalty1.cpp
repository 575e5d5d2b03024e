#include "objective/functions/facts.hpp"
#include "objective/functions/two_sums.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Penalty1 {
  Penalty1(const NoParameters&, Index) {}
  // The minimizer has equal coordinates t, the largest root of 2 n t^3 - (1/2 - a) t - a.
  static Facts facts(const NoParameters&, Index d) {
    const auto n = static_cast<double>(d);
    Facts facts = facts_of(d, {-5, 5}, {0}, {0});
    for (std::size_t i = 0; i < facts.start.size(); ++i) facts.start[i] = static_cast<double>(i + 1);
    for (std::size_t i = 0; i < facts.start.size(); ++i) {
      facts.lower[i] *= static_cast<double>(i + 1);
      facts.upper[i] *= static_cast<double>(i + 1);
    }
    double t = 1;  // above the root, where Newton's method descends to it
    for (int step = 0; step < 60; ++step) {
      t -= (2 * n * t * t * t - (0.5 - weight) * t - weight) / (6 * n * t * t - (0.5 - weight));
    }
    facts.minimizers = {repeated({t}, d)};
    const double ball = weight * (1 - t) / (2 * t);  // n t^2 - 1/4 without its cancellation
    facts.minimum = weight * n * (1 - t) * (1 - t) + ball * ball;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    const auto n = static_cast<std::size_t>(d);
    const auto [offsets, squares] = shards.sum(n, [&](std::size_t from, std::size_t size) {
      TwoSums sums;
      for (std::size_t i = from; i < from + size; ++i) {
        const double here = static_cast<double>(x[i]);
        sums.first += (here - 1) * (here - 1);
        sums.second += here * here;
      }
      return sums;
    });
    const double ball = squares - 0.25;
    if constexpr (want_gradient) {
      shards.each(n, [&](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i) {
          const double here = static_cast<double>(x[i]);
          gradient[i] = static_cast<T>(2 * weight * (here - 1) + 4 * ball * here);
        }
      });
    }
    return weight * offsets + ball * ball;
  }

 private:
  static constexpr double weight = 1e-5;
};

}  // namespace

FunctionEntry penalty1() {
  return kernel_entry<Penalty1, NoParameters>(
      {"penalty1", "a steep penalty for leaving a sphere, and a hundred-thousandth of a pull along it",
       "f(x) = 1e-5 sum_i (x_i - 1)^2 + (sum_i x_i^2 - 1/4)^2; start x_i = i, the convention of More\n"
       "all coordinates of the minimizer are the largest root of 2 n t^3 - (1/2 - 1e-5) t - 1e-5",
       "problem 23 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 4, 1, 0);
}

}  // namespace lookahead::functions
