#pragma once
#include "loss/robust.hpp"
#include "objective/score_sum.hpp"

namespace lookahead {

// Linear regression on made data: standard normal rows a, targets a'x° + noise, x° uniform in [-1, 1]^n.
struct RegressionParameters : SampleParameters {
  double target_noise = 0;
  double outliers = 0;
  bool exact() const { return target_noise == 0 && outliers == 0; }
};

template <class P>
Parameters regression_parameters() {
  return together({sample_parameters<P>(),
                   {param("target_noise", static_cast<double P::*>(&P::target_noise),
                          "standard deviation of the noise in the targets; with none f* = 0", at_least(0)),
                    param("outliers", static_cast<double P::*>(&P::outliers),
                          "share of the targets that are moved by a normal number of deviation 10",
                          at_least(0), at_most(1))}});
}

TargetedRows regression_rows(const RegressionParameters& parameters, Index dimension);

// Start 0; f* = 0 at x° where the targets are exact, and a lower bound where they are not. `curvature`:
// largest second derivative of the loss by the score in absolute value, which bounds the smoothness.
Facts regression_facts(const RegressionParameters& parameters, Index dimension, double curvature);

struct RobustParameters : RegressionParameters {
  double scale = 1;
};

// Regression with one of the losses of loss/robust.hpp, whose size is the parameter `scale`.
template <class Loss>
class RobustRule : public Unpenalized {
 public:
  explicit RobustRule(const RobustParameters& parameters) : loss_{{parameters.scale}} {}
  static TargetedRows rows(const RobustParameters& parameters, Index d) {
    return regression_rows(parameters, d);
  }
  static Facts facts(const RobustParameters& parameters, Index d) {
    Facts facts = regression_facts(parameters, d, Loss::curvature());
    facts.convex = Loss::convex;
    return facts;
  }
  double loss(double score, double target) const { return at(score, target).value[0]; }
  double slope(double score, double target) const { return at(score, target).slope[0]; }

 private:
  // Rules take vectors; a single row is in both halves of a short one.
  using Pair = double __attribute__((vector_size(2 * sizeof(double))));
  LossValues<Pair> at(double score, double target) const {
    return loss_.at(Pair{score, score}, Pair{target, target});
  }

  Loss loss_;
};

template <class Loss>
FunctionEntry robust_entry(Card card) {
  card.formula +=
      "\nr = a'x - b over rows a ~ N(0, I) and targets b = a'x° + noise, made from the seed\n"
      "start 0; f* = 0 at x° without target_noise and outliers; L = lambda_max(A'A) / samples, bounded from "
      "above";
  return score_sum_entry<RobustRule<Loss>, RobustParameters>(
      std::move(card),
      together({regression_parameters<RobustParameters>(),
                {param("scale", &RobustParameters::scale,
                       "size of a residual, where the loss turns from a parabola to flatter", above(0))}}),
      10);
}

}  // namespace lookahead
