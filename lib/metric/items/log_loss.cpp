#include "metric/row_mean.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::metrics {
namespace {

// A probability that underflowed must not make the whole metric infinite.
constexpr double least_probability = std::numeric_limits<double>::epsilon();

struct Surprise {
  Surprise(const NoParameters&, const MetricSeat&) {}
  double of(std::span<const double> prediction, double target) const {
    return -math::log(std::max(prediction[static_cast<std::size_t>(target)], least_probability));
  }
};

}  // namespace

MetricEntry log_loss() {
  return mean_entry<Surprise>({"log_loss", "mean negative log-likelihood of the right class",
                               "mean -log p_class, p at least 2.2e-16", "Good, Rational decisions, 1952"},
                              {}, true, false);
}

}  // namespace lookahead::metrics
