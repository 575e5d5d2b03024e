
#include "schedule/schedule.hpp"
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
  ScheduleEntry entry{
      declare<P>({"exponential", "multiplied by `decay` at every step",
                  "from decay^t, t from 0 after the warm-up", "PyTorch, ExponentialLR; common practice"},
                 together({warm_up_parameters(),
                           {param("decay", &P::decay, "what a step multiplies the value by", above(0),
                                  at_most(1))}})),
      false,
      {},
      {}};
  entry.check = check_from;
  entry.range = [](const Values& p) { return std::pair{0.0, p.as<P>().from}; };
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    return std::make_unique<Warmed<Exponential>>(parameters, parameters.from, parameters.decay);
  };
  return entry;
}

}  // namespace lookahead::schedules
