#include "loss/pointwise.hpp"

namespace lookahead::losses {
namespace {

struct Sigmoid {
  template <class V>
  LossValues<V> at(V score, V target) const {
    const V sign = 2 * target - 1;
    const V margin = sign * score;
    const V small = vector_math::exp_of(-vector_math::abs_of(margin));
    const V share = 1 / (1 + small);
    const V wrong = (margin >= 0 ? small : vector_math::all<V>(1)) * share;
    return {wrong, -sign * (small * share * share)};
  }
  static double curvature() { return 0.09622504486493763; }  // 1 / (6 sqrt 3)
  static double steepness() { return 0.25; }
  static constexpr bool convex = false;
};

}  // namespace

LossEntry sigmoid() {
  return pointwise_loss<Sigmoid>(
      {"sigmoid", "smoothed count of errors: bounded and not convex",
       "1 / (1 + e^m), m = score for target 1 and -score for target 0; |second derivative| <= 1/(6 sqrt 3)",
       "Mason, Baxter, Bartlett, Frean, NIPS 12, 1999"},
      LossUse::two_classes);
}

}  // namespace lookahead::losses
