#include <cmath>

#include "objective/functions/facts.hpp"
#include "objective/score_sum.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

struct SigmoidParameters : SampleParameters {
  double flipped = 0;
};

struct SigmoidLoss : Unpenalized {
  explicit SigmoidLoss(const SigmoidParameters&) {}

  // The class of a row is the side of the planted plane it is on, or the other one for the share `flipped`.
  static TargetedRows rows(const SigmoidParameters& parameters, Index d) {
    const Index samples = parameters.samples;
    TargetedRows made{normal_rows(parameters.seed, samples, d),
                      std::vector<double>(static_cast<std::size_t>(samples))};
    const std::vector<double> planted = planted_point(parameters.seed, d);
    score_rows(planted.data(), made.features.data(), d, Batch::range(0, samples), made.targets.data());
    std::vector<double> draws(made.targets.size());
    data_stream(parameters.seed, DataPart::noise).uniforms(0, draws);
    for (std::size_t i = 0; i < draws.size(); ++i) {
      const bool positive = (made.targets[i] >= 0) != (draws[i] < parameters.flipped);
      made.targets[i] = positive ? 1 : -1;
    }
    return made;
  }

  static Facts facts(const SigmoidParameters& parameters, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {0}, {0});
    facts.minimizers.clear();
    // The classes can be told apart: along the planted direction f comes as close to 0 as wanted.
    if (parameters.flipped > 0) {
      facts.minimum.reset();
      facts.lower_bound = 0.0;
    }
    // The second derivative of 1 / (1 + e^t) lies between -1 / (6 sqrt 3) and 1 / (6 sqrt 3).
    const double curvature = 1 / (6 * std::sqrt(3.0));
    const auto features = normal_rows(parameters.seed, parameters.samples, d);
    facts.smoothness = curvature * largest_eigenvalue_bound(features, parameters.samples, d);
    facts.smoothness_status = Knowledge::certified;
    return facts;
  }

  // exp of a negative number only, so that nothing overflows.
  double loss(double score, double target) const {
    const double margin = target * score;
    const double small = math::exp(-std::abs(margin));
    return (margin >= 0 ? small : 1) / (1 + small);
  }
  double slope(double score, double target) const {
    const double small = math::exp(-std::abs(target * score));
    return -target * small / ((1 + small) * (1 + small));
  }
};

}  // namespace

FunctionEntry sigmoid_loss() {
  using P = SigmoidParameters;
  return score_sum_entry<SigmoidLoss, P>(
      {"sigmoid_loss", "non-convex classification: a smooth count of the rows on the wrong side",
       "f(x) = mean of 1 / (1 + exp(y a'x)), rows a ~ N(0, I), classes y = sign(a'x°), from the seed\n"
       "start 0, where f = 1/2; f* = 0 is the infimum without flipped classes, not attained\n"
       "L = lambda_max(A'A) / (6 sqrt(3) samples), bounded from above",
       "Mason, Baxter, Bartlett, Frean, NIPS 1999"},
      together({sample_parameters<P>(),
                {param("flipped", &P::flipped, "share of the rows whose class is the wrong one", at_least(0),
                       at_most(1))}}),
      10);
}

}  // namespace lookahead::functions
