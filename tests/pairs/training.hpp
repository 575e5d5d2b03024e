#pragma once
#include "rules.hpp"

namespace lookahead::pairs {

// What is trained, from where, and what patience watches.
struct Course {
  const Network* network = nullptr;
  const Rows* rows = nullptr;
  Vector weights;  // of the rows in the loss
  Vector start;
  std::function<std::pair<Real, Real>(const Vector&)> watched = {};  // the least and most it may be
  bool larger_is_better = false;
};

struct Run {
  Vector slow, fast;
  long steps = 0, rounds = 0, epochs = 0, evals = 0;
  std::string stop;
  Real best_loss = 0;       // of the slow points whose loss the run meets
  std::vector<Real> rates;  // of every step
  std::optional<long> best_epoch;
  Real best_metric = 0;
  bool unsure = false;  // a decision was too close, or the numbers too large
};

// Gradient descent by the rule under all levels of Lookahead, until the first stop rule is met.
// `unsure_below`: relative differences at which rounding decides.
Run train(const TrainingSettings& settings, const Course& course, Rounding& rounding, Real unsure_below);

}  // namespace lookahead::pairs
