#include <algorithm>
#include <set>

#include "support/problem.hpp"

// Where every step is known beforehand, whatever the rule, the batch and the sync.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::vector<std::string> at_syncs = {"keep", "reset", "pullback"};

std::vector<double> end_of(const std::string& problem) {
  Trial<double> trial(problem);
  const Outcome outcome = trial.run();
  REQUIRE(outcome.status == Status::finished);
  return trial.slow();
}

}  // namespace

TEST_CASE(
    "law: at a minimum that all terms share no rule moves its result, whatever a sync does to its memory") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    // The first moment of yogi begins above 0.
    if (entry.needs == Needs::game || entry.card.name == "polyak" || entry.card.name == "yogi") continue;
    for (const std::string& at_sync : at_syncs) {
      const std::string& name = entry.card.name;
      CAPTURE(name);
      CAPTURE(at_sync);
      const bool decays =
          std::ranges::find(entry.parameters, "weight_decay", &Parameter::name) != entry.parameters.end();
      const std::string more =
          std::string(decays ? ", weight_decay: 0" : "") + (name == "asgd" ? ", t0: 0, lambd: 0" : "");
      CHECK(end_of(
                "objective: {expression: \"sum(i, 0, 3, 0.5*(x[0] - 100)^2)\", dim: 1, sampled: true, noise: "
                "{minibatch: 2}}\nstart: [100]\noptimizer: {name: " +
                name + ", lr: 0.1" + more + "}\nlookahead: {k: 5, alpha: 0.5, at_sync: " + at_sync +
                "}\nstop: {steps: 20}\n") == std::vector<double>{100});
    }
  }
}

TEST_CASE(
    "law: of terms that are all the same a batch has the gradient of the sum, however often it draws one") {
  const std::string sum = "objective: {expression: \"sum(i, 0, 2, 4*x[0])\", dim: 1, sampled: true";
  // An empty table makes the first step alone that of the gradient.
  for (const auto& [rule, steps] : {std::pair("sgd", 6), std::pair("svrg", 6), std::pair("sarah", 6),
                                    std::pair("saga", 6), std::pair("saga, fill: false", 1)}) {
    for (const char* noise :
         {"", ", noise: {minibatch: 1}", ", noise: {minibatch: 2}", ", noise: {minibatch: 7}"}) {
      for (const char* seed : {"1", "2", "3"}) {
        const std::string problem = sum + noise + "}\nstart: [0]\noptimizer: {name: " + rule +
                                    ", lr: 0.25}\nlookahead: false\nstop: {steps: " + std::to_string(steps) +
                                    "}\nseed: " + seed + "\n";
        CAPTURE(problem);
        // Steps of -0.25 * 12; of sums of a few equal numbers the rounding.
        CHECK(end_of(problem)[0] == doctest::Approx(-3.0 * steps).epsilon(1e-14));
      }
    }
  }
}

TEST_CASE("law: squares stay squares where a pullback goes beyond the last sync") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (entry.needs != Needs::gradients) continue;
    const std::string& name = entry.card.name;
    CAPTURE(name);
    const auto has = [&](const char* key) {
      return std::ranges::find(entry.parameters, key, &Parameter::name) != entry.parameters.end();
    };
    const std::string quick = has("beta2") ? ", beta2: 0.5" : has("rho") ? ", rho: 0.3" : "";
    Trial<double> trial(
        "objective: {expression: \"x[0]^2\", dim: 1}\nstart: [3]\noptimizer: {name: " + name + ", lr: 0.01" +
        quick +
        "}\nlookahead: {k: 10, alpha: 1.5, extrapolate: true, at_sync: pullback}\nstop: {steps: 3000}\n");
    const Outcome outcome = trial.run();
    CHECK(outcome.stop != StopReason::divergence);
  }
}

TEST_CASE("law: a decay that is added to the gradient is the gradient of a penalty") {
  const auto path = [](const std::string& name, const std::string& penalty, const std::string& decay) {
    return end_of("objective: {expression: \"(x[0] - 3)^2 + x[0]*x[1] + x[1]^4" + penalty +
                  "\", dim: 2}\nstart: [1, 2]\noptimizer: {name: " + name + ", lr: 0.03" + decay +
                  "}\nlookahead: false\nstop: {steps: 25}\n");
  };
  // Their formulas take the decay from x beside the direction.
  const std::set<std::string> apart = {"adamw", "adan", "lamb", "lion", "schedule_free_adamw", "signum"};
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    const std::string& name = entry.card.name;
    const auto has = [&](const char* key) {
      return std::ranges::find(entry.parameters, key, &Parameter::name) != entry.parameters.end();
    };
    if (!has("weight_decay") || apart.contains(name)) continue;
    CAPTURE(name);
    const std::string coupled = has("decoupled") ? ", decoupled: false" : "";
    const auto decayed = path(name, "", ", weight_decay: 0.3" + coupled);
    const auto penalized = path(name, " + 0.15*(x[0]^2 + x[1]^2)", coupled);
    // The rounding of 25 steps.
    for (std::size_t i = 0; i < 2; ++i) CHECK(decayed[i] == doctest::Approx(penalized[i]).epsilon(1e-11));
  }
}
