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
  bool recorded = false;  // whether every step is kept
};

// The state after a step: of the fast point before any sync of the step, of the slow one after it.
struct Moment {
  Vector fast, slow;
  Real rate = 0, alpha = 0, loss = 0, disagreement = 0;  // loss: of the step's batch, before it moved
  long k = 0, round = 0, evals = 0;
  bool synced = false;
};

struct Run {
  Vector slow, fast;
  long steps = 0, rounds = 0, epochs = 0, evals = 0;
  std::string stop;
  Real best_loss = 0;           // of the slow points of full-data steps, else of those of epoch ends
  std::vector<Moment> moments;  // of every step, if they are kept
  std::optional<long> best_epoch;
  Real best_metric = 0;
  Vector best;          // the weights of that epoch
  bool unsure = false;  // a decision was too close, or the numbers too large
};

// Gradient descent by the rule under all levels of Lookahead, until the first stop rule is met.
// `unsure_below`: relative differences at which rounding decides.
Run train(const TrainingSettings& settings, const Course& course, Rounding& rounding, Real unsure_below);

}  // namespace lookahead::pairs
