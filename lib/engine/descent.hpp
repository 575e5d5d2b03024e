#pragma once
#include <memory>
#include <optional>

#include "base/aligned.hpp"
#include "engine/agent.hpp"
#include "engine/evaluator.hpp"
#include "engine/proximal.hpp"
#include "objective/noise.hpp"
#include "optimizer/clip.hpp"
#include "sampling/sampler.hpp"
#include "schedule/schedule.hpp"

namespace lookahead {

// What the innermost agent is made of.
template <Scalar T>
struct DescentParts {
  Evaluator<T>* evaluator = nullptr;  // must outlive the agent
  std::unique_ptr<Optimizer<T>> optimizer;
  std::unique_ptr<Schedule> rate;  // receives the loss of every step where it observes()
  Sampler sampler;
  std::unique_ptr<Noise<T>> noise;  // may be null
  Stream noise_stream;
  // What the randomness within the objective is a function of, together with the step.
  std::uint64_t seed = 0;
  Index agent = 0;
  Clip clip;
  // A loss above this ends the run as diverged, as a loss that is not finite does.
  double loss_limit = std::numeric_limits<double>::infinity();
  // The terms that the objective's sum is over, ascending, for optimizers that ask for single terms or the
  // full gradient; empty: all. Must outlive the agent; the sampler chooses among the same.
  std::span<const std::uint32_t> rows = {};
  // What the terms' own weights are multiplied by in every step's batch.
  double term_weight = 1;
  // Whether a gradient that is not finite ends the run too, which costs a pass over it a step. Where neither
  // the rule nor clipping hides it, the next loss tells.
  bool check_gradients = true;
  // OptimizerEntry::plain_descent of the optimizer: whether steps may be left to the objective.
  bool plain_descent = false;
  // A penalty that the objective leaves out: a proximal step follows every step, and losses include it.
  std::optional<Proximal<T>> proximal = {};
};

// The innermost agent: draw a batch, evaluate, add noise, clip, let the optimizer move.
template <Scalar T>
std::unique_ptr<Agent<T>> descent(DescentParts<T> parts);

}  // namespace lookahead
