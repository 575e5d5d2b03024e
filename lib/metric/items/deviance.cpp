#include <cmath>

#include "metric/row_mean.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {
namespace {

enum class Family { automatic, gaussian, poisson };

}  // namespace

template <>
struct Words<Family> {
  static constexpr std::pair<const char*, Family> table[] = {
      {"auto", Family::automatic}, {"gaussian", Family::gaussian}, {"poisson", Family::poisson}};
};

namespace metrics {
namespace {

struct DevianceParameters {
  Family family = Family::automatic;
};

// d - log(1 + d) of a d near 0, where the difference would cancel: its series.
double beyond_logarithm(double d) {
  constexpr int terms = 9;
  double sum = 0;
  for (int n = terms; n >= 2; --n) sum = 1.0 / n - d * sum;
  return d * d * sum;
}

struct UnitDeviance {
  UnitDeviance(const DevianceParameters& parameters, const MetricSeat& seat)
      : poisson(parameters.family == Family::poisson ||
                (parameters.family == Family::automatic && seat.counts)) {}
  double of(std::span<const double> prediction, double target) const {
    const double mean = prediction[0];
    if (!poisson) return (target - mean) * (target - mean);
    // No Poisson distribution has such a mean, or gives such a count: there is no likelihood to lose.
    if (!(target >= 0 && mean > 0)) return std::numeric_limits<double>::quiet_NaN();
    constexpr double near = 0.02;
    if (std::abs(mean - target) <= near * target)
      return 2 * target * beyond_logarithm((mean - target) / target);
    const double ratio = target / mean;
    // The quotient may be beyond all numbers or lose digits to underflow, where the logarithms do not.
    const double log_ratio = std::isnormal(ratio) ? math::log(ratio) : math::log(target) - math::log(mean);
    return 2 * ((target > 0 ? target * log_ratio : 0.0) - target + mean);
  }
  bool poisson;
};

}  // namespace

MetricEntry deviance() {
  return mean_entry<UnitDeviance, DevianceParameters>(
      {"deviance",
       "mean unit deviance of the model's family: twice the log-likelihood lost against a perfect fit",
       "gaussian: mean (y - m)^2\npoisson: mean 2 (y log(y/m) - y + m), y log y = 0 at y = 0\n"
       "undefined with a y < 0 or an m <= 0",
       "Nelder and Wedderburn, Generalized linear models, J. R. Stat. Soc. A, 1972"},
      {param("family", &DevianceParameters::family,
             "auto: poisson where the model's targets are counts, otherwise gaussian")},
      false, false);
}

}  // namespace metrics
}  // namespace lookahead
