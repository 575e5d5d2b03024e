#include "loss/pointwise.hpp"

namespace lookahead::losses {
namespace {

struct Gamma {
  double gamma = 1;
};

struct SmoothedHinge {
  Gamma p;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V sign = 2 * target - 1;
    const V below_one = 1 - sign * score;
    const V missing = below_one < 0 ? V{} : below_one;
    const V clipped = missing > p.gamma ? vector_math::all<V>(p.gamma) : missing;
    return {clipped * (missing - 0.5 * clipped) / p.gamma, -sign * (clipped / p.gamma)};
  }
  double curvature() const { return 1 / p.gamma; }
  static double steepness() { return 1; }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry smoothed_hinge() {
  return pointwise_loss<SmoothedHinge, Gamma>(
      {"smoothed_hinge", "the hinge of support vector machines with a rounded kink",
       "0 for m >= 1, (1 - m)^2 / (2 gamma) for 1 - gamma < m < 1, otherwise 1 - m - gamma/2\nm = score for "
       "target 1 and -score for target 0",
       "Shalev-Shwartz and Zhang, Journal of Machine Learning Research 14, 2013"},
      LossUse::two_classes,
      {param("gamma", &Gamma::gamma, "width of the rounding; 0 would be the hinge itself", above(0))});
}

}  // namespace lookahead::losses
