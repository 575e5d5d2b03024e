#include <cmath>

#include "schedule/warmed_entry.hpp"

namespace lookahead::schedules {
namespace {

struct InverseSqrtParameters : WarmUp {
  double decay = 1e-2;
};

struct InverseSqrt {
  double from, decay;
  double after(Index step) const { return from / std::sqrt(1 + decay * static_cast<double>(step)); }
};

}  // namespace

ScheduleEntry inverse_sqrt() {
  using P = InverseSqrtParameters;
  ScheduleEntry entry =
      warmed_entry<P>({"inverse_sqrt", "falls like one over the square root of the number of steps",
                       "from / sqrt(1 + decay t), t from 0 after the warm-up\n"
                       "decay = 1/warmup continues a warm-up as in the Transformer: from sqrt(warmup / step)",
                       "Vaswani et al., NeurIPS 2017"},
                      {param("decay", &P::decay, "decay per step", above(0))});
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    return std::make_unique<Warmed<InverseSqrt>>(parameters, parameters.from, parameters.decay);
  };
  return entry;
}

}  // namespace lookahead::schedules
