#pragma once
#include "schedule/schedule.hpp"

namespace lookahead {

// What the entries of schedules with a warm-up share: P is a WarmUp with parameters `own`. They lie between
// `from` and the parameter `to`, or 0 where they have none.
template <class P>
ScheduleEntry warmed_entry(Card card, Parameters own) {
  ScheduleEntry entry{
      declare<P>(std::move(card), together({warm_up_parameters(), std::move(own)})), false, {}, {}};
  entry.check = check_from;
  entry.range = [](const Values& values) -> std::pair<double, double> {
    const P& parameters = values.as<P>();
    if constexpr (requires { parameters.to; }) {
      return std::minmax(parameters.from, parameters.to);
    } else {
      return {0.0, parameters.from};
    }
  };
  return entry;
}

// Steps of a run behind the warm-up, at least one.
inline double steps_behind(const WarmUp& warm_up, Index horizon) {
  return static_cast<double>(std::max<Index>(1, horizon - warm_up.warmup));
}

}  // namespace lookahead
