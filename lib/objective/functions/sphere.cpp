#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"
#include "simd/lanes.hpp"

namespace lookahead::functions {
namespace {

struct Sphere {
  Sphere(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-5.12, 5.12}, {-5, 5}, {0});
    facts.smoothness = 2.0;
    facts.convex = true;
    return facts;
  }
  template <Scalar T, bool want_gradient>
  double part(const T* x, T* gradient, Index from, Index to, Index) const {
    if constexpr (want_gradient) {
      for (Index i = from; i < to; ++i) gradient[i] = 2 * x[i];
    }
    return squared_norm(std::span<const T>(x + from, static_cast<std::size_t>(to - from)));
  }
};

}  // namespace

FunctionEntry sphere() {
  return kernel_entry<Sphere, NoParameters>({"sphere", "the sum of squares: the easiest convex function",
                                             "f(x) = sum_i x_i^2; start -5, 5, -5, ...", "De Jong, 1975"},
                                            {}, 2, 1, 0);
}

}  // namespace lookahead::functions
