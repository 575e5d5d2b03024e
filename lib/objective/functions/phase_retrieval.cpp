#include "objective/functions/facts.hpp"
#include "objective/score_sum.hpp"

namespace lookahead::functions {
namespace {

struct PhaseRetrieval : Unpenalized {
  explicit PhaseRetrieval(const SampleParameters&) {}
  static TargetedRows rows(const SampleParameters& parameters, Index d) {
    const Index samples = parameters.samples;
    TargetedRows made{normal_rows(parameters.seed, samples, d),
                      std::vector<double>(static_cast<std::size_t>(samples))};
    const std::vector<double> planted = planted_point(parameters.seed, d);
    score_rows(planted.data(), made.features.data(), d, Batch::range(0, samples), made.targets.data());
    for (double& target : made.targets) target *= target;
    return made;
  }
  static Facts facts(const SampleParameters& parameters, Index d) {
    Facts facts = facts_of(d, {-2, 2}, {1.4}, {0});
    std::vector<double> planted = planted_point(parameters.seed, d);
    facts.minimizers = {planted};
    for (double& x : planted) x = -x;
    facts.minimizers.push_back(planted);
    return facts;
  }
  double loss(double score, double target) const {
    const double residual = score * score - target;
    return 0.25 * residual * residual;
  }
  double slope(double score, double target) const { return (score * score - target) * score; }
};

}  // namespace

FunctionEntry phase_retrieval() {
  return score_sum_entry<PhaseRetrieval, SampleParameters>(
      {"phase_retrieval", "a point is to be found from the sizes of its projections, without their signs",
       "f(x) = mean of ((a'x)^2 - y)^2 / 4, rows a ~ N(0, I), y = (a'x°)^2, from the seed\n"
       "f* = 0 at x° and -x°; start 1.4, ..., 1.4 (0.7 of the domain's end)",
       "Candes, Li, Soltanolkotabi, IEEE Transactions on Information Theory 61, 2015"},
      sample_parameters<SampleParameters>(), 10);
}

}  // namespace lookahead::functions
