#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <optional>
#include <utility>

#include "base/archive.hpp"
#include "options/catalog.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

// A number that may change over the steps of a run: a learning rate, alpha or k.
class Schedule {
 public:
  virtual ~Schedule() = default;
  // The value for inner step `step`, counted from 0. A function of the step alone, but for a schedule that
  // observes().
  virtual double at(Index step) const = 0;
  // Whether the value is the same at every step.
  virtual bool constant() const { return false; }
  // Whether the value also depends on the losses of the run: then observe() receives the loss of every step,
  // in order and after at() gave that step's value. No allocation.
  virtual bool observes() const { return false; }
  virtual void observe(double loss) { (void)loss; }
  // Writes or reads what was learned from the losses.
  virtual void exchange(Archive& archive) { (void)archive; }
};

// The schedule `constant`.
struct ConstantParameters {
  double value = 0;
};

// A schedule of the catalog: one file of lib/schedule/items each, collected by the build.
struct ScheduleEntry : Entry {
  // Whether the schedule spans a whole run, so that its length must be known in steps.
  bool needs_horizon = false;
  // The smallest and the largest value it takes after its warm-up.
  std::function<std::pair<double, double>(const Values& parameters)> range;
  std::function<std::unique_ptr<Schedule>(const Values& parameters, Index horizon)> make;
  // Whether its schedules are one number that never changes: the parameters are ConstantParameters.
  bool constant = false;
  // Whether its schedules observe losses. Such a schedule's later values are not known beforehand, so it can
  // be a learning rate but neither k nor alpha.
  bool observes = false;
  // Steps that a run must have for a schedule with a length of its own to do once what it is for, its warm-up
  // included. May be empty.
  std::function<Index(const Values& parameters)> length = {};
  // How it is written in a problem file with nothing but what it needs; empty: {name: {from: 1e-2}}.
  std::string shortest = {};

  std::string example() const { return shortest.empty() ? "{" + card.name + ": {from: 1e-2}}" : shortest; }
};

const Catalog<ScheduleEntry>& schedule_catalog();

// A number in a problem file that may be a schedule: `1e-3`, or {cosine: {from: 0.1, to: 1e-4, warmup: 100}}.
struct Scheduled {
  Chosen<ScheduleEntry> schedule;  // the entry `constant` for a plain number

  static Scheduled constant(double value);
  // The value if it never changes.
  std::optional<double> constant_value() const;
  // horizon: the run's length in steps, 0 where it is not known.
  std::unique_ptr<Schedule> make(Index horizon) const {
    return schedule.entry->make(schedule.values, horizon);
  }
  // The smallest and the largest value after the warm-up.
  std::pair<double, double> range() const { return schedule.entry->range(schedule.values); }
  // The same with the warm-up, whose first value is its least.
  std::pair<double, double> whole_range() const;
};

template <>
struct Codec<Scheduled> {
  static std::string type() { return "number or schedule"; }
  static std::optional<Scheduled> read(const Node& node, const Path& path, Report& report);
  static Node write(const Scheduled& value);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
  static std::optional<double> number(const Scheduled& value) { return value.constant_value(); }
};

// What all schedules but `constant` share.
struct WarmUp {
  using DeclaredIn = WarmUp;
  double from = 0;
  Index warmup = 0;

  // Whether `step` belongs to the warm-up, and its value there.
  bool lasts(Index step) const { return step < warmup; }
  double at(Index step) const { return from * static_cast<double>(step + 1) / static_cast<double>(warmup); }
};
inline Parameters warm_up_parameters() {
  return {param("from", &WarmUp::from, "the first value, also where the warm-up ends", above(0)),
          param("warmup", &WarmUp::warmup, "steps of linear warm-up: step i uses from * i / warmup",
                at_least(0), at_most(most_counted))};
}
// A schedule that needs `from`: faults where it is missing.
void check_from(const Values& parameters, const Place& place, const Path& path, Report& report);

// From `from` at share 0 to `to` at share 1 along half a cosine; `to` beyond.
inline double half_cosine(double from, double to, double share) {
  return std::lerp(to, from, (1 + math::cos(std::numbers::pi * std::min(1.0, share))) / 2);
}

// A schedule with warm-up: S has `double after(Index step) const`, steps counted from the warm-up's end.
template <class S>
class Warmed final : public Schedule {
 public:
  template <class... A>
  explicit Warmed(const WarmUp& warm_up, A&&... arguments)
      : warm_up_(warm_up), rest_{std::forward<A>(arguments)...} {}
  double at(Index step) const override {
    return warm_up_.lasts(step) ? warm_up_.at(step) : rest_.after(step - warm_up_.warmup);
  }

 private:
  WarmUp warm_up_;
  S rest_;
};

}  // namespace lookahead
