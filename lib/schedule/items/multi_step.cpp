#include <algorithm>

#include "schedule/warmed_entry.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::schedules {
namespace {

struct MultiStepParameters : WarmUp {
  std::vector<Index> milestones;
  double factor = 0.1;
};

struct MultiStep {
  double from, factor;
  std::vector<Index> milestones;
  double after(Index step) const {
    const auto passed = std::upper_bound(milestones.begin(), milestones.end(), step) - milestones.begin();
    return from * math::pow(factor, static_cast<double>(passed));
  }
};

void check_milestones(const Values& parameters, const Place& place, const Path& path, Report& report) {
  check_from(parameters, place, path, report);
  const auto& milestones = parameters.as<MultiStepParameters>().milestones;
  if (milestones.empty()) {
    report.add(place, path + " needs the key 'milestones'", "for example milestones: [3000, 6000]");
  } else if (std::adjacent_find(milestones.begin(), milestones.end(), std::greater_equal<>()) !=
             milestones.end()) {
    report.add(place, path / "milestones" + " must be increasing");
  }
}

}  // namespace

ScheduleEntry multi_step() {
  using P = MultiStepParameters;
  ScheduleEntry entry =
      warmed_entry<P>({"multi_step", "multiplied by `factor` at each of the given steps",
                       "from factor^(number of milestones <= t), t from 0 after the warm-up",
                       "PyTorch, MultiStepLR; common practice"},
                      {param("milestones", &P::milestones, "steps after the warm-up, increasing", at_least(1),
                             at_most(most_counted)),
                       param("factor", &P::factor, "what the value is multiplied by", above(0), at_most(1))});
  entry.check = check_milestones;
  entry.length = [](const Values& p) {
    const P& parameters = p.as<P>();
    return parameters.warmup + parameters.milestones.back() + 1;
  };
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    return std::make_unique<Warmed<MultiStep>>(parameters, parameters.from, parameters.factor,
                                               parameters.milestones);
  };
  entry.shortest = "{multi_step: {from: 1e-2, milestones: [3000, 6000]}}";
  return entry;
}

}  // namespace lookahead::schedules
