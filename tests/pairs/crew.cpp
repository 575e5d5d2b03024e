#include "crew.hpp"

#include <algorithm>
#include <cmath>

#include "schedules.hpp"

namespace lookahead::pairs {

void Level::begin_round(long step, long horizon) {
  k_ = std::max(1L, std::lround(scheduled(settings_.k, step, horizon)));
  alpha_ = scheduled(settings_.alpha, step, horizon);
  position_ = steps_ = 0;
  rates_ = 0;
}

bool Level::synchronize(Vector& x) {
  const Real rate = rates_ / static_cast<Real>(steps_);
  const std::string& rule = settings_.outer;
  first_.resize(x.size(), 0);
  second_.resize(x.size(), 0);
  const Real beta1 = outer("beta1", 0.9L), beta2 = outer("beta2", 0.99L), tau = outer("tau", 1e-3L);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Real& z = slow_[i];
    const Real d = z - x[i], square = d * d;
    if (rule == "sgd") {
      z = alpha_ * x[i] + (1 - alpha_) * z;
    } else if (rule == "slowmo") {
      first_[i] = outer("beta", 0.7L) * first_[i] + d / rate;
      z -= alpha_ * rate * first_[i];
    } else if (rule == "nesterov") {
      first_[i] = outer("momentum", 0.9L) * first_[i] + d;
      z -= alpha_ * (d + outer("momentum", 0.9L) * first_[i]);
    } else {
      first_[i] = beta1 * first_[i] + (1 - beta1) * d;
      Real& v = second_[i];
      if (rule == "adam") v = beta2 * v + (1 - beta2) * square;
      if (rule == "adagrad") v += square;
      if (rule == "yogi") v -= (1 - beta2) * (v > square ? 1 : v < square ? -1 : 0) * square;
      z -= alpha_ * first_[i] / (std::sqrt(v) + tau);
    }
  }
  x = slow_;
  return rule != "sgd" || alpha_ != 1;
}

void Level::remember(const std::vector<Rule*>& rules) {
  if (settings_.at_sync != "pullback") return;
  pulled_.clear();
  for (Rule* rule : rules) {
    pulled_.emplace_back();
    for (const Vector* memory : rule->linear()) pulled_.back().push_back(*memory);
  }
}

void Level::treat(const std::vector<Rule*>& rules, const std::vector<Real>& shares) {
  if (settings_.at_sync == "reset") {
    for (Rule* rule : rules) rule->restart();
  }
  if (settings_.at_sync == "pullback") {
    for (std::size_t r = 0; r < rules.size(); ++r) {
      const auto memories = rules[r]->linear();
      for (std::size_t m = 0; m < memories.size(); ++m) {
        for (std::size_t i = 0; i < memories[m]->size(); ++i) {
          Real& value = (*memories[m])[i];
          value = pulled_[r][m][i] = alpha_ * value + (1 - alpha_) * pulled_[r][m][i];
        }
      }
    }
  }
  if (settings_.at_sync != "average") return;
  const std::size_t count = rules.front()->linear().size();
  for (std::size_t m = 0; m < count; ++m) {
    Vector mean(rules.front()->linear()[m]->size(), 0);
    for (std::size_t r = 0; r < rules.size(); ++r)
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += shares[r] * (*rules[r]->linear()[m])[i];
    for (Rule* rule : rules) *rule->linear()[m] = mean;
  }
}

}  // namespace lookahead::pairs
