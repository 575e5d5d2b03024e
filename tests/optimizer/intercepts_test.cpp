#include <algorithm>
#include <cmath>

#include "optimizer/optimizer.hpp"
#include "support/problem.hpp"

// Intercepts have neither weight decay nor trust ratios.
using namespace lookahead;
using namespace lookahead::test;

namespace {

using Point = std::vector<double>;

// Gradients that do not depend on the point: 0 at coordinates 2 and 5, where x is far from 0.
class Slope final : public Oracle<double> {
 public:
  void begin_step(std::span<const double> x, bool draws_own) {
    if (draws_own) return;
    drawn_.resize(x.size());
    loss_ = value_and_gradient(x, drawn_);
    gradient_ = drawn_;
  }
  double value_and_gradient(std::span<const double>, std::span<double> gradient) override {
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = slopes[i];
    return 1;
  }
  Index batch_size() const override { return 1; }
  Index term(Index) const override { return 0; }
  double term_value_and_gradient(Index, std::span<const double> x, std::span<double> gradient) override {
    return value_and_gradient(x, gradient);
  }
  double full_value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    return value_and_gradient(x, gradient);
  }
  Point slopes = {0.3, -0.2, 0, 0.4, -0.1, 0};

 private:
  Point drawn_;
};

// Two layers of two weights and an intercept.
OptimizerSeat seat() { return {6, 1, {2, 3, 5, 6}, 0.0, true, {{2, 3}, {5, 6}}}; }

Point after(const OptimizerEntry& entry, const std::string& settings, const OptimizerSeat& of, int steps) {
  const Spec spec = spec_of("objective: {function: quadratic, dim: 5}\noptimizer: {name: " + entry.card.name +
                            settings + "}\n");
  const auto rule = entry.make<double>(spec.optimizer.rule.values, of);
  Point x = {1, -2, 1000, 0.5, 3, -1000};
  Slope slope;
  for (int step = 0; step < steps; ++step) {
    slope.begin_step(x, rule->draws_own());
    rule->step(x, slope, 0.01);
  }
  return x;
}

}  // namespace

TEST_CASE("law: weight decay leaves intercepts where they are, by every rule that has it") {
  int rules = 0;
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    const bool decays = std::any_of(entry.parameters.begin(), entry.parameters.end(),
                                    [](const Parameter& p) { return p.name == "weight_decay"; });
    if (!decays) continue;
    CAPTURE(entry.card.name);
    ++rules;
    std::vector<std::string> forms = {""};
    for (const Parameter& parameter : entry.parameters) {
      if (parameter.name == "decoupled" || parameter.name == "amsgrad" || parameter.name == "centered")
        forms.push_back(", " + parameter.name + ": true");
      if (parameter.name == "nesterov") forms.push_back(", momentum: 0.9, nesterov: true");
      if (parameter.name == "variant") forms.push_back(", variant: paper");
    }
    for (const std::string& form : forms) {
      CAPTURE(form);
      const Point with = after(entry, form + ", weight_decay: 0.5", seat(), 20);
      const Point without = after(entry, form + ", weight_decay: 0", seat(), 20);
      CHECK(with[2] == without[2]);
      CHECK(with[5] == without[5]);
      CHECK(std::abs(with[2] - 1000) < 1);
      CHECK(with[0] != without[0]);
      CHECK(with[4] != without[4]);
      OptimizerSeat all = seat();
      all.intercepts.clear();
      CHECK(after(entry, form + ", weight_decay: 0.5", all, 20)[2] < 1000);
    }
  }
  CHECK(rules >= 22);
}

TEST_CASE("the intercepts of asgd are free of its own decay too") {
  const OptimizerEntry& entry = *optimizer_catalog().find("asgd");
  CHECK(after(entry, ", lambd: 0.1", seat(), 20)[2] == 1000);
}

TEST_CASE("steps of layer-wise rules along intercepts are not scaled by trust ratios") {
  // One part of six coordinates, whose intercepts are cut out.
  OptimizerSeat linear = seat();
  linear.blocks.clear();
  for (const char* name : {"lars", "lamb"}) {
    CAPTURE(name);
    const OptimizerEntry& entry = *optimizer_catalog().find(name);
    const auto rule = entry.make<double>(entry.defaults(), linear);
    Point x = {1, -2, 1000, 0.5, 3, -1000};
    Slope slope;
    slope.slopes = {0.3, -0.2, 0.5, 0.4, -0.1, 0.5};
    slope.begin_step(x, false);
    rule->step(x, slope, 0.01);
    // lars: lr g; lamb: lr times a first step of Adam, which is 1 but for epsilon.
    CHECK(1000 - x[2] == doctest::Approx(std::string(name) == "lars" ? 0.005 : 0.01).epsilon(1e-4));
  }
}
