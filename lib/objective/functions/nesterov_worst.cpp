#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct NesterovWorstParameters {
  double smoothness = 1;
};

class NesterovWorst {
 public:
  NesterovWorst(const NesterovWorstParameters& p, Index) : quarter_(p.smoothness / 4) {}
  static Facts facts(const NesterovWorstParameters& p, Index d) {
    const auto n = static_cast<double>(d);
    Facts facts = facts_of(d, {-2, 2}, {0}, {0});
    facts.minimum = -p.smoothness / 8 * n / (n + 1);
    for (Index i = 0; i < d; ++i) {
      facts.minimizers.front()[static_cast<std::size_t>(i)] = static_cast<double>(d - i) / (n + 1);
    }
    // The largest eigenvalue is L (1 + cos(pi / (n + 1))) / 2.
    facts.smoothness = p.smoothness;
    facts.smoothness_status = Knowledge::certified;
    facts.convex = true;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double part(const T* __restrict x, T* __restrict gradient, Index from, Index to, Index d) const {
    // From the coordinate before, that before the first one being 0.
    double jump = static_cast<double>(x[from]) - (from > 0 ? static_cast<double>(x[from - 1]) : 0.0);
    double sum = from == 0 ? jump * jump : 0.0;
    for (Index i = from; i < to; ++i) {
      const double here = static_cast<double>(x[i]);
      const double next = here - (i + 1 < d ? static_cast<double>(x[i + 1]) : 0.0);
      sum += next * next;
      if constexpr (want_gradient) {
        const double slope = i == 0 ? jump + next - 1 : next + jump;
        gradient[i] = static_cast<T>(quarter_ * slope);
      }
      jump = -next;
    }
    return quarter_ * (0.5 * sum - (from == 0 ? static_cast<double>(x[0]) : 0.0));
  }

 private:
  double quarter_;
};

}  // namespace

FunctionEntry nesterov_worst() {
  return kernel_entry<NesterovWorst, NesterovWorstParameters>(
      {"nesterov_worst", "the convex quadratic that no first-order method minimizes fast from zero",
       "f(x) = L/4 (1/2 (x_1^2 + sum_{i<n} (x_i - x_{i+1})^2 + x_n^2) - x_1); start 0\n"
       "x*_i = 1 - i / (n + 1), f* = -L/8 n / (n + 1)",
       "Nesterov, Introductory Lectures on Convex Optimization, 2004 (section 2.1.2)"},
      {param("smoothness", &NesterovWorstParameters::smoothness, "L, the Lipschitz constant of the gradient",
             above(0))},
      10, 1, 0);
}

}  // namespace lookahead::functions
