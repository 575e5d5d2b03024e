#pragma once
#include <memory>
#include <span>
#include <string>

#include "options/catalog.hpp"

namespace lookahead {

// A loss of one score per row, for models whose score is linear in the weights.
class Loss {
 public:
  virtual ~Loss() = default;
  // Sum over the rows of weight times the loss at (score, target); without `weights` all are 1. Where
  // `slopes` is not empty it receives weight times the derivative by the score. All spans have one number per
  // row. No allocation.
  virtual double evaluate(std::span<const double> scores, std::span<const double> targets,
                          std::span<const double> weights, std::span<double> slopes) const = 0;
  double evaluate(std::span<const double> scores, std::span<const double> targets,
                  std::span<double> slopes) const {
    return evaluate(scores, targets, {}, slopes);
  }
  // The least upper bound of the absolute value of the second derivative by the score; infinity where there
  // is none.
  virtual double curvature() const = 0;
  // The same of the first derivative.
  virtual double steepness() const = 0;
  // The infimum of the loss over all scores, for a target of the loss's use.
  virtual double least(double target) const = 0;
  // Whether the loss is convex in the score.
  virtual bool convex() const = 0;
  // Of a formula: where it may have a kink or a jump, as a place and its text. Empty: the derivative is
  // continuous.
  virtual std::string kink() const { return {}; }
};

// What a loss compares the score with.
enum class LossUse {
  numbers,      // any number; the score is the prediction
  two_classes,  // the class numbers 0 and 1; the logistic function of the score is the probability of 1
  counts        // numbers >= 0; e^score is the prediction
};

// A loss of the catalog: one file of lib/loss/items each, collected by the build.
struct LossEntry : Entry {
  LossUse use = LossUse::numbers;
  std::function<std::unique_ptr<Loss>(const Values& parameters)> make;
  // As ModelEntry::settle.
  std::optional<Values> (*settle)(const Values& parameters, double target_sd) = nullptr;
  // Whether curvature, steepness, least value and convexity are what they are; false: nothing is known of them.
  bool known = true;

  std::unique_ptr<Loss> make_default() const { return make(defaults()); }
};

const Catalog<LossEntry>& loss_catalog();

}  // namespace lookahead
