
#include "schedule/warmed_entry.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::schedules {
namespace {

struct StepParameters : WarmUp {
  double factor = 0.1;
  Index every = 1000;
};

struct Steps {
  double from, factor;
  Index every;
  double after(Index step) const {
    const Index falls = step / every;
    return from * math::pow(factor, static_cast<double>(falls));
  }
};

}  // namespace

ScheduleEntry step() {
  using P = StepParameters;
  ScheduleEntry entry = warmed_entry<P>(
      {"step", "multiplied by `factor` every so many steps",
       "from factor^floor(t/every), t from 0 after the warm-up", "common practice"},
      {param("factor", &P::factor, "what the value is multiplied by", above(0), at_most(1)),
       param("every", &P::every, "steps between two changes", at_least(1), at_most(most_counted))});
  entry.length = [](const Values& p) {
    const P& parameters = p.as<P>();
    return parameters.factor == 1 ? 0 : parameters.warmup + parameters.every + 1;
  };
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    return std::make_unique<Warmed<Steps>>(parameters, parameters.from, parameters.factor, parameters.every);
  };
  return entry;
}

}  // namespace lookahead::schedules
