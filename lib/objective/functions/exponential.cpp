
#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "parallel/sums.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct Exponential {
  Exponential(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-1, 1}, {0.7}, {0});
    facts.minimum = -1.0;
    // The eigenvalues of the second derivative are e and e (1 - |x|^2) with e = exp(-|x|^2 / 2).
    facts.smoothness = 1.0;
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* __restrict x, T* __restrict gradient, Index d, const Shards& shards) const {
    const auto n = static_cast<std::size_t>(d);
    const double bell = math::exp(-0.5 * squared_norm(shards, std::span<const T>(x, n)));
    if constexpr (want_gradient) {
      shards.each(n, [&](std::size_t from, std::size_t size) {
        for (std::size_t i = from; i < from + size; ++i)
          gradient[i] = static_cast<T>(bell * static_cast<double>(x[i]));
      });
    }
    return -bell;
  }
};

}  // namespace

FunctionEntry exponential() {
  return kernel_entry<Exponential, NoParameters>(
      {"exponential", "a bell turned upside down: convex within distance 1 of its minimum, flat far from it",
       "f(x) = -exp(-|x|^2 / 2); f* = -1 at 0; L = 1; start 0.7, ..., 0.7 (0.7 of the domain's end)",
       "Rahnamayan, Tizhoosh, Salama, Applied Soft Computing 7, 2007"},
      {}, 2, 1, 0);
}

}  // namespace lookahead::functions
