#include <algorithm>
#include <cmath>

#include "loss/pointwise.hpp"

namespace lookahead::losses {
namespace {

struct QuantileParameters {
  double tau = 0.5;
  double smoothing = 0.1;
};

struct Quantile {
  QuantileParameters p;

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V missing = target - score;
    const V ratio = missing / p.smoothing;
    const V small = vector_math::exp_of(-vector_math::abs_of(ratio));
    const V excess = missing < 0 ? -missing : V{};
    // The logistic function of -ratio.
    const V below = (missing < 0 ? vector_math::all<V>(1) : small) / (1 + small);
    return {p.tau * missing + (excess + p.smoothing * vector_math::log1p_of_fraction(small)), below - p.tau};
  }
  double curvature() const { return 0.25 / p.smoothing; }
  double steepness() const { return std::max(p.tau, 1 - p.tau); }
  // The smoothing's own height, a times the entropy of tau: at e = a log((1 - tau) / tau).
  double least(double) const {
    return -p.smoothing * (p.tau * std::log(p.tau) + (1 - p.tau) * std::log1p(-p.tau));
  }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry quantile() {
  return pointwise_loss<Quantile, QuantileParameters>(
      {"quantile", "smoothed pinball loss, whose minimizer tends to the tau-quantile as smoothing goes to 0",
       "tau e + a log(1 + exp(-e/a)), e = target - score, a = smoothing\nits limit for a -> 0 is the pinball "
       "loss max(tau e, (tau - 1) e), from which it differs by at most a log 2",
       "Koenker and Bassett, Econometrica 46, 1978; smoothed as in Zheng, International Journal of Machine "
       "Learning and Cybernetics 2, 2011"},
      LossUse::numbers,
      {param("tau", &QuantileParameters::tau, "the quantile: share of the targets that lie below", above(0),
             below(1)),
       param("smoothing", &QuantileParameters::smoothing,
             "width of the rounding of the kink at 0, in units of the target", above(0))});
}

}  // namespace lookahead::losses
