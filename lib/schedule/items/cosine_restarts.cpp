#include "schedule/warmed_entry.hpp"

namespace lookahead::schedules {
namespace {

struct CosineRestartsParameters : WarmUp {
  Index period = 1000;
  Index multiplier = 1;
  double to = 0;
};

struct CosineRestarts {
  double from, to;
  Index period, multiplier;
  double after(Index step) const {
    Index length = period;
    if (multiplier == 1) step %= length;
    while (step >= length) {
      step -= length;
      length *= multiplier;
    }
    return half_cosine(from, to, static_cast<double>(step) / static_cast<double>(length));
  }
};

}  // namespace

ScheduleEntry cosine_restarts() {
  using P = CosineRestartsParameters;
  ScheduleEntry entry = warmed_entry<P>(
      {"cosine_restarts", "SGDR: half a cosine from `from` down to `to`, again and again",
       "to + (from-to) (1 + cos(pi s/S))/2, s steps since the last restart, S = period, then\n"
       "period multiplier, period multiplier^2, ...; the first period begins after the warm-up",
       "Loshchilov and Hutter, ICLR 2017"},
      {param("period", &P::period, "steps to the first restart", at_least(1), at_most(most_counted)),
       // Keeps the length of a period within 64 bits for every step a run can count.
       param("multiplier", &P::multiplier, "how many times longer every next period is", at_least(1),
             at_most(1000)),
       param("to", &P::to, "the value a period ends at", at_least(0))});
  entry.length = [](const Values& p) {
    const P& parameters = p.as<P>();
    return parameters.warmup + parameters.period;
  };
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    return std::make_unique<Warmed<CosineRestarts>>(parameters, parameters.from, parameters.to,
                                                    parameters.period, parameters.multiplier);
  };
  return entry;
}

}  // namespace lookahead::schedules
