#include "rules.hpp"

#include <algorithm>
#include <cmath>

namespace lookahead::pairs {
namespace {

Real sign(Real x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

// Whether the sign of some direction is in doubt: it is next to nothing beside the others, or nothing where a
// gradient is a sum that cancels.
bool in_doubt(const Vector& directions, const std::vector<bool>& free) {
  Real greatest = 0;
  for (const Real direction : directions) greatest = std::max(greatest, std::abs(direction));
  constexpr Real next_to_nothing = 1e-6L;
  for (std::size_t i = 0; i < directions.size(); ++i) {
    const Real size = std::abs(directions[i]);
    if (size == 0 ? free[i] : size < next_to_nothing * greatest) return true;
  }
  return false;
}

class Sgd final : public PlainRule {
 public:
  Sgd(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(b_); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    ++t_;
    const Real momentum = get("momentum", 0), dampening = get("dampening", 0);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = g[i] + decay(i) * x[i];
      b_[i] = t_ == 1 ? d : momentum * b_[i] + (1 - dampening) * d;
      x[i] -= rate * (momentum == 0 ? d : has("nesterov") ? d + momentum * b_[i] : b_[i]);
    }
  }
  std::vector<Vector*> linear() override {
    return get("momentum", 0) == 0 ? std::vector<Vector*>{} : std::vector<Vector*>{&b_};
  }

 private:
  Vector b_;
};

class Signum final : public PlainRule {
 public:
  Signum(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(m_); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real keep = get("momentum", 0.9L);
    for (std::size_t i = 0; i < size(); ++i) m_[i] = keep * m_[i] + (1 - keep) * g[i];
    unsure_ = unsure_ || in_doubt(m_, seat_.free);
    for (std::size_t i = 0; i < size(); ++i) x[i] -= rate * (sign(m_[i]) + decay(i) * x[i]);
  }
  bool unsure() const override { return unsure_; }
  std::vector<Vector*> linear() override { return {&m_}; }

 private:
  Vector m_;
  bool unsure_ = false;
};

class Lion final : public PlainRule {
 public:
  Lion(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(m_); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real b1 = get("beta1", 0.9L), b2 = get("beta2", 0.99L);
    Vector directions = m_;
    for (std::size_t i = 0; i < size(); ++i) directions[i] = b1 * m_[i] + (1 - b1) * g[i];
    unsure_ = unsure_ || in_doubt(directions, seat_.free);
    for (std::size_t i = 0; i < size(); ++i) {
      x[i] -= rate * (sign(directions[i]) + decay(i, 1e-3L) * x[i]);
      m_[i] = b2 * m_[i] + (1 - b2) * g[i];
    }
  }
  bool unsure() const override { return unsure_; }
  std::vector<Vector*> linear() override { return {&m_}; }

 private:
  Vector m_;
  bool unsure_ = false;
};

class Qhm final : public PlainRule {
 public:
  Qhm(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(m_); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real beta = get("beta", 0.999L), nu = get("nu", 0.7L);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = g[i] + decay(i) * x[i];
      m_[i] = beta * m_[i] + (1 - beta) * d;
      x[i] -= rate * ((1 - nu) * d + nu * m_[i]);
    }
  }
  std::vector<Vector*> linear() override { return {&m_}; }

 private:
  Vector m_;
};

class Rprop final : public PlainRule {
 public:
  Rprop(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(before_), hold(length_); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    Vector g = oracle.gradient(x);
    if (++t_ == 1) length_.assign(size(), rate);
    unsure_ = unsure_ || in_doubt(g, seat_.free);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real agreement = g[i] * before_[i];
      if (agreement > 0) length_[i] *= get("eta_plus", 1.2L);
      if (agreement < 0) length_[i] *= get("eta_minus", 0.5L), g[i] = 0;
      length_[i] = std::clamp(length_[i], get("step_min", 1e-6L), get("step_max", 50));
      before_[i] = g[i];
      x[i] -= sign(g[i]) * length_[i];
    }
  }
  bool unsure() const override { return unsure_; }

 private:
  bool unsure_ = false;
  Vector before_, length_;
};

class Asgd final : public PlainRule {
 public:
  Asgd(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(mean_); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real lambd = get("lambd", 1e-4L), before = static_cast<Real>(t_++);
    const Real eta = rate / std::pow(1 + lambd * rate * before, get("alpha", 0.75L));
    const Real weight = 1 / std::max(Real{1}, before - t0());
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = g[i] + decay(i) * x[i];
      x[i] = x[i] * (seat_.free[i] ? 1 : 1 - lambd * eta) - eta * d;
      mean_[i] += weight * (x[i] - mean_[i]);
    }
  }
  const Vector* average() const override { return static_cast<Real>(t_) >= t0() + 3 ? &mean_ : nullptr; }

 private:
  Real t0() const { return get("t0", 1e6L); }
  Vector mean_;
};

// lars and lamb scale the step of every layer by its length.
class Lars final : public PlainRule {
 public:
  Lars(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(b_); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    Vector u = oracle.gradient(x);
    for (std::size_t i = 0; i < size(); ++i) u[i] += decay(i) * x[i];
    for (const auto& block : seat_.blocks) {
      Real points = 0, steps = 0;
      for (std::size_t i = block.from; i < block.to; ++i) points += x[i] * x[i], steps += u[i] * u[i];
      const bool scaled = !block.free && points > 0 && steps > 0;
      // A length that a step of just that length has left is 0, or of rounding, and either has a ratio of its own.
      longest_ = std::max(longest_, points);
      unsure_ = unsure_ || (!block.free && longest_ > 0 && points < 1e-18L * longest_);
      const Real ratio = scaled ? get("trust", 1e-3L) * std::sqrt(points / steps) : 1;
      for (std::size_t i = block.from; i < block.to; ++i) {
        b_[i] = get("momentum", 0.9L) * b_[i] + rate * ratio * u[i];
        x[i] -= b_[i];
      }
    }
  }
  std::vector<Vector*> linear() override { return {&b_}; }
  bool unsure() const override { return unsure_; }

 private:
  Vector b_;
  Real longest_ = 0;
  bool unsure_ = false;
};

class Dog final : public PlainRule {
 public:
  Dog(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) {}
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    Vector g = oracle.gradient(x);
    for (std::size_t i = 0; i < size(); ++i) g[i] += decay(i) * x[i];
    const auto length = [&](auto term) {
      Real sum = 0;
      for (std::size_t i = 0; i < size(); ++i) sum += term(i) * term(i);
      return std::sqrt(sum);
    };
    if (t_++ == 0) {
      start_ = x;
      farthest_ = get("first_distance", 1e-6L) * (1 + length([&](std::size_t i) { return x[i]; }));
      squares_ = get("epsilon", 1e-8L);
    }
    farthest_ = std::max(farthest_, length([&](std::size_t i) { return x[i] - start_[i]; }));
    const Real norm = length([&](std::size_t i) { return g[i]; });
    squares_ += norm * norm;
    for (std::size_t i = 0; i < size(); ++i) x[i] -= rate * farthest_ / std::sqrt(squares_) * g[i];
  }

 private:
  Vector start_;
  Real farthest_ = 0, squares_ = 0;
};

class Polyak final : public PlainRule {
 public:
  Polyak(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) {}
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    Real square = 0;
    for (const Real slope : g) square += slope * slope;
    if (square == 0) return;
    const Real above = std::max(Real{0}, oracle.loss(x) - get("minimum", 0));
    const Real length = std::min(rate, above / (get("c", 1) * square));
    for (std::size_t i = 0; i < size(); ++i) x[i] -= length * g[i];
  }
};

}  // namespace

std::unique_ptr<Rule> make_rule(const RuleSettings& s, const Seat& seat) {
  if (s.name == "sgd") return std::make_unique<Sgd>(s, seat);
  if (s.name == "signum") return std::make_unique<Signum>(s, seat);
  if (s.name == "lion") return std::make_unique<Lion>(s, seat);
  if (s.name == "qhm") return std::make_unique<Qhm>(s, seat);
  if (s.name == "rprop") return std::make_unique<Rprop>(s, seat);
  if (s.name == "asgd") return std::make_unique<Asgd>(s, seat);
  if (s.name == "lars") return std::make_unique<Lars>(s, seat);
  if (s.name == "dog") return std::make_unique<Dog>(s, seat);
  if (s.name == "polyak") return std::make_unique<Polyak>(s, seat);
  if (auto rule = make_adaptive_rule(s, seat)) return rule;
  return make_demanding_rule(s, seat);
}

}  // namespace lookahead::pairs
