#include <algorithm>
#include <cmath>

#include "rules.hpp"

namespace lookahead::pairs {
namespace {

// Two moments, and what is made of them.
class Moments : public PlainRule {
 public:
  Moments(const RuleSettings& s, const Seat& seat, Real begin = 0) : PlainRule(s, seat) {
    hold(m_, begin), hold(v_, begin), hold(w_);
  }
  std::vector<Vector*> linear() override { return {&m_, &v_}; }

 protected:
  Real b1() const { return get("beta1", 0.9L); }
  Real b2() const { return get("beta2", 0.999L); }
  Real epsilon(Real usual = 1e-8L) const { return get("epsilon", usual); }
  Real bias(Real beta) const { return 1 - std::pow(beta, static_cast<Real>(t_)); }
  // The gradient with decay, or decay of the point apart from it.
  Real decayed(Real& x, Real g, std::size_t i, Real rate, bool apart, Real usual = 0) const {
    if (!apart) return g + decay(i, usual) * x;
    x *= 1 - rate * decay(i, usual);
    return g;
  }
  Real first(std::size_t i, Real g) { return m_[i] = b1() * m_[i] + (1 - b1()) * g; }
  Real second(std::size_t i, Real g) { return v_[i] = b2() * v_[i] + (1 - b2()) * g * g; }

  Vector m_, v_, w_;
};

// adam, adamw, amsgrad; extra_adam looks a step ahead, optimistic_adam goes on with the change of its move.
class Adam final : public Moments {
 public:
  Adam(const RuleSettings& s, const Seat& seat) : Moments(s, seat) { hold(move_); }
  std::vector<Vector*> linear() override {
    return settings_.name == "optimistic_adam" ? std::vector<Vector*>{&m_, &v_, &move_}
                                               : std::vector<Vector*>{&m_, &v_};
  }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector start = x;
    const bool begins = t_ == 0;
    if (settings_.name == "extra_adam") {
      Vector ahead = x;
      apply(ahead, oracle.gradient(x), rate);
      // The decay belongs to the gradient, and that is of the point ahead.
      Vector g = oracle.gradient(ahead);
      for (std::size_t i = 0; i < size(); ++i) g[i] += decay(i) * ahead[i];
      apply(x, g, rate, true);
      return;
    }
    apply(x, oracle.gradient(x), rate);
    if (settings_.name != "optimistic_adam") return;
    for (std::size_t i = 0; i < size(); ++i) {
      const Real move = x[i] - start[i];
      if (!begins) x[i] += get("optimism", 1) * (move - move_[i]);
      move_[i] = move;
    }
  }

 private:
  void apply(Vector& x, const Vector& g, Real rate, bool has_decay = false) {
    ++t_;
    const bool apart = settings_.name == "adamw", largest = has("amsgrad") || settings_.name == "amsgrad";
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = has_decay ? g[i] : decayed(x[i], g[i], i, rate, apart, apart ? 1e-2L : 0);
      first(i, d);
      Real v = second(i, d) / bias(b2());
      if (largest && has("corrected")) v = w_[i] = std::max(w_[i], v);
      if (largest && !has("corrected")) v = (w_[i] = std::max(w_[i], v_[i])) / bias(b2());
      x[i] -= rate * m_[i] / bias(b1()) / (std::sqrt(v) + epsilon());
    }
  }

  Vector move_;
};

class Adamax final : public Moments {
 public:
  using Moments::Moments;
  std::vector<Vector*> linear() override { return {&m_}; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    ++t_;
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, false);
      v_[i] = std::max(b2() * v_[i], std::abs(d) + epsilon());
      x[i] -= rate / bias(b1()) * first(i, d) / v_[i];
    }
  }
};

class Nadam final : public Moments {
 public:
  using Moments::Moments;
  void begin() override { product_ = 1; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    ++t_;
    const auto momentum = [&](long t) {
      return b1() * (1 - std::pow(0.96L, static_cast<Real>(t) * get("momentum_decay", 4e-3L)) / 2);
    };
    const Real mu = momentum(t_), next = momentum(t_ + 1);
    product_ *= mu;
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, has("decoupled"));
      first(i, d);
      const Real scale = std::sqrt(second(i, d) / bias(b2())) + epsilon();
      x[i] -= rate * ((1 - mu) / (1 - product_) * d + next / (1 - product_ * next) * m_[i]) / scale;
    }
  }

 private:
  Real product_ = 1;
};

class Radam final : public Moments {
 public:
  using Moments::Moments;
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    ++t_;
    const Real most = 2 / (1 - b2()) - 1, power = std::pow(b2(), static_cast<Real>(t_));
    const Real length = most - 2 * static_cast<Real>(t_) * power / (1 - power);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, has("decoupled"));
      first(i, d), second(i, d);
      Real scale = 1;
      if (length > 5) {
        scale = std::sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)) *
                std::sqrt(1 - power) / (std::sqrt(v_[i]) + epsilon());
      }
      x[i] -= rate * m_[i] / bias(b1()) * scale;
    }
  }
};

class Adabelief final : public Moments {
 public:
  using Moments::Moments;
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    ++t_;
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, has("decoupled"));
      first(i, d);
      second(i, d - m_[i]);
      v_[i] += get("epsilon_inside", 1e-16L);
      x[i] -= rate * m_[i] / bias(b1()) / (std::sqrt(v_[i] / bias(b2())) + epsilon(1e-16L));
    }
  }
};

class Yogi final : public Moments {
 public:
  Yogi(const RuleSettings& s, const Seat& seat)
      : Moments(s, seat, s.numbers.count("initial") > 0 ? s.numbers.at("initial") : 1e-6L) {}
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    ++t_;
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, false), square = d * d;
      first(i, d);
      // Of equal numbers rounding makes either one the larger.
      unsure_ = unsure_ || (square > 0 && std::abs(v_[i] - square) < 1e-6L * square);
      v_[i] -= (1 - b2()) * (v_[i] > square ? 1 : v_[i] < square ? -1 : 0) * square;
      x[i] -= rate * m_[i] / bias(b1()) / (std::sqrt(v_[i] / bias(b2())) + epsilon(1e-3L));
    }
  }
  bool unsure() const override { return unsure_; }

 private:
  bool unsure_ = false;
};

class Adabound final : public Moments {
 public:
  using Moments::Moments;
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    ++t_;
    largest_ = std::max(largest_, rate);
    const Real base = get("base_rate", 0) > 0 ? get("base_rate", 0) : largest_;
    const Real end = get("final_rate", 0.1L) * rate / base,
               passed = get("gamma", 1e-3L) * static_cast<Real>(t_);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, false);
      first(i, d), second(i, d);
      const Real step = rate * std::sqrt(bias(b2())) / bias(b1()) / (std::sqrt(v_[i]) + epsilon());
      x[i] -= std::clamp(step, end * (1 - 1 / (passed + 1)), end * (1 + 1 / passed)) * m_[i];
    }
  }

 private:
  Real largest_ = 0;  // of the run: a restart leaves it
};

class Lamb final : public Moments {
 public:
  using Moments::Moments;
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    Vector u = oracle.gradient(x);
    ++t_;
    for (std::size_t i = 0; i < size(); ++i) {
      first(i, u[i]), second(i, u[i]);
      u[i] = m_[i] / bias(b1()) / (std::sqrt(v_[i] / bias(b2())) + epsilon(1e-6L)) + decay(i) * x[i];
    }
    for (const auto& block : seat_.blocks) {
      Real points = 0, steps = 0;
      for (std::size_t i = block.from; i < block.to; ++i) points += x[i] * x[i], steps += u[i] * u[i];
      const Real ratio = !block.free && points > 0 && steps > 0 ? std::sqrt(points / steps) : 1;
      for (std::size_t i = block.from; i < block.to; ++i) x[i] -= rate * ratio * u[i];
    }
  }
};

class Adan final : public Moments {
 public:
  Adan(const RuleSettings& s, const Seat& seat) : Moments(s, seat) { hold(n_); }
  std::vector<Vector*> linear() override { return {&m_, &v_, &n_}; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    if (++t_ == 1) w_ = g;
    const bool paper = has("paper");
    const Real beta1 = get("beta1", 0.98L), beta2 = get("beta2", 0.92L), beta3 = get("beta3", 0.99L);
    const Real c = paper ? beta2 : 1 - beta2, inside = paper ? 0 : get("epsilon_inside", 1e-8L);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real change = g[i] - w_[i], there = g[i] + c * change;
      w_[i] = g[i];
      m_[i] = beta1 * m_[i] + (1 - beta1) * g[i];
      v_[i] = beta2 * v_[i] + (1 - beta2) * change;
      n_[i] = beta3 * n_[i] + (1 - beta3) * there * there;
      const Real u = (m_[i] / bias(beta1) + c * v_[i] / bias(beta2)) /
                     (std::sqrt(n_[i] / bias(beta3) + inside) + epsilon());
      x[i] = paper ? (x[i] - rate * u) / (1 + rate * decay(i)) : (1 - rate * decay(i)) * x[i] - rate * u;
    }
  }

 private:
  Vector n_;
};

class Adagrad final : public Moments {
 public:
  Adagrad(const RuleSettings& s, const Seat& seat)
      : Moments(s, seat, s.numbers.count("initial") > 0 ? s.numbers.at("initial") : 0) {}
  std::vector<Vector*> linear() override { return {&v_}; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real slowed = rate / (1 + static_cast<Real>(t_++) * get("lr_decay", 0)), e = epsilon(1e-10L);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, false);
      v_[i] += d * d;
      x[i] -= slowed * d / (has("epsilon_inside") ? std::sqrt(v_[i] + e) : std::sqrt(v_[i]) + e);
    }
  }
};

class Adadelta final : public Moments {
 public:
  using Moments::Moments;
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real rho = get("rho", 0.9L), e = epsilon(1e-6L);
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, false);
      v_[i] = rho * v_[i] + (1 - rho) * d * d;
      const Real s = std::sqrt(m_[i] + e) / std::sqrt(v_[i] + e) * d;
      m_[i] = rho * m_[i] + (1 - rho) * s * s;
      x[i] -= rate * s;
    }
  }
};

class Rmsprop final : public Moments {
 public:
  Rmsprop(const RuleSettings& s, const Seat& seat) : Moments(s, seat) { hold(b_); }
  std::vector<Vector*> linear() override { return {&m_, &v_, &b_}; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real alpha = get("alpha", 0.99L), e = epsilon();
    for (std::size_t i = 0; i < size(); ++i) {
      const Real d = decayed(x[i], g[i], i, rate, false);
      v_[i] = alpha * v_[i] + (1 - alpha) * d * d;
      m_[i] = alpha * m_[i] + (1 - alpha) * d;
      const Real square = has("centered") ? std::max(Real{0}, v_[i] - m_[i] * m_[i]) : v_[i];
      const Real ratio = d / (has("epsilon_inside") ? std::sqrt(square + e) : std::sqrt(square) + e);
      b_[i] = get("momentum", 0) * b_[i] + ratio;
      x[i] -= rate * b_[i];
    }
  }

 private:
  Vector b_;
};

class Prodigy final : public Moments {
 public:
  Prodigy(const RuleSettings& s, const Seat& seat) : Moments(s, seat) { hold(sum_); }
  std::vector<Vector*> linear() override { return {&m_, &v_, &sum_}; }
  void begin() override { numerator_ = 0; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.gradient(x);
    const Real d0 = get("d0", 1e-6L);
    if (t_ == 0) start_ = x, d_ = largest_ = d0;
    ++t_;
    const Real beta3 = std::sqrt(b2()), length = d_ * rate;
    Real progress = 0, weight = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      m_[i] = b1() * m_[i] + (1 - b1()) * d_ * g[i];
      v_[i] = b2() * v_[i] + (1 - b2()) * d_ * d_ * g[i] * g[i];
      sum_[i] = beta3 * sum_[i] + d_ / d0 * length * g[i];
      progress += g[i] * (start_[i] - x[i]);
      weight += std::abs(sum_[i]);
    }
    if (weight == 0) {
      --t_;
      return;
    }
    numerator_ = beta3 * numerator_ + d_ / d0 * length * progress;
    largest_ = std::max({largest_, d_, get("d_coefficient", 1) * numerator_ / weight});
    d_ = largest_;
    for (std::size_t i = 0; i < size(); ++i)
      x[i] = (1 - length * decay(i)) * x[i] - length * m_[i] / (std::sqrt(v_[i]) + d_ * epsilon());
  }

 private:
  Vector sum_, start_;
  Real d_ = 0, largest_ = 0, numerator_ = 0;
};

}  // namespace

std::unique_ptr<Rule> make_adaptive_rule(const RuleSettings& s, const Seat& seat) {
  for (const char* name : {"adam", "adamw", "amsgrad", "extra_adam", "optimistic_adam"})
    if (s.name == name) return made<Adam>(s, seat);
  if (s.name == "adamax") return made<Adamax>(s, seat);
  if (s.name == "nadam") return made<Nadam>(s, seat);
  if (s.name == "radam") return made<Radam>(s, seat);
  if (s.name == "adabelief") return made<Adabelief>(s, seat);
  if (s.name == "yogi") return made<Yogi>(s, seat);
  if (s.name == "adabound") return made<Adabound>(s, seat);
  if (s.name == "lamb") return made<Lamb>(s, seat);
  if (s.name == "adan") return made<Adan>(s, seat);
  if (s.name == "adagrad") return made<Adagrad>(s, seat);
  if (s.name == "adadelta") return made<Adadelta>(s, seat);
  if (s.name == "rmsprop") return made<Rmsprop>(s, seat);
  if (s.name == "prodigy") return made<Prodigy>(s, seat);
  return nullptr;
}

}  // namespace lookahead::pairs
