#pragma once
#include "settings.hpp"

namespace lookahead::pairs {

// The largest value of a schedule after its warm-up.
Real largest(const ScheduleSettings& schedule);

// Whether its values depend on the length of the run.
bool spans_run(const ScheduleSettings& schedule);

// The value of a schedule in step `step` (from 0) of a run of `horizon` steps.
Real scheduled(const ScheduleSettings& schedule, long step, long horizon);

// A rate that falls where the mean loss of a window of steps no longer does.
class Plateau {
 public:
  explicit Plateau(const ScheduleSettings& settings) : settings_(settings), value_(get("from", 0)) {}
  Real at(long step) const;
  // The loss of a step; whether rounding decides what follows from it.
  bool observe(Real loss, Real unsure_below);

 private:
  Real get(const std::string& name, Real usual) const {
    const auto found = settings_.numbers.find(name);
    return found == settings_.numbers.end() ? usual : found->second;
  }

  ScheduleSettings settings_;
  Real value_, sum_ = 0;
  std::optional<Real> best_;
  long met_ = 0, seen_ = 0, bad_ = 0, cooling_ = 0;
};

}  // namespace lookahead::pairs
