#pragma once
#include <memory>
#include <optional>
#include <utility>

#include "options/catalog.hpp"

namespace lookahead {

// A number that may change over the steps of a run: a learning rate, alpha or k.
class Schedule {
 public:
  virtual ~Schedule() = default;
  // The value for inner step `step`, counted from 0. A pure function.
  virtual double at(Index step) const = 0;
  // Whether the value is the same at every step.
  virtual bool constant() const { return false; }
};

// A schedule of the catalog: one file of lib/schedule each, collected by the build.
struct ScheduleEntry : Entry {
  // Whether the schedule spans a whole run, so that its length must be known in steps.
  bool needs_horizon = false;
  // The smallest and the largest value it takes after its warm-up.
  std::function<std::pair<double, double>(const void* parameters)> range;
  std::function<std::unique_ptr<Schedule>(const void* parameters, Index horizon)> make;
};

const Catalog<ScheduleEntry>& schedule_catalog();

// A number in a problem file that may be a schedule: `1e-3`, or {cosine: {from: 0.1, to: 1e-4, warmup: 100}}.
struct Scheduled {
  Chosen<ScheduleEntry> schedule;  // the entry `constant` for a plain number

  static Scheduled constant(double value);
  // The value if it never changes.
  std::optional<double> constant_value() const;
};

template <>
struct Codec<Scheduled> {
  static std::string type() { return "number or schedule"; }
  static std::optional<Scheduled> read(const Node& node, const std::string& path, Report& report);
  static Node write(const Scheduled& value);
  static std::optional<double> number(const Scheduled& value) { return value.constant_value(); }
};

// What all schedules but `constant` share.
struct WarmUp {
  double from = 0;
  Index warmup = 0;
};
inline Parameters warm_up_parameters() {
  return {param("from", &WarmUp::from, "the first value, also where the warm-up ends", above(0)),
          param("warmup", &WarmUp::warmup, "steps of linear warm-up: step i uses from * i / warmup",
                at_least(0))};
}
// A schedule that needs `from`: faults where it is missing.
void check_from(const void* parameters, const Place& place, const std::string& path, Report& report);

// A schedule with warm-up: S has `double after(Index step) const`, steps counted from the warm-up's end.
template <class S>
class Warmed final : public Schedule {
 public:
  template <class... A>
  explicit Warmed(const WarmUp& warm_up, A&&... arguments)
      : warm_up_(warm_up), rest_{std::forward<A>(arguments)...} {}
  double at(Index step) const override {
    if (step < warm_up_.warmup) {
      return warm_up_.from * static_cast<double>(step + 1) / static_cast<double>(warm_up_.warmup);
    }
    return rest_.after(step - warm_up_.warmup);
  }

 private:
  WarmUp warm_up_;
  S rest_;
};

}  // namespace lookahead
