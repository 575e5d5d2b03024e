#include <algorithm>

#include "schedule/warmed_entry.hpp"

namespace lookahead::schedules {
namespace {

struct CosineParameters : WarmUp {
  double to = 0;
};

struct Cosine {
  double from, to, length;
  double after(Index step) const { return half_cosine(from, to, static_cast<double>(step) / length); }
};

}  // namespace

ScheduleEntry cosine() {
  using P = CosineParameters;
  ScheduleEntry entry = warmed_entry<P>(
      {"cosine", "from `from` down to `to` along half a cosine over the whole run",
       "to + (from-to) (1 + cos(pi t/T))/2, t from 0 after the warm-up, T the steps left then",
       "Loshchilov and Hutter, ICLR 2017"},
      {param("to", &P::to, "the value the run ends at", at_least(0))});
  entry.needs_horizon = true;
  entry.make = [](const Values& p, Index horizon) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    const double length = steps_behind(parameters, horizon);
    return std::make_unique<Warmed<Cosine>>(parameters, parameters.from, parameters.to, length);
  };
  return entry;
}

}  // namespace lookahead::schedules
