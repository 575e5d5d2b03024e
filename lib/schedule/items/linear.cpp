#include <algorithm>
#include <cmath>

#include "schedule/warmed_entry.hpp"

namespace lookahead::schedules {
namespace {

struct LinearParameters : WarmUp {
  double to = 0;
};

struct Linear {
  double from, to, length;
  double after(Index step) const {
    return std::lerp(from, to, std::min(1.0, static_cast<double>(step) / length));
  }
};

}  // namespace

ScheduleEntry linear() {
  using P = LinearParameters;
  ScheduleEntry entry =
      warmed_entry<P>({"linear", "from `from` to `to` along a straight line over the whole run",
                       "from + (to-from) t/T, t from 0 after the warm-up, T the steps left then",
                       "PyTorch, LinearLR; common practice"},
                      {param("to", &P::to, "the value the run ends at", at_least(0))});
  entry.needs_horizon = true;
  entry.make = [](const Values& p, Index horizon) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    const double length = steps_behind(parameters, horizon);
    return std::make_unique<Warmed<Linear>>(parameters, parameters.from, parameters.to, length);
  };
  return entry;
}

}  // namespace lookahead::schedules
