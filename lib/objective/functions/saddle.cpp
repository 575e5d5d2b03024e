#include <numbers>

#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Saddle {
  Saddle(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    constexpr double root = std::numbers::sqrt2;
    Facts facts = facts_of(d, {-5, 5}, {1, 0.001}, {0, root});
    facts.minimizers.push_back({0, -root});
    facts.minimum = -1.0;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    const double y2 = y * y;
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(2 * x);
      gradient[1] = static_cast<T>(y * (y2 - 2));
    }
    return x * x + y2 * (0.25 * y2 - 1);
  }
};

}  // namespace

FunctionEntry saddle() {
  return kernel_entry<Saddle, NoParameters>(
      {"saddle", "two minima with a strict saddle between them: how long does the escape take?",
       "f(x) = x_1^2 - x_2^2 + x_2^4 / 4; f* = -1 at (0, sqrt 2) and (0, -sqrt 2), saddle at 0\n"
       "start (1, 0.001), near the line that leads into the saddle; n = 2 only",
       "after Nesterov, Introductory Lectures on Convex Optimization, 2004, example 1.2.2"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
