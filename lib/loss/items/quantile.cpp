#include <algorithm>

#include "loss/pointwise.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {
namespace losses {
namespace {

// In units of the target; nothing: a share of the spread of the training targets.
struct Smoothing {
  std::optional<double> width;
};

// The share, which is the width too where the spread is not known.
constexpr double share_of_spread = 0.1;

}  // namespace
}  // namespace losses

template <>
struct Codec<losses::Smoothing> {
  static std::string type() { return "auto | number"; }
  static std::optional<losses::Smoothing> read(const Node& node, const Path& path, Report& report) {
    if (node.is_scalar() && node.text == "auto") return losses::Smoothing{};
    const auto width = Codec<double>::read(node, path, report);
    if (!width) return std::nullopt;
    return losses::Smoothing{*width};
  }
  static Node write(const losses::Smoothing& smoothing) {
    return smoothing.width ? Codec<double>::write(*smoothing.width) : Node::scalar("auto");
  }
  static std::optional<double> number(const losses::Smoothing& smoothing) { return smoothing.width; }
};

namespace losses {
namespace {

struct QuantileParameters {
  double tau = 0.5;
  Smoothing smoothing;
};

struct Quantile {
  QuantileParameters p;
  double smoothing = p.smoothing.width.value_or(share_of_spread);

  template <class V>
  LossValues<V> at(V score, V target) const {
    const V missing = target - score;
    const V ratio = missing / smoothing;
    const V small = vector_math::exp_of(-vector_math::abs_of(ratio));
    const V excess = missing < 0 ? -missing : V{};
    // The logistic function of -ratio.
    const V below = (missing < 0 ? vector_math::all<V>(1) : small) / (1 + small);
    return {p.tau * missing + (excess + smoothing * vector_math::log1p_of_fraction(small)), below - p.tau};
  }
  double curvature() const { return 0.25 / smoothing; }
  double steepness() const { return std::max(p.tau, 1 - p.tau); }
  // The smoothing's own height, a times the entropy of tau: at e = a log((1 - tau) / tau).
  double least(double) const {
    return -smoothing * (p.tau * math::log(p.tau) + (1 - p.tau) * math::log1p(-p.tau));
  }
  static constexpr bool convex = true;
};

}  // namespace

LossEntry quantile() {
  LossEntry entry = pointwise_loss<Quantile, QuantileParameters>(
      {"quantile", "smoothed pinball loss, whose minimizer tends to the tau-quantile as smoothing goes to 0",
       "tau e + a log(1 + exp(-e/a)), e = target - score, a = smoothing\nits limit for a -> 0 is the pinball "
       "loss max(tau e, (tau - 1) e), from which it differs by at most a log 2",
       "Koenker and Bassett, Econometrica 46, 1978; smoothed as in Zheng, International Journal of Machine "
       "Learning and Cybernetics 2, 2011"},
      LossUse::numbers,
      {param("tau", &QuantileParameters::tau, "the quantile: share of the targets that lie below", above(0),
             below(1)),
       param("smoothing", &QuantileParameters::smoothing,
             "width of the rounding of the kink at 0, in units of the target (of its standard deviation with "
             "standardize_target); auto: a tenth of the standard "
             "deviation of the training targets",
             above(0))});
  entry.settle = [](const Values& parameters, double target_sd) -> std::optional<Values> {
    auto settled = parameters.as<QuantileParameters>();
    if (settled.smoothing.width) return std::nullopt;
    settled.smoothing.width = share_of_spread * target_sd;
    return Values::of(settled);
  };
  return entry;
}

}  // namespace losses
}  // namespace lookahead
