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

// extragradient, and optimistic, which expects the gradient to go on changing as it did.
class Foreseeing final : public PlainRule {
 public:
  Foreseeing(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) { hold(last_); }
  std::vector<Vector*> linear() override {
    return settings_.name == "optimistic" ? std::vector<Vector*>{&last_} : std::vector<Vector*>{};
  }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    Vector g = oracle.gradient(x);
    if (settings_.name == "extragradient") {
      Vector ahead = x;
      for (std::size_t i = 0; i < size(); ++i) ahead[i] -= get("ratio", 1) * rate * g[i];
      g = oracle.gradient(ahead);
    }
    const Real beta = settings_.name == "extragradient" || t_++ == 0 ? 0 : get("beta", 1);
    for (std::size_t i = 0; i < size(); ++i) x[i] -= rate * (g[i] + beta * (g[i] - last_[i]));
    last_ = g;
  }

 private:
  Vector last_;
};

// lbfgs with steps of the learning rate: two loops over the last pairs of steps and gradient changes.
class Lbfgs final : public PlainRule {
 public:
  Lbfgs(const RuleSettings& s, const Seat& seat) : PlainRule(s, seat) {}
  void begin() override { pairs_.clear(), known_ = false; }
  void moved() override { known_ = false; }
  bool unsure() const override { return unsure_; }
  void step(Vector& x, const Oracle& oracle, Real rate) override {
    const Vector g = oracle.exact(x);
    if (known_) learn(x, g);
    point_ = x, gradient_ = g, known_ = true;
    if (dot(g, g) == 0) return;
    Vector d = g;
    if (!pairs_.empty()) d = two_loops(d);
    const Real slope = dot(g, d), norm = std::sqrt(dot(g, g));
    unsure_ = unsure_ || slope < close * norm * std::sqrt(dot(d, d));
    const Real scale = pairs_.empty() ? std::min(Real{1}, 1 / norm) : 1;
    for (std::size_t i = 0; i < size(); ++i) x[i] -= rate * scale * d[i];
  }

 private:
  struct Pair {
    Vector s, y;
    Real curvature;
  };
  static constexpr Real close = 1e-6L;
  static Real dot(const Vector& a, const Vector& b) {
    Real sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  }
  void learn(const Vector& x, const Vector& g) {
    Pair pair{x, g, 0};
    for (std::size_t i = 0; i < size(); ++i) pair.s[i] -= point_[i], pair.y[i] -= gradient_[i];
    pair.curvature = dot(pair.s, pair.y);
    const Real most = std::sqrt(dot(pair.s, pair.s) * dot(pair.y, pair.y));
    unsure_ = unsure_ || std::abs(pair.curvature) <= close * most;
    if (!(pair.curvature > 1e-10L * most)) return;
    pairs_.push_back(std::move(pair));
    if (static_cast<Real>(pairs_.size()) > get("history", 10)) pairs_.erase(pairs_.begin());
  }
  Vector two_loops(Vector d) const {
    Vector weights(pairs_.size());
    for (std::size_t p = pairs_.size(); p-- > 0;) {
      weights[p] = dot(pairs_[p].s, d) / pairs_[p].curvature;
      for (std::size_t i = 0; i < size(); ++i) d[i] -= weights[p] * pairs_[p].y[i];
    }
    const Pair& last = pairs_.back();
    for (Real& value : d) value *= last.curvature / dot(last.y, last.y);
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
      const Real weight = dot(pairs_[p].y, d) / pairs_[p].curvature;
      for (std::size_t i = 0; i < size(); ++i) d[i] += (weights[p] - weight) * pairs_[p].s[i];
    }
    return d;
  }

  std::vector<Pair> pairs_;
  Vector point_, gradient_;
  bool known_ = false, unsure_ = false;
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
      std::vector<Vector> entries;
      for (const std::size_t term : oracle.batch) {
        entries.push_back(oracle.term(term, x));
        for (std::size_t i = 0; i < size(); ++i)
          change[i] += (entries.back()[i] - table_[term][i]) / static_cast<Real>(oracle.batch.size());
      }
      // Not before: a batch may hold a term twice.
      for (std::size_t b = 0; b < entries.size(); ++b) table_[oracle.batch[b]] = entries[b];
    }
    oracle.clip(change);
    for (std::size_t i = 0; i < size(); ++i) x[i] -= rate * change[i];
  }

 private:
  std::vector<Vector> table_;
};

}  // namespace

std::unique_ptr<Rule> make_demanding_rule(const RuleSettings& s, const Seat& seat) {
  if (s.name == "svrg" || s.name == "sarah") return made<Renewed>(s, seat);
  if (s.name == "saga") return made<Saga>(s, seat);
  if (s.name == "extragradient" || s.name == "optimistic") return made<Foreseeing>(s, seat);
  if (s.name == "lbfgs") return made<Lbfgs>(s, seat);
  return made<ScheduleFree>(s, seat);
}

}  // namespace lookahead::pairs
