#include "schedules.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lookahead::pairs {
namespace {

// From `from` to `to` along half a cosine.
Real half_cosine(Real from, Real to, Real share) {
  return to + (from - to) * (1 + std::cos(std::numbers::pi_v<Real> * std::min(Real{1}, share))) / 2;
}

}  // namespace

Real largest(const ScheduleSettings& schedule) {
  const auto from = schedule.numbers.find("from");
  return from == schedule.numbers.end() ? schedule.numbers.at("max") : from->second;
}

bool spans_run(const ScheduleSettings& schedule) {
  return schedule.name == "cosine" || schedule.name == "linear" || schedule.name == "polynomial" ||
         schedule.name == "one_cycle";
}

Real scheduled(const ScheduleSettings& schedule, long step, long horizon) {
  const auto get = [&](const std::string& name, Real usual) {
    const auto found = schedule.numbers.find(name);
    return found == schedule.numbers.end() ? usual : found->second;
  };
  const std::string& name = schedule.name;
  const Real from = name == "one_cycle" ? get("from", get("max", 0) / 25) : get("from", 0);
  if (name == "constant") return from;
  const long warmup = static_cast<long>(get("warmup", 0));
  if (step < warmup) return from * static_cast<Real>(step + 1) / static_cast<Real>(warmup);
  const Real t = static_cast<Real>(step - warmup), whole = static_cast<Real>(std::max(1L, horizon - warmup));
  const Real to = get("to", 0), share = std::min(Real{1}, t / whole);
  if (name == "cosine") return half_cosine(from, to, share);
  if (name == "linear") return from + (to - from) * share;
  if (name == "polynomial") return to + (from - to) * std::pow(1 - share, get("power", 1));
  if (name == "exponential") return from * std::pow(get("decay", 0.999L), t);
  if (name == "inverse_time") return from / (1 + get("decay", 1e-2L) * t);
  if (name == "inverse_sqrt") return from / std::sqrt(1 + get("decay", 1e-2L) * t);
  if (name == "step") return from * std::pow(get("factor", 0.1L), std::floor(t / get("every", 1000)));
  if (name == "multi_step") {
    const auto passed = std::count_if(schedule.milestones.begin(), schedule.milestones.end(),
                                      [&](Real milestone) { return milestone <= t; });
    return from * std::pow(get("factor", 0.1L), static_cast<Real>(passed));
  }
  if (name == "cosine_restarts") {
    Real period = get("period", 1000), since = t;
    while (since >= period) since -= period, period *= get("multiplier", 1);
    return half_cosine(from, to, since / period);
  }
  // one_cycle
  const Real rise = get("rise", 0.3L) * whole - 1, last = get("to", from / 1e4L);
  if (t < rise) return half_cosine(from, get("max", from * 25), t / rise);
  return half_cosine(get("max", from * 25), last, (t - rise) / (whole - 1 - rise));
}

Real Plateau::at(long step) const {
  const Real warmup = get("warmup", 0), next = static_cast<Real>(step + 1);
  return next <= warmup ? get("from", 0) * next / warmup : value_;
}

bool Plateau::observe(Real loss, Real unsure_below) {
  if (static_cast<Real>(++met_) <= get("warmup", 0)) return false;
  sum_ += loss;
  if (static_cast<Real>(++seen_) < get("every", 100)) return false;
  const Real mean = sum_ / static_cast<Real>(seen_);
  sum_ = 0, seen_ = 0;
  bool unsure = false, better = true;
  if (best_) {
    const Real most = *best_ - get("threshold", 1e-4L) * std::abs(*best_);
    better = mean < most;
    unsure = std::abs(mean - most) <= unsure_below * (1 + std::abs(most));
  }
  if (better) best_ = mean;
  bad_ = better ? 0 : bad_ + 1;
  if (cooling_ > 0) --cooling_, bad_ = 0;
  if (static_cast<Real>(bad_) > get("patience", 10)) {
    value_ = std::max(value_ * get("factor", 0.1L), get("to", 0));
    cooling_ = static_cast<long>(get("cooldown", 0));
    bad_ = 0;
  }
  return unsure;
}

}  // namespace lookahead::pairs
