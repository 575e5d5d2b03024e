#include <cmath>

#include "objective/functions/facts.hpp"
#include "objective/score_sum.hpp"
#include "objective/spectrum.hpp"

namespace lookahead::functions {
namespace {

struct PcaParameters : SampleParameters, SpectrumParameters {};

struct Pca {
  explicit Pca(const PcaParameters&) {}
  static TargetedRows rows(const PcaParameters& parameters, Index d) {
    const Index samples = parameters.samples;
    TargetedRows made{normal_rows(parameters.seed, samples, d),
                      std::vector<double>(static_cast<std::size_t>(samples))};
    std::vector<double> deviations = log_spaced(parameters.condition, d);
    for (Index j = 0; j < d; ++j) {
      double& variance = deviations[static_cast<std::size_t>(j)];
      if (parameters.spectrum) variance = (*parameters.spectrum)[j];
      variance = std::sqrt(variance);
    }
    for (std::size_t i = 0; i < made.features.size(); ++i)
      made.features[i] *= deviations[i % deviations.size()];
    return made;
  }
  static Facts facts(const PcaParameters& parameters, Index d) {
    Facts facts = facts_of(d, {-2, 2}, {1.4}, {0});
    facts.minimum.reset();
    facts.minimizers.clear();
    const TargetedRows made = rows(parameters, d);
    const auto leading = leading_eigenpair(made.features, parameters.samples, d);
    if (!leading) {
      // The minimum over the length of x along the leading eigenvector is -lambda^2 / 4.
      const double most = largest_eigenvalue_bound(made.features, parameters.samples, d);
      facts.lower_bound = -0.25 * most * most;
      return facts;
    }
    const auto& [eigenvalue, direction] = *leading;
    facts.minimum = -0.25 * eigenvalue * eigenvalue;
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> minimizer = direction;
      for (double& x : minimizer) x *= sign * std::sqrt(eigenvalue);
      facts.minimizers.push_back(minimizer);
    }
    return facts;
  }
  double loss(double score, double) const { return -0.5 * score * score; }
  double slope(double score, double) const { return -score; }
  double penalty(double square) const { return 0.25 * square * square; }
  double penalty_slope(double square) const { return 0.5 * square; }
};

}  // namespace

FunctionEntry pca() {
  using P = PcaParameters;
  FunctionEntry entry = score_sum_entry<Pca, P>(
      {"pca", "the leading principal component as a minimizer: every other one is a strict saddle",
       "f(x) = -1/2 x'Ax + 1/4 |x|^4, A = mean of a a', rows a ~ N(0, diag), variances log-spaced from "
       "1/condition to 1, or the spectrum\n"
       "f* = -lambda^2 / 4 at sqrt(lambda) v and its negative, lambda and v the leading eigenpair of A\n"
       "start 1.4, ..., 1.4 (0.7 of the domain's end)",
       "Oja, Journal of Mathematical Biology 15, 1982"},
      together({sample_parameters<P>(), spectrum_parameters<P>("variance of a coordinate", at_least(0),
                                                               "a variance is a mean of squares")}),
      10);
  follow_spectrum<P>(entry);
  return entry;
}

}  // namespace lookahead::functions
