#include "study/compare/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "study/compare/candidates.hpp"
#include "study/compare/cautions.hpp"
#include "study/place.hpp"
#include "study/statistics/bootstrap.hpp"

namespace lookahead {
namespace {

using statistics::Pair;

// The targets that are asked for, as the columns have them.
Checked<std::vector<std::string>> targets_of(const Study& study, const std::string& text) {
  if (text.empty()) return study.targets;
  std::vector<std::string> targets;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string part(trimmed(text.substr(begin, end - begin)));
    // A list as in the sweep's file.
    if (begin == 0 && part.starts_with('[')) part.erase(0, 1);
    if (end == text.size() && part.ends_with(']')) part.pop_back();
    begin = end + 1;
    const auto number = parse_number(part);
    const auto same = [&](const std::string& target) { return number && parse_number(target) == number; };
    const auto found = std::find_if(study.targets.begin(), study.targets.end(), same);
    if (found == study.targets.end()) {
      return Fault{FaultKind::usage,
                   {"--targets " + text, 0, 0},
                   "the time to " + part + " was not measured",
                   study.targets.empty() ? "give the sweep targets: [...]"
                                         : "measured: " + joined(study.targets, ", ")};
    }
    if (std::ranges::find(targets, *found) != targets.end())
      return Fault{
          FaultKind::usage, {"--targets " + text, 0, 0}, *found + " is given twice", "leave out one"};
    targets.push_back(*found);
  }
  return targets;
}

// The candidates of a study, as the options want them.
Checked<std::unique_ptr<Candidates>> candidates_of(const Study& study, const CompareOptions& options) {
  const auto value = study.column(options.value, "--value");
  const auto select = options.select.empty() ? value : study.column(options.select, "--select");
  const auto held = held_keys(study, options.at);
  auto grouping = grouping_of(study, options.by);
  std::set<std::int64_t> seeds;
  Faults faults;
  const auto take = [&](const auto& checked) {
    if (!checked) faults.insert(faults.end(), checked.faults().begin(), checked.faults().end());
  };
  take(value);
  if (value) take(select);
  take(held);
  take(grouping);
  if (!options.select_seeds.empty()) {
    const auto read = seeds_of(options.select_seeds, "--select-seeds");
    take(read);
    if (read) seeds = *read;
    const auto chosen = [&](const StudyRun& run) { return seeds.contains(run.seed); };
    if (read && std::none_of(study.runs.begin(), study.runs.end(), chosen)) {
      faults.push_back({FaultKind::usage,
                        {"--select-seeds " + options.select_seeds, 0, 0},
                        "no run has one of these seeds",
                        "choose on some of the seeds, half of them for example"});
    }
    if (read && std::all_of(study.runs.begin(), study.runs.end(), chosen)) {
      faults.push_back({FaultKind::usage,
                        {"--select-seeds " + options.select_seeds, 0, 0},
                        "leaves no seed to compare on",
                        "choose on some of the seeds, half of them for example"});
    }
  }
  if (faults.empty() && !options.select.empty()) {
    Index run = 0;
    while (run < std::ssize(study.runs) && !study.value_of(run, *select)) ++run;
    if (run == std::ssize(study.runs))
      faults.push_back({FaultKind::usage,
                        {"--select " + options.select, 0, 0},
                        "no run has a value in this column",
                        "choose by another one"});
  }
  if (!faults.empty()) return faults;
  return std::make_unique<Candidates>(study, std::move(*grouping), *held,
                                      Candidates::Columns{*value, *select}, std::move(seeds));
}

// A group of the comparison: one of a side's.
struct Seat {
  const Candidates* side = nullptr;
  Index group = 0;  // of the side
};

class Comparer {
 public:
  Comparer(const CompareOptions& options, const Candidates& ours, const Candidates* theirs,
           std::vector<std::string> targets)
      : options_(options), ours_(ours), theirs_(theirs) {
    result_.targets = std::move(targets);
    seat();
  }

  Comparison run(const StudyColumn& value, const std::string& select, bool each_point) {
    const Study& study = ours_.study();
    result_.name = study.name;
    result_.value = value.name;
    result_.select = select;
    result_.by = ours_.grouping().by;
    result_.larger_is_better = value.larger_is_better;
    result_.seed = options_.seed;
    result_.draws = statistics::usual_draws;
    const bool by_problem = result_.by == "problem";
    const Index problems = by_problem ? 1 : std::ssize(study.problems);
    for (Index problem = 0; problem < problems; ++problem) {
      const std::string label =
          by_problem || study.problems.size() == 1 ? "" : study.problems[place(problem)].label;
      if (!each_point) {
        add_best(problem, label);
        continue;
      }
      for (const auto& settings : ours_.shared_settings(problem)) add_at(problem, label, settings);
    }
    if (result_.sections.size() > 1 && !each_point) add_overall();
    for (const Index key : varied_) result_.chosen_keys.push_back(study.keys[place(key)].name);
    return std::move(result_);
  }

 private:
  void seat() {
    const auto& labels = ours_.grouping().labels;
    const auto plain = std::find(labels.begin(), labels.end(), "plain");
    const Index reference = plain == labels.end() ? 0 : plain - labels.begin();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      result_.labels.push_back(labels[i]);
      result_.references.push_back(theirs_ == nullptr ? reference : static_cast<Index>(i));
      seats_.push_back({&ours_, static_cast<Index>(i)});
    }
    if (theirs_ == nullptr) return;
    const auto& earlier = theirs_->grouping().labels;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto same = std::find(earlier.begin(), earlier.end(), labels[i]);
      if (same == earlier.end()) continue;
      const Index its_own = std::ssize(seats_);
      result_.references[i] = its_own;
      result_.references.push_back(its_own);
      result_.labels.push_back(labels[i] + suffix_of_earlier);
      seats_.push_back({theirs_, same - earlier.begin()});
    }
  }

  // The number that a problem of ours has in the seat's study.
  std::optional<Index> problem_of(const Seat& seat, Index problem) const {
    if (seat.side == &ours_ || result_.by == "problem") return problem;
    const auto& problems = seat.side->study().problems;
    const std::string& label = ours_.study().problems[place(problem)].label;
    const auto same = std::find_if(problems.begin(), problems.end(),
                                   [&](const StudyProblem& one) { return one.label == label; });
    if (same == problems.end()) return std::nullopt;
    return same - problems.begin();
  }

  void add_result(ComparedSection& section, Index group, const StudyPoint* point,
                  const std::vector<const StudyPoint*>& points) {
    if (point == nullptr) return;
    section.groups.push_back(seats_[place(group)].side->result(*point, points, result_.targets));
    section.groups.back().group = group;
  }

  void add_best(Index problem, const std::string& label) {
    ComparedSection section{label, "", {}, {}, {}};
    for (Index group = 0; group < std::ssize(seats_); ++group) {
      const Seat& seat = seats_[place(group)];
      const auto number = problem_of(seat, problem);
      if (!number) continue;
      const auto points = seat.side->of(seat.group, *number);
      const StudyPoint* best = seat.side->best(points);
      if (best == nullptr && points.size() > 1 && seat.side->any_value(points)) {
        result_.notes.push_back(warning(named(result_.labels[place(group)]) +
                                        (label.empty() ? "" : " on " + named(label)) +
                                        " is left out: no run has a value to choose its best point by"));
        section.left_out.push_back(group);
        continue;
      }
      // All failed: it is shown at its first point.
      if (best == nullptr && !points.empty()) best = points.front();
      add_result(section, group, best, points);
      if (points.size() < 2) continue;
      result_.selected = true;
      if (seat.side == &ours_) ours_.add_varied(points, varied_);
    }
    // Without a group it is a problem that --at leaves out.
    if (!section.groups.empty()) finish(std::move(section));
  }

  void add_at(Index problem, const std::string& label, const std::vector<Index>& settings) {
    const std::string at = ours_.study().settings_text(settings);
    ComparedSection section{label, at.empty() ? "the only point" : at, {}, {}, {}};
    for (Index group = 0; group < std::ssize(seats_); ++group) {
      const Seat& seat = seats_[place(group)];
      if (seat.side != &ours_) continue;
      add_result(section, group, ours_.at(seat.group, problem, settings), {});
    }
    finish(std::move(section));
  }

  std::optional<Contrast> contrast(const std::vector<const ComparedSection*>& sections, Index group,
                                   Index reference) const {
    std::vector<std::vector<Pair>> problems;
    Index only_group = 0, only_reference = 0;
    for (const ComparedSection* section : sections) {
      auto pairs = section->pairs(group, reference);
      for (const GroupResult& result : section->groups) {
        const Index lone = std::ssize(result.values) - std::ssize(pairs);
        if (result.group == group) only_group += lone;
        if (result.group == reference) only_reference += lone;
      }
      if (!pairs.empty()) problems.push_back(std::move(pairs));
    }
    if (problems.empty()) return std::nullopt;
    Contrast made = contrast_of(problems, result_.larger_is_better, options_.seed);
    made.group = group;
    made.reference = reference;
    made.only_group = only_group;
    made.only_reference = only_reference;
    return made;
  }

  std::vector<Contrast> contrasts(const std::vector<const ComparedSection*>& sections) const {
    std::vector<Contrast> all;
    std::vector<double> p;
    for (Index group = 0; group < std::ssize(seats_); ++group) {
      const Index reference = result_.references[place(group)];
      if (reference == group) continue;
      auto made = contrast(sections, group, reference);
      if (!made) continue;
      p.push_back(made->p);
      all.push_back(*made);
    }
    const auto corrected = statistics::holm(p);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].p_holm = corrected[i];
    return all;
  }

  void finish(ComparedSection section) {
    section.contrasts = contrasts({&section});
    result_.sections.push_back(std::move(section));
  }

  void add_overall() {
    std::vector<const ComparedSection*> sections;
    for (const ComparedSection& section : result_.sections) sections.push_back(&section);
    result_.overall = contrasts(sections);
  }

  const CompareOptions& options_;
  const Candidates& ours_;
  const Candidates* theirs_;
  std::vector<Seat> seats_;
  std::set<Index> varied_;
  Comparison result_;
};

// Keys that --at holds at values which no run has together.
std::optional<Fault> nothing_held(const Comparison& comparison) {
  const auto has_groups = [](const ComparedSection& section) { return !section.groups.empty(); };
  if (std::any_of(comparison.sections.begin(), comparison.sections.end(), has_groups)) return std::nullopt;
  return Fault{FaultKind::usage,
               {"--at " + comparison.held, 0, 0},
               "no run has these values together",
               "hold fewer keys"};
}

// Runs by themselves that nothing relates: no problem has two groups.
std::optional<Fault> unrelated(const Study& study, const Comparison& comparison) {
  if (study.is_sweep() || study.problems.size() < 2 || comparison.by == "problem") return std::nullopt;
  for (const ComparedSection& section : comparison.sections) {
    if (section.groups.size() > 1) return std::nullopt;
  }
  std::vector<std::string> labels;
  for (const StudyProblem& problem : study.problems)
    labels.push_back(quoted(std::string_view(problem.label)));
  return Fault{FaultKind::usage,
               {"lookahead compare", 0, 0},
               "the runs are of different problems: " + joined(labels, ", "),
               "--by problem compares them nevertheless"};
}

}  // namespace

const GroupResult* ComparedSection::of(Index group) const {
  const auto found = std::ranges::find(groups, group, &GroupResult::group);
  return found == groups.end() ? nullptr : &*found;
}

bool ComparedSection::lacks_pairs(Index group, Index reference) const {
  const auto ran = [&](Index one) {
    return of(one) != nullptr || std::ranges::find(left_out, one) != left_out.end();
  };
  if (!ran(group) || !ran(reference)) return false;
  return pairs(group, reference).empty();
}

std::vector<statistics::Pair> ComparedSection::pairs(Index group, Index reference) const {
  const GroupResult *a = of(group), *b = of(reference);
  if (a == nullptr || b == nullptr) return {};
  return statistics::pairs_of(a->values, b->values);
}

const TargetResult* target_in(const GroupResult& group, const std::string& target) {
  const auto found = std::ranges::find(group.targets, target, &TargetResult::target);
  return found == group.targets.end() ? nullptr : &*found;
}

std::optional<Contrast> Comparison::between(Index group, Index reference) const {
  std::vector<std::vector<Pair>> problems;
  if (sections.empty() || (!sections.front().point.empty() && sections.size() > 1)) return std::nullopt;
  for (const ComparedSection& section : sections) {
    auto pairs = section.pairs(group, reference);
    if (!pairs.empty()) problems.push_back(std::move(pairs));
  }
  if (problems.empty()) return std::nullopt;
  Contrast contrast = contrast_of(problems, larger_is_better, seed);
  contrast.group = group;
  contrast.reference = reference;
  return contrast;
}

Checked<Comparison> compare(const Study& study, const CompareOptions& options, const Study* against) {
  const auto ours = candidates_of(study, options);
  if (!ours) return ours.faults();
  auto targets = targets_of(study, options.targets);
  if (!targets) return targets.faults();
  const StudyColumn& value = study.columns[place(*study.column(options.value, "--value"))];
  CompareOptions theirs_options = options;
  theirs_options.value = value.name;
  theirs_options.by = (*ours)->grouping().by;
  std::unique_ptr<Candidates> theirs;
  if (against != nullptr) {
    auto made = candidates_of(*against, theirs_options);
    if (!made) {
      Faults faults = made.faults();
      for (Fault& fault : faults) fault.place.source = "--against: " + fault.place.source;
      return faults;
    }
    theirs = std::move(*made);
  }
  const auto held = *held_keys(study, options.at);
  if (against != nullptr && held.each_point) {
    return Fault{FaultKind::usage,
                 {"--at point", 0, 0},
                 "is not for --against, which compares best points",
                 "hold keys at values: --at KEY=VALUE"};
  }
  Comparer comparer(options, **ours, theirs.get(), std::move(*targets));
  Comparison result =
      comparer.run(value, options.select.empty() ? value.name : options.select, held.each_point);
  std::vector<std::string> parts;
  for (const auto& [key, of] : held.values)
    parts.push_back(study.keys[place(key)].name + " = " + study.keys[place(key)].values[place(of)]);
  result.held = joined(parts, ", ");
  if (const auto fault = nothing_held(result)) return *fault;
  if (const auto fault = unrelated(study, result)) return *fault;
  add_cautions(result, study, options, against);
  return result;
}

}  // namespace lookahead
