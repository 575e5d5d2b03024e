#include "study/compare/candidates.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "study/place.hpp"
#include "study/statistics/profiles.hpp"
#include "study/statistics/tuning.hpp"

namespace lookahead {
namespace {

// Which keys a point has.
std::vector<bool> pattern_of(const std::vector<Index>& settings) {
  std::vector<bool> pattern(settings.size());
  for (std::size_t i = 0; i < settings.size(); ++i) pattern[i] = settings[i] != StudyRun::unset;
  return pattern;
}

std::vector<Index> projected(std::vector<Index> settings, const std::vector<bool>& pattern) {
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (!pattern[i]) settings[i] = StudyRun::unset;
  }
  return settings;
}

// Whether the second pattern has all keys of the first, and more.
bool is_part(const std::vector<bool>& part, const std::vector<bool>& whole) {
  if (part == whole) return false;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] && !whole[i]) return false;
  }
  return true;
}

// The value that continues the grid of a rate beyond its end, by the ratio of the last two.
std::string beyond(const StudyKey& key, double end, bool greatest) {
  std::optional<double> neighbour;
  for (const double number : key.numbers) {
    if (number <= 0 || (greatest ? number >= end : number <= end)) continue;
    if (!neighbour || (greatest ? number > *neighbour : number < *neighbour)) neighbour = number;
  }
  if (!neighbour || end <= 0 || !("." + key.name).ends_with(".lr")) return "";
  return short_text(end * (end / *neighbour), 2);
}

}  // namespace

Candidates::Candidates(const Study& study, Grouping grouping, HeldKeys held, Columns columns,
                       std::set<std::int64_t> select_seeds)
    : study_(study),
      grouping_(std::move(grouping)),
      held_(std::move(held)),
      columns_(columns),
      select_seeds_(std::move(select_seeds)),
      points_(study.points()) {
  const bool by_problem = grouping_.by == "problem";
  for (const StudyPoint& point : points_) {
    if (!held_.admits(point)) continue;
    const std::pair cell(grouping_.group_of(point), by_problem ? 0 : point.problem);
    cells_[cell].push_back(&point);
    if (!held_.each_point) continue;
    Cell& by_settings = at_[cell];
    by_settings.patterns.insert(pattern_of(masked(point)));
    by_settings.points.emplace(masked(point), &point);
  }
}

bool Candidates::is_free(std::size_t key) const {
  return !study_.keys[key].of_problem && grouping_.key != static_cast<Index>(key) &&
         !held_.holds(static_cast<Index>(key));
}

Candidates::Settings Candidates::masked(const StudyPoint& point) const {
  Settings settings = point.settings;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (study_.keys[i].of_problem || grouping_.key == static_cast<Index>(i)) settings[i] = StudyRun::unset;
  }
  return settings;
}

std::vector<const StudyPoint*> Candidates::of(Index group, Index problem) const {
  const auto found = cells_.find({group, problem});
  return found == cells_.end() ? std::vector<const StudyPoint*>() : found->second;
}

bool Candidates::takes(std::int64_t seed, bool selecting) const {
  return select_seeds_.empty() || select_seeds_.contains(seed) == selecting;
}

std::vector<double> Candidates::values(const StudyPoint& point, Index column, bool selecting) const {
  std::vector<double> values;
  for (const Index run : point.runs) {
    if (!takes(study_.runs[place(run)].seed, selecting)) continue;
    if (const auto value = study_.value_of(run, column)) values.push_back(*value);
  }
  return values;
}

const StudyPoint* Candidates::best(const std::vector<const StudyPoint*>& points) const {
  const bool larger = study_.columns[place(columns_.select)].larger_is_better;
  const StudyPoint* best = nullptr;
  double least = 0;
  for (const StudyPoint* point : points) {
    auto of_point = values(*point, columns_.select, true);
    if (of_point.empty()) continue;
    const double median = statistics::median(std::move(of_point));
    if (best == nullptr || (larger ? median > least : median < least)) {
      best = point;
      least = median;
    }
  }
  return best;
}

bool Candidates::any_value(const std::vector<const StudyPoint*>& points) const {
  return std::any_of(points.begin(), points.end(),
                     [&](const StudyPoint* point) { return !values(*point, columns_.value, false).empty(); });
}

void Candidates::add_varied(const std::vector<const StudyPoint*>& points, std::set<Index>& keys) const {
  for (std::size_t i = 0; i < study_.keys.size(); ++i) {
    const auto differs = [&](const StudyPoint* point) {
      return point->settings[i] != points.front()->settings[i];
    };
    if (is_free(i) && std::any_of(points.begin(), points.end(), differs)) keys.insert(static_cast<Index>(i));
  }
}

GroupResult Candidates::result(const StudyPoint& point, const std::vector<const StudyPoint*>& points,
                               const std::vector<std::string>& targets) const {
  GroupResult result;
  result.group = grouping_.group_of(point);
  // A point without a value was not chosen among others.
  const bool chosen = std::ranges::any_of(
      point.runs, [&](Index run) { return study_.value_of(run, columns_.value).has_value(); });
  result.points = chosen ? std::ssize(points) : std::min<Index>(std::ssize(points), 1);
  Settings shown = point.settings;
  if (grouping_.key) shown[place(*grouping_.key)] = StudyRun::unset;
  result.settings = study_.settings_text(shown);
  if (grouping_.by != "method" && study_.methods.size() > 1) {
    const std::string method = "method = " + study_.methods[place(point.method)];
    result.settings = result.settings.empty() ? method : method + ", " + result.settings;
  }
  if (!points.empty() && chosen) result.edges = edges_at(point, points);
  count_runs(point, result);
  for (const std::string& target : targets) {
    if (const auto at = result_at(target, point)) result.targets.push_back(*at);
  }
  result.tuning = tuning_of(points);
  return result;
}

std::vector<GridEdge> Candidates::edges_at(const StudyPoint& point,
                                           const std::vector<const StudyPoint*>& points) const {
  std::vector<GridEdge> edges;
  std::set<Index> varied;
  add_varied(points, varied);
  for (const Index key : varied) {
    const StudyKey& of = study_.keys[place(key)];
    const Index value = point.settings[place(key)];
    if (of.numbers.empty() || value == StudyRun::unset) continue;
    double least = of.numbers[place(value)], most = least;
    for (const StudyPoint* other : points) {
      const Index tried = other->settings[place(key)];
      if (tried == StudyRun::unset) continue;
      least = std::min(least, of.numbers[place(tried)]);
      most = std::max(most, of.numbers[place(tried)]);
    }
    const double number = of.numbers[place(value)];
    if (least < most && (number == least || number == most))
      edges.push_back({of.name, of.values[place(value)], number == most, beyond(of, number, number == most)});
  }
  return edges;
}

void Candidates::count_runs(const StudyPoint& point, GroupResult& result) const {
  std::vector<double> numbers;
  for (const Index run : point.runs) {
    const StudyRun& one = study_.runs[place(run)];
    if (!takes(one.seed, false)) continue;
    result.members.push_back(run);
    if (one.stop == "target") ++result.at_target;
    const auto value = study_.value_of(run, columns_.value);
    if (value) {
      ++result.runs;
      result.values.push_back({one.seed, *value});
      numbers.push_back(*value);
    }
    if (one.status == StudyStatus::diverged) ++result.diverged;
    if (one.status == StudyStatus::failed) ++result.failed;
    if (one.status == StudyStatus::dropped) ++result.dropped;
    if (one.status == StudyStatus::unfinished || (one.status == StudyStatus::finished && !value))
      ++result.other;
  }
  if (numbers.empty()) return;
  result.quartiles = statistics::quartiles(numbers);
  result.interval = statistics::median_interval(numbers);
}

std::optional<TargetResult> Candidates::result_at(const std::string& target, const StudyPoint& point) const {
  const auto reached = study_.find_column("evals_to_" + target), all = study_.find_column("grad_evals");
  if (!reached || !all) return std::nullopt;
  std::vector<statistics::Attempt> attempts;
  TargetResult result{target, 0, 0, 0};
  for (const Index run : point.runs) {
    const StudyRun& one = study_.runs[place(run)];
    auto evaluations = study_.value_of(run, *reached);
    // A run that diverged may have met the target on its way.
    if (const double met = study_.columns[place(*reached)].cells[place(run)];
        one.status == StudyStatus::diverged && !std::isnan(met))
      evaluations = met;
    const double whole = study_.columns[place(*all)].cells[place(run)];
    if (!takes(one.seed, false) || !evaluations) continue;
    const bool success = std::isfinite(*evaluations);
    if (!success && std::isnan(whole)) continue;
    attempts.push_back({success, success ? *evaluations : whole});
    result.reached += success ? 1 : 0;
  }
  result.runs = std::ssize(attempts);
  result.evaluations = statistics::average_runtime(attempts);
  return result;
}

std::vector<TuningResult> Candidates::tuning_of(const std::vector<const StudyPoint*>& points) const {
  std::vector<double> medians;
  for (const StudyPoint* point : points) {
    auto of_point = values(*point, columns_.value, false);
    if (!of_point.empty()) medians.push_back(statistics::median(std::move(of_point)));
  }
  std::vector<TuningResult> tuning;
  if (medians.size() < 2) return tuning;
  const statistics::TuningCurve curve(medians, study_.columns[place(columns_.value)].larger_is_better);
  for (Index tries = 1;; tries = std::min(2 * tries, curve.count())) {
    tuning.push_back({tries, curve.median(tries), curve.mean(tries)});
    if (tries == curve.count()) return tuning;
  }
}

std::vector<std::vector<Index>> Candidates::shared_settings(Index problem) const {
  std::set<std::vector<bool>> patterns;
  for (const auto& [_, cell] : at_) patterns.insert(cell.patterns.begin(), cell.patterns.end());
  // In the order of the grid. A point that lacks keys of others is compared with each of theirs.
  std::vector<Settings> all;
  std::set<Settings> seen;
  for (const StudyPoint& point : points_) {
    if (!held_.admits(point) || (grouping_.by != "problem" && point.problem != problem)) continue;
    Settings settings = masked(point);
    const auto pattern = pattern_of(settings);
    const auto is_wider = [&](const std::vector<bool>& other) { return is_part(pattern, other); };
    if (std::any_of(patterns.begin(), patterns.end(), is_wider)) continue;
    if (seen.insert(settings).second) all.push_back(std::move(settings));
  }
  return all;
}

const StudyPoint* Candidates::at(Index group, Index problem, const std::vector<Index>& settings) const {
  const auto cell = at_.find({group, problem});
  if (cell == at_.end()) return nullptr;
  for (const auto& pattern : cell->second.patterns) {
    const auto found = cell->second.points.find(projected(settings, pattern));
    if (found != cell->second.points.end()) return found->second;
  }
  return nullptr;
}

}  // namespace lookahead
