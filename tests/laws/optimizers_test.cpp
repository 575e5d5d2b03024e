#include <algorithm>
#include <cmath>
#include <map>

#include "optimizer/power.hpp"
#include "spec/yaml.hpp"
#include "support/finite_sum.hpp"
#include "support/problem.hpp"
#include "support/variants.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// Settings that show every branch of a rule, beside its defaults.
std::vector<std::string> variants(const std::string& name) {
  if (auto special = special_variants(name); !special.empty()) return special;
  // Rules whose steps are in other units than a gradient's.
  const std::map<std::string, std::string> rates = {{"adadelta", "30"}, {"lars", "10"}, {"qhm", "0.3"}};
  const auto found = rates.find(name);
  const std::string rate = found == rates.end() ? "1e-2" : found->second;
  std::vector<std::string> all = {"{name: " + name + ", lr: " + rate + "}"};
  const auto add = [&](const std::string& more) {
    all.push_back("{name: " + name + ", lr: " + rate + ", " + more + "}");
  };
  const Parameters& parameters = optimizer_catalog().find(name)->parameters;
  if (std::any_of(parameters.begin(), parameters.end(),
                  [](const Parameter& p) { return p.name == "weight_decay"; })) {
    add("weight_decay: 0.1");
  }
  if (name == "sgd") {
    add("momentum: 0.9");
    add("momentum: 0.9, dampening: 0.3, weight_decay: 0.1");
    add("momentum: 0.9, nesterov: true");
  }
  if (name == "adam" || name == "adamw") {
    add("amsgrad: true");
    add("amsgrad: true, maximum: corrected");
  }
  if (name == "rmsprop") {
    add("centered: true");
    add("momentum: 0.9");
    add("momentum: 0.9, centered: true");
    add("epsilon_inside: true");
  }
  if (name == "amsgrad") add("maximum: corrected");
  if (name == "nadam" || name == "radam" || name == "adabelief") add("weight_decay: 0.1, decoupled: true");
  if (name == "radam") add("beta2: 0.5");
  if (name == "yogi") add("initial: 0.1");
  if (name == "adagrad") {
    add("lr_decay: 0.01, initial: 0.1");
    add("epsilon_inside: true");
  }
  if (name == "adan") add("variant: paper, beta1: 0.9, beta2: 0.9");
  if (name == "adabound") {
    add("base_rate: 0.05");
    add("beta2: 0.9, gamma: 0.1, final_rate: 0.05");
  }
  if (name == "rprop") add("step_min: 1e-3, step_max: 0.02");
  if (name == "signum") add("momentum: 0");
  if (name == "asgd") add("t0: 3");
  if (name == "lars") add("momentum: 0");
  if (name == "gda") {
    add("alternating: true");
    add("momentum: 0.5");
    add("alternating: true, momentum: -0.3");
  }
  if (name == "extragradient") add("ratio: 2");
  if (name == "optimistic") add("beta: 0.5");
  if (name == "extra_adam" || name == "optimistic_adam") add("amsgrad: true");
  if (name == "optimistic_adam") add("optimism: 0.5");
  return all;
}

template <Scalar T>
void run_steps(Optimizer<T>& optimizer, std::vector<T>& x, Index from, Index to) {
  FiniteSum<T> oracle;
  for (Index step = from; step < to; ++step) {
    // As after a sync, now and then.
    if (step % 6 == 5) optimizer.moved();
    oracle.begin_step(step, x, optimizer.draws_own());
    optimizer.step(x, oracle, 0.01);
  }
}

template <Scalar T>
void check_memory_laws(const OptimizerSpec& spec) {
  const auto make = [&] { return spec.rule.entry->make<T>(spec.rule.values, FiniteSum<T>::seat()); };
  const auto whole = make();
  std::vector<T> x(5, T{1});
  for (const Index cut : {5, 7, 8}) {
    whole->restart();
    x.assign(5, T{1});
    run_steps(*whole, x, 0, cut);
    // Memory copied into a new optimizer: the same future.
    Archive saved;
    exchange(saved, whole->memory());
    const auto copy = make();
    Archive loaded(saved.bytes());
    exchange(loaded, copy->memory());
    CHECK(loaded.intact());
    CHECK(loaded.exhausted());
    std::vector<T> y = x;
    run_steps(*whole, x, cut, 20);
    run_steps(*copy, y, cut, 20);
    CHECK(x == y);
  }
  // Restarted: as new.
  whole->restart();
  const auto fresh = make();
  std::vector<T> a(5, T{2}), b = a;
  run_steps(*whole, a, 0, 9);
  run_steps(*fresh, b, 0, 9);
  CHECK(a == b);
}

// As the declaration of a linear step says it.
void check_linear_step(const LinearStep& declared, Optimizer<double>& optimizer) {
  constexpr double rate = 0.01;
  FiniteSum<double> oracle;
  std::vector<double> x(5, 1.0), y = x, memory(5), gradient(5);
  for (Index step = 0; step < 12; ++step) {
    oracle.begin_step(step, x, optimizer.draws_own());
    optimizer.step(x, oracle, rate);

    oracle.value_and_gradient(y, gradient);
    if (declared.ahead != 0) {
      std::vector<double> ahead = y;
      for (std::size_t i = 0; i < y.size(); ++i) ahead[i] -= declared.ahead * rate * gradient[i];
      oracle.value_and_gradient(ahead, gradient);
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
      memory[i] = declared.momentum * memory[i] + gradient[i];
      y[i] -= rate * (declared.nesterov ? gradient[i] + declared.momentum * memory[i] : memory[i]);
      CHECK(std::abs(x[i] - y[i]) <= 1e-14);  // a few roundings a step of numbers near 1
    }
  }
}

}  // namespace

TEST_CASE("law: a rule that declares a linear step makes it") {
  int declared = 0;
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (entry.linear_step == nullptr) continue;
    for (const std::string& variant : variants(entry.card.name)) {
      CAPTURE(variant);
      const auto rule = spec_of(problem_for(entry) + "optimizer: " + variant).optimizer.rule;
      const auto step = entry.linear_step(rule.values);
      if (!step) continue;
      check_linear_step(*step, *entry.make<double>(rule.values, FiniteSum<double>::seat()));
      ++declared;
    }
  }
  CHECK(declared >= 7);  // three of sgd, two each of gda and extragradient
}

TEST_CASE("law: a restarted optimizer is a new one, and a copied memory has the same future") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    for (const std::string& variant : variants(entry.card.name)) {
      CAPTURE(variant);
      const Spec spec = spec_of(problem_for(entry) + "optimizer: " + variant);
      check_memory_laws<double>(spec.optimizer);
      check_memory_laws<float>(spec.optimizer);
    }
  }
}

TEST_CASE("law: every optimizer decreases a convex quadratic, alone and under Lookahead") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    for (const std::string& variant : variants(entry.card.name)) {
      for (const char* lookahead : {"false", "{k: 5, alpha: 0.5}", "{k: 3, alpha: 0.7, at_sync: reset}",
                                    "{k: 3, alpha: 0.7, at_sync: pullback}"}) {
        for (const char* precision : {"double", "single"}) {
          CAPTURE(variant);
          CAPTURE(lookahead);
          CAPTURE(precision);
          // An estimate that is forgotten every few steps never grows.
          if (learns_its_rate(entry) && std::string(lookahead).find("reset") != std::string::npos) continue;
          const Spec spec =
              spec_of(problem_for(entry) + "optimizer: " + variant + "\nlookahead: " + lookahead +
                      "\nprecision: " + precision + "\nstop: {steps: 200}\n");
          Outcome outcome;
          double start = 0;
          if (spec.precision == Precision::single_precision) {
            Trial<float> trial(spec);
            start = trial.plan->start_loss;
            outcome = trial.run();
          } else {
            Trial<double> trial(spec);
            start = trial.plan->start_loss;
            outcome = trial.run();
          }
          CHECK(outcome.loss_slow < 0.9 * start);
        }
      }
    }
  }
}

TEST_CASE("law: every optimizer's block reads back as it was written") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    for (const std::string& variant : variants(entry.card.name)) {
      CAPTURE(variant);
      const Spec spec = spec_of(problem_for(entry) + "optimizer: " + variant);
      const Node once = echo(spec);
      CHECK(once.find("optimizer")->members.size() >= entry.parameters.size());
      CHECK(to_yaml(echo(spec_of(to_yaml(once)))) == to_yaml(once));
    }
    CHECK(!entry.card.summary.empty());
    CHECK(!entry.card.formula.empty());
    CHECK(!entry.card.reference.empty());
    CHECK(entry.default_rate > 0);
  }
}

TEST_CASE("law: limits are enforced where an optimizer declares them") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    for (const Parameter& parameter : entry.parameters) {
      for (const Limit& limit : parameter.limits) {
        const bool upper = limit.kind == Limit::Kind::at_most || limit.kind == Limit::Kind::below;
        const std::string outside = to_text(limit.value + (upper ? 1.0 : -1.0));
        CAPTURE(entry.card.name);
        CAPTURE(parameter.name);
        const std::string problem = problem_for(entry);
        const int lines = static_cast<int>(std::count(problem.begin(), problem.end(), '\n'));
        const auto spec = read_problem({problem + "optimizer:\n  name: " + entry.card.name + "\n  " +
                                            parameter.name + ": " + outside + "\n",
                                        "p.yaml",
                                        "p",
                                        ".",
                                        {}});
        REQUIRE(!spec);
        CHECK(spec.faults().front().place ==
              Place{"p.yaml", lines + 3, static_cast<int>(parameter.name.size()) + 5});
        CHECK(spec.faults().front().text.find("optimizer." + parameter.name + " must be") == 0);
      }
    }
  }
}

TEST_CASE("a power is a function of base and exponent, whatever was asked before") {
  Power straight(0.999), jumping(0.999);
  for (Index t = 1; t <= 1000; ++t) {
    const double value = straight.at(t);
    CHECK(std::abs(value - std::pow(0.999, static_cast<double>(t))) <=
          64 * 1.2e-16 * value);  // at most 63 roundings
    if (t % 37 == 0) CHECK(jumping.at(t) == value);
  }
  CHECK(Power(0.0).at(1) == 0);
  CHECK(Power(0.9).at(1000000) == 0);
}
