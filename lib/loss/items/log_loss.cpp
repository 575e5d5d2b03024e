#include "loss/pointwise.hpp"

namespace lookahead::losses {
namespace {

struct LogLoss {
  template <class V>
  LossValues<V> at(V score, V target) const {
    // exp of a negative number only, so that nothing overflows and nothing cancels.
    const V small = vector_math::exp_of_negative(-vector_math::abs_of(score));
    const V positive = score > 0 ? score : V{};
    const V larger = score >= 0 ? vector_math::all<V>(1) : small;
    return {vector_math::log1p_of_fraction(small) + positive - target * score, larger / (1 + small) - target};
  }
  static double curvature() { return 0.25; }
  static double steepness() { return 1; }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry log_loss() {
  return pointwise_loss<LogLoss>(
      {"log_loss", "negative log-likelihood of a class", "log(1 + e^score) - target score, target 0 or 1",
       "Cox, Journal of the Royal Statistical Society B 20, 1958"},
      LossUse::two_classes);
}

}  // namespace lookahead::losses
