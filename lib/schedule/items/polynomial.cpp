#include <algorithm>
#include <cmath>

#include "schedule/warmed_entry.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::schedules {
namespace {

struct PolynomialParameters : WarmUp {
  double to = 0;
  double power = 1;
};

struct Polynomial {
  double from, to, power, length;
  double after(Index step) const {
    const double left = 1 - std::min(1.0, static_cast<double>(step) / length);
    return std::lerp(to, from, math::pow(left, power));
  }
};

}  // namespace

ScheduleEntry polynomial() {
  using P = PolynomialParameters;
  ScheduleEntry entry = warmed_entry<P>(
      {"polynomial", "from `from` to `to` along a power of the steps left",
       "to + (from-to) (1 - t/T)^power, t from 0 after the warm-up, T the steps left then",
       "PyTorch, PolynomialLR; Liu, Rabinovich, Berg, 2015 (the \"poly\" rule)"},
      {param("to", &P::to, "the value the run ends at", at_least(0)),
       param("power", &P::power, "1 is a straight line, more falls faster at first", above(0))});
  entry.needs_horizon = true;
  entry.make = [](const Values& p, Index horizon) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    const double length = steps_behind(parameters, horizon);
    return std::make_unique<Warmed<Polynomial>>(parameters, parameters.from, parameters.to, parameters.power,
                                                length);
  };
  return entry;
}

}  // namespace lookahead::schedules
