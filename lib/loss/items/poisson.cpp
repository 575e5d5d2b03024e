#include <limits>

#include "loss/pointwise.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::losses {
namespace {

struct Poisson {
  template <class V>
  LossValues<V> at(V score, V target) const {
    const V mean = vector_math::exp_of(score);
    return {mean - target * score, mean - target};
  }
  static double curvature() { return std::numeric_limits<double>::infinity(); }  // it is e^score
  static double steepness() { return std::numeric_limits<double>::infinity(); }
  // At the score log target, or at -infinity.
  static double least(double target) { return target > 0 ? target - target * math::log(target) : 0; }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry poisson() {
  return pointwise_loss<Poisson>(
      {"poisson", "negative log-likelihood of a count or rate with mean e^score",
       "e^score - target score, target >= 0; the constant log(target!) is left out\nits curvature e^score "
       "has no bound",
       "Nelder and Wedderburn, Journal of the Royal Statistical Society A 135, 1972"},
      LossUse::counts);
}

}  // namespace lookahead::losses
