#include <algorithm>
#include <cmath>

#include "rules.hpp"

namespace lookahead::pairs {
namespace {

// schedule_free_sgd and schedule_free_adamw: z makes the steps, x is their average, y where gradients are
// drawn.
class ScheduleFree final : public PlainRule {
 public:
  ScheduleFree(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(ahead_), hold(v_); }
  std::vector<Vector*> linear() override {
    return adaptive() ? std::vector<Vector*>{&ahead_, &v_} : std::vector<Vector*>{&ahead_};
  }
  void begin() override { weights_ = largest_ = 0; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Real beta = get(adaptive() ? "beta1" : "beta", 0.9L), beta2 = get("beta2", 0.999L);
    Vector y = x;
    for (std::size_t i = 0; i < size(); ++i) y[i] += (1 - beta) * ahead_[i];
    const Vector g = oracle.gradient(y);
    const Real t = static_cast<Real>(++t_), warmup = get("warmup", 0);
    Real lr = adaptive() ? rate * std::sqrt(1 - std::pow(beta2, t)) : rate;
    if (t < warmup) lr *= t / warmup;
    largest_ = std::max(largest_, lr);
    const Real weight = std::pow(t, get("step_power", 0)) * std::pow(largest_, get("weight_power", 2));
    weights_ += weight;
    const Real share = weights_ > 0 ? weight / weights_ : 0;
    for (std::size_t i = 0; i < size(); ++i) {
      Real direction = g[i];
      if (adaptive()) {
        v_[i] = beta2 * v_[i] + (1 - beta2) * g[i] * g[i];
        direction /= std::sqrt(v_[i]) + get("epsilon", 1e-8L);
      }
      direction += decay(i) * y[i];
      const Real z = x[i] + ahead_[i] - lr * direction;
      x[i] = (1 - share) * x[i] + share * z;
      ahead_[i] = z - x[i];
    }
  }

 private:
  bool adaptive() const { return settings_.name == "schedule_free_adamw"; }
  Vector ahead_, v_;  // ahead_: z - x
  Real weights_ = 0, largest_ = 0;
};

// svrg and sarah: a full gradient once in a while, corrected in between.
class Renewed final : public PlainRule {
 public:
  Renewed(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) {}
  void begin() override { age_ = 0; }
  void moved() override {
    if (recursive() ? !has("keep_at_sync") : has("renew_at_sync")) age_ = 0;
  }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const bool by_terms = get("period", 0) == 0;
    const Real limit = by_terms ? static_cast<Real>(oracle.terms) : get("period", 0);
    Vector v;
    if (age_ == 0 || age_ >= limit) {
      v = full_ = oracle.full(x);
      there_ = x;
      age_ = 0;
    } else {
      v = oracle.exact(x);
      const Vector before = oracle.exact(there_);
      for (std::size_t i = 0; i < size(); ++i) v[i] += full_[i] - before[i];
    }
    age_ += by_terms ? static_cast<Real>(oracle.batch.size()) : 1;
    if (recursive()) full_ = v, there_ = x;
    oracle.clip(v);
    for (std::size_t i = 0; i < size(); ++i) x[i] -= rate * v[i];
  }

 private:
  bool recursive() const { return settings_.name == "sarah"; }
  Vector full_, there_;  // the gradient and the point that it is corrected from
  Real age_ = 0;
};

class Saga final : public PlainRule {
 public:
  Saga(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) {}
  void begin() override { table_.assign(seat_.terms, Vector(size(), 0)); }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    Vector change(size(), 0);
    const auto mean_of = [&](std::size_t i) {
      Real sum = 0;
      for (const Vector& row : table_) sum += row[i] / static_cast<Real>(table_.size());
      return sum;
    };
    if (t_++ == 0 && !has("empty")) {
      for (std::size_t term = 0; term < table_.size(); ++term) table_[term] = oracle.term(term, x);
      for (std::size_t i = 0; i < size(); ++i) change[i] = mean_of(i);
    } else {
      for (std::size_t i = 0; i < size(); ++i) change[i] = mean_of(i);
      for (const std::size_t term : oracle.batch) {
        const Vector here = oracle.term(term, x);
        for (std::size_t i = 0; i < size(); ++i)
          change[i] += (here[i] - table_[term][i]) / static_cast<Real>(oracle.batch.size());
        table_[term] = here;
      }
    }
    oracle.clip(change);
    for (std::size_t i = 0; i < size(); ++i) x[i] -= rate * change[i];
  }

 private:
  std::vector<Vector> table_;
};

template <class R>
std::unique_ptr<Rule> made(const RuleSettings& s, const Seat& seat) {
  auto rule = std::make_unique<R>(s, seat);
  rule->restart();
  return rule;
}

}  // namespace

std::unique_ptr<Rule> make_demanding_rule(const RuleSettings& s, const Seat& seat) {
  if (s.name == "svrg" || s.name == "sarah") return made<Renewed>(s, seat);
  if (s.name == "saga") return made<Saga>(s, seat);
  return made<ScheduleFree>(s, seat);
}

}  // namespace lookahead::pairs
