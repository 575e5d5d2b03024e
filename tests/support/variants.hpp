#pragma once
#include <string>
#include <vector>

#include "support/problem.hpp"

namespace lookahead::test {

// Settings of the rules that ask more of a step than the gradient at x, or that find their rate: with rates
// that suit them on a small quadratic. Empty for all others.
inline std::vector<std::string> special_variants(const std::string& name) {
  const auto with = [&](const std::vector<std::string>& all) {
    std::vector<std::string> out;
    for (const std::string& one : all) out.push_back("{name: " + name + ", " + one + "}");
    return out;
  };
  if (name == "schedule_free_sgd") {
    return with({"lr: 0.5", "lr: 0.5, beta: 0", "lr: 0.5, beta: 0.98, warmup: 7, weight_decay: 0.01",
                 "lr: 0.5, weight_power: 0, step_power: 1"});
  }
  if (name == "schedule_free_adamw")
    return with({"lr: 0.05", "lr: 0.05, warmup: 7, weight_decay: 0.01, beta2: 0.9"});
  if (name == "dog") return with({"lr: 1", "lr: 1, first_distance: 1e-3, weight_decay: 0.01"});
  if (name == "prodigy") {
    return with({"lr: 1", "lr: 1, weight_decay: 0.01, bias_correction: true, safeguard_warmup: true",
                 "lr: 1, weight_decay: 0.01, decoupled: false, growth: 1.5, beta3: 0.99"});
  }
  if (name == "polyak") return with({"lr: 1", "lr: 100, c: 2", "lr: 1, minimum: -0.01"});
  if (name == "svrg")
    return with({"lr: 0.05", "lr: 0.05, period: 4", "lr: 0.05, period: 50, renew_at_sync: true"});
  if (name == "sarah")
    return with({"lr: 0.05", "lr: 0.05, period: 4", "lr: 0.05, period: 50, renew_at_sync: false"});
  if (name == "saga") return with({"lr: 0.05", "lr: 0.05, fill: false"});
  if (name == "lbfgs") {
    return with({"lr: 1", "lr: 1, history: 2, curvature: 0.1", "lr: 1, line_search: none, history: 3",
                 "lr: 1, most_evaluations: 2"});
  }
  return {};
}

inline const std::vector<std::string>& special_rules() {
  static const std::vector<std::string> all = {"schedule_free_sgd",
                                               "schedule_free_adamw",
                                               "dog",
                                               "prodigy",
                                               "polyak",
                                               "svrg",
                                               "sarah",
                                               "saga",
                                               "lbfgs"};
  return all;
}

// Whether a rule begins with a tiny step that grows.
inline bool learns_its_rate(const OptimizerEntry& entry) {
  return entry.card.name == "dog" || entry.card.name == "prodigy";
}

// The first lines of a problem that meets an optimizer's needs: a convex quadratic, least squares, a game.
inline std::string problem_for(const OptimizerEntry& entry) {
  switch (entry.needs) {
    case Needs::finite_sum:
      return "data: {train: " + data_folder() +
             "points.csv, target: y}\nmodel: {type: linear, l2: 0.01}\nbatch: 7\n";
    case Needs::game:
      return "objective: {game: quadratic_game, dim: 6, condition: 1, convexity: 1, concavity: 1, seed: 3}\n";
    case Needs::gradients:
    case Needs::minimum:
      break;
  }
  return "objective: {function: quadratic, dim: 6, condition: 10, seed: 3}\n";
}

}  // namespace lookahead::test
