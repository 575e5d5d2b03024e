#pragma once
#include <functional>
#include <memory>

#include "network.hpp"

namespace lookahead::pairs {

// What a rule may ask for in a step.
struct Oracle {
  std::function<Vector(const Vector&)> exact;              // of the step's batch, as it is
  std::function<Vector(const Vector&)> full;               // of all terms
  std::function<Vector(std::size_t, const Vector&)> term;  // of one
  std::function<void(Vector&)> clip;
  std::function<Real(const Vector&)> loss;  // of the step's batch
  std::vector<std::size_t> batch;           // its terms
  std::size_t terms = 0;

  Vector gradient(const Vector& x) const {
    Vector g = exact(x);
    clip(g);
    return g;
  }
};

struct Seat {
  std::size_t dimension = 0;
  std::vector<bool> free;  // of decay
  std::vector<Network::Block> blocks;
  std::size_t terms = 0;
};

// An update rule, by the formulas of its paper or of PyTorch, coordinate by coordinate.
class Rule {
 public:
  virtual ~Rule() = default;
  virtual void step(Vector& x, const Oracle& oracle, Real rate) = 0;
  virtual void restart() = 0;
  // What is linear in gradients: pulled back and averaged.
  virtual std::vector<Vector*> linear() { return {}; }
  // A sync moved x.
  virtual void moved() {}
  // Whether some direction was so close to none that rounding decides its sign.
  virtual bool unsure() const { return false; }
  // The mean of the path, where it stands for the point.
  virtual const Vector* average() const { return nullptr; }
};

std::unique_ptr<Rule> make_rule(const RuleSettings& settings, const Seat& seat);
template <class R>
std::unique_ptr<Rule> made(const RuleSettings& settings, const Seat& seat) {
  auto rule = std::make_unique<R>(settings, seat);
  rule->restart();
  return rule;
}

// Those that adapt to squares of gradients; null: not one of them.
std::unique_ptr<Rule> make_adaptive_rule(const RuleSettings& settings, const Seat& seat);
// Those that ask for more than one gradient.
std::unique_ptr<Rule> make_demanding_rule(const RuleSettings& settings, const Seat& seat);

// What rules of one gradient have in common: settings, decay, vectors that begin with a number.
class PlainRule : public Rule {
 public:
  PlainRule(const RuleSettings& settings, const Seat& seat) : settings_(settings), seat_(seat) {}
  void restart() override {
    t_ = 0;
    for (auto& [vector, value] : begun_) vector->assign(seat_.dimension, value);
    begin();
  }

 protected:
  Real get(const std::string& name, Real usual) const {
    const auto found = settings_.numbers.find(name);
    return found == settings_.numbers.end() ? usual : found->second;
  }
  bool has(const std::string& flag) const { return settings_.flags.count(flag) > 0; }
  void hold(Vector& vector, Real value = 0) {
    vector.assign(seat_.dimension, value);
    begun_.emplace_back(&vector, value);
  }
  virtual void begin() {}
  // The strength of decay at a coordinate.
  Real decay(std::size_t i, Real usual = 0) const { return seat_.free[i] ? 0 : get("weight_decay", usual); }
  std::size_t size() const { return seat_.dimension; }

  RuleSettings settings_;
  Seat seat_;
  long t_ = 0;  // steps since the last restart

 private:
  std::vector<std::pair<Vector*, Real>> begun_;
};

}  // namespace lookahead::pairs
