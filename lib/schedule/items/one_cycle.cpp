#include <algorithm>

#include "schedule/schedule.hpp"

namespace lookahead::schedules {
namespace {

struct OneCycleParameters {
  std::optional<double> max, from, to;
  double rise = 0.3;
  Index warmup = 0;
};

constexpr double peak = 25;        // max over from
constexpr double last_fall = 1e4;  // from over to

// The three values, where one is not given by its usual ratio to another.
struct Levels {
  double from, max, to;
};
Levels levels_of(const OneCycleParameters& parameters) {
  const double max = parameters.max.value_or(parameters.from.value_or(0) * peak);
  const double from = parameters.from.value_or(max / peak);
  return {from, max, parameters.to.value_or(from / last_fall)};
}

struct OneCycle {
  Levels level;
  double top, end;  // the steps of the largest and of the last value
  double after(Index step) const {
    const auto t = static_cast<double>(step);
    if (t < top) return half_cosine(level.from, level.max, t / top);
    return half_cosine(level.max, level.to, (t - top) / (end - top));
  }
};

void check_shares(const Values& p, const Place& place, const Path& path, Report& report) {
  const OneCycleParameters& parameters = p.as<OneCycleParameters>();
  if (!parameters.max && !parameters.from) {
    report.add(place, path + " needs the key 'max' or 'from'");
    return;
  }
  const Levels level = levels_of(parameters);
  if (level.from > level.max || level.to > level.from) {
    report.add(place, path + " needs to <= from <= max, got " + to_text(level.to) + ", " +
                          to_text(level.from) + ", " + to_text(level.max));
  }
}

}  // namespace

ScheduleEntry one_cycle() {
  using P = OneCycleParameters;
  ScheduleEntry entry{
      declare<P>(
          {"one_cycle", "up from `from` to `max`, then down to `to`, along half cosines over the whole run",
           "from + (max-from) (1 - cos(pi t/r))/2 up to r = rise T - 1, then\n"
           "to + (max-to) (1 + cos(pi (t-r)/(T-1-r)))/2, t from 0 after the warm-up, T the steps left then",
           "Smith and Topin, 2019; PyTorch, OneCycleLR"},
          {param("max", &P::max, "the largest value; default 25 from", above(0)),
           param("from", &P::from, "the first value; default max / 25", above(0)),
           param("to", &P::to, "the value of the last step; default from / 10000", above(0)),
           param("rise", &P::rise, "share of the steps that go up", above(0), below(1)),
           param("warmup", &P::warmup, "steps of linear warm-up before: step i uses from * i / warmup",
                 at_least(0), at_most(most_counted))}),
      true,
      {},
      {}};
  entry.check = check_shares;
  entry.range = [](const Values& p) {
    const Levels level = levels_of(p.as<P>());
    return std::pair{level.to, level.max};
  };
  entry.make = [](const Values& p, Index horizon) -> std::unique_ptr<Schedule> {
    const P& parameters = p.as<P>();
    const Levels level = levels_of(parameters);
    const auto length = static_cast<double>(std::max<Index>(1, horizon - parameters.warmup));
    // As there, a run too short for a rise begins on the way down.
    return std::make_unique<Warmed<OneCycle>>(WarmUp{level.from, parameters.warmup}, level,
                                              parameters.rise * length - 1, length - 1);
  };
  return entry;
}

}  // namespace lookahead::schedules
