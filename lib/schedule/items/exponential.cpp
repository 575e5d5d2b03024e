
#include "schedule/warmed_entry.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::schedules {
namespace {

struct ExponentialParameters : WarmUp {
  double decay = 0.999;
};

struct Exponential {
  double from, decay;
  double after(Index step) const { return from * math::pow(decay, static_cast<double>(step)); }
};

}  // namespace

ScheduleEntry exponential() {
  using P = ExponentialParameters;
  ScheduleEntry entry = warmed_entry<P>(
      {"exponential", "multiplied by `decay` at every step", "from decay^t, t from 0 after the warm-up",
       "PyTorch, ExponentialLR; common practice"},
      {param("decay", &P::decay, "what a step multiplies the value by", above(0), at_most(1))});
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    return std::make_unique<Warmed<Exponential>>(parameters, parameters.from, parameters.decay);
  };
  return entry;
}

}  // namespace lookahead::schedules
