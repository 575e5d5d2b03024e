#include "schedule/warmed_entry.hpp"

namespace lookahead::schedules {
namespace {

struct InverseTimeParameters : WarmUp {
  double decay = 1e-2;
};

struct InverseTime {
  double from, decay;
  double after(Index step) const { return from / (1 + decay * static_cast<double>(step)); }
};

}  // namespace

ScheduleEntry inverse_time() {
  using P = InverseTimeParameters;
  ScheduleEntry entry =
      warmed_entry<P>({"inverse_time", "falls like one over the number of steps",
                       "from / (1 + decay t), t from 0 after the warm-up", "Robbins and Monro, 1951"},
                      {param("decay", &P::decay, "decay per step", above(0))});
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    return std::make_unique<Warmed<InverseTime>>(parameters, parameters.from, parameters.decay);
  };
  return entry;
}

}  // namespace lookahead::schedules
