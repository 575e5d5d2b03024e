#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct MonkeySaddle {
  MonkeySaddle(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-2, 2}, {0.1, 0.01}, {0});
    facts.minimum.reset();
    facts.minimizers.clear();
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* point, T* gradient, Index) const {
    const double x = point[0];
    const double y = point[1];
    if constexpr (want_gradient) {
      gradient[0] = static_cast<T>(3 * (x - y) * (x + y));
      gradient[1] = static_cast<T>(-6 * x * y);
    }
    return x * (x * x - 3 * y * y);
  }
};

}  // namespace

FunctionEntry monkey_saddle() {
  return kernel_entry<MonkeySaddle, NoParameters>(
      {"monkey_saddle", "a saddle without curvature: three ways down and three ways up from the origin",
       "f(x) = x_1^3 - 3 x_1 x_2^2, unbounded below, no minimum; start (0.1, 0.01), on the way to the saddle "
       "at "
       "0\n"
       "n = 2 only",
       "Hilbert and Cohn-Vossen, Anschauliche Geometrie, 1932"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::functions
