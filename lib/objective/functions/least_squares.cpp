#include "objective/functions/facts.hpp"
#include "objective/planted_regression.hpp"

namespace lookahead::functions {
namespace {

struct LeastSquaresParameters : RegressionParameters {
  double ridge = 0;
};

class LeastSquares {
 public:
  explicit LeastSquares(const LeastSquaresParameters& parameters) : ridge_(parameters.ridge) {}
  static TargetedRows rows(const LeastSquaresParameters& parameters, Index d) {
    return regression_rows(parameters, d);
  }
  static Facts facts(const LeastSquaresParameters& parameters, Index d) {
    Facts facts = regression_facts(parameters, d, 1);
    facts.convex = true;
    *facts.smoothness += parameters.ridge;
    if (parameters.exact() && parameters.ridge == 0) return facts;
    facts.minimum.reset();
    facts.minimizers.clear();
    facts.lower_bound = 0.0;
    const TargetedRows made = rows(parameters, d);
    const auto solution =
        least_squares_solution(made.features, parameters.samples, d, made.targets, parameters.ridge);
    if (!solution) return facts;
    const ScoreSum<LeastSquares, LeastSquaresParameters> sum(parameters, d);
    facts.minimum =
        sum.evaluate<double, false>(solution->data(), nullptr, d, Batch::range(0, parameters.samples));
    facts.minimizers = {*solution};
    return facts;
  }
  double loss(double score, double target) const { return 0.5 * (score - target) * (score - target); }
  double slope(double score, double target) const { return score - target; }
  double penalty(double square) const { return 0.5 * ridge_ * square; }
  double penalty_slope(double) const { return 0.5 * ridge_; }

 private:
  double ridge_;
};

}  // namespace

FunctionEntry least_squares() {
  using P = LeastSquaresParameters;
  return score_sum_entry<LeastSquares, P>(
      {"least_squares", "linear regression with squared loss on made data, with a ridge penalty if wanted",
       "f(x) = |A x - b|^2 / (2 samples) + ridge / 2 |x|^2, rows of A ~ N(0, I), b = A x° + noise, from the "
       "seed\n"
       "start 0; f* = 0 at x° without target_noise, outliers and ridge, otherwise from the "
       "normal equations, if samples >= dim\n"
       "L = lambda_max(A'A) / samples + ridge, bounded from above",
       "Legendre, 1805; Hoerl and Kennard, Technometrics 12, 1970"},
      together({regression_parameters<P>(),
                {param("ridge", &P::ridge, "strength of the penalty ridge/2 |x|^2", at_least(0))}}),
      10);
}

}  // namespace lookahead::functions
