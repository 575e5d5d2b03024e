#include "study/compare/cautions.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "spec/metric_names.hpp"
#include "study/place.hpp"
#include "study/statistics/signed_rank.hpp"

namespace lookahead {
namespace {

std::string on(const ComparedSection& section) {
  std::string text;
  if (!section.problem.empty()) text += " on " + named(section.problem);
  if (!section.point.empty()) text += " at " + section.point;
  return text;
}

// No more than this many notes of a kind: a sweep over many problems has the same to say of each.
constexpr std::size_t most_alike = 6;

class Notes {
 public:
  explicit Notes(std::vector<Note>& notes) : notes_(notes) {}
  ~Notes() {
    if (count_ > most_alike)
      notes_.push_back(warning("and " +
                               counted(static_cast<std::int64_t>(count_ - most_alike), "more warning") +
                               " of this kind"));
  }
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;
  void add(std::string text) {
    if (++count_ <= most_alike) notes_.push_back(warning(std::move(text)));
  }

 private:
  std::vector<Note>& notes_;
  std::size_t count_ = 0;
};

// One group is contrasted with nothing.
void add_lone_group(Comparison& result, const Study& study) {
  if (result.labels.size() != 1 || result.by != "method") return;
  std::string text = "there is one method, and nothing to contrast it with; ";
  const auto varied = std::find_if(study.keys.begin(), study.keys.end(), [](const StudyKey& key) {
    return !key.of_problem && key.values.size() > 1;
  });
  if (varied != study.keys.end()) {
    text.append("--by ").append(varied->name).append(" contrasts the values of ").append(varied->name);
  } else if (study.problems.size() > 1) {
    text += "--by problem contrasts the problems";
  } else if (study.is_sweep()) {
    text += "the sweep's --vary or --method makes others, --vary 'lookahead=[false, {k: 5}]' for example";
  } else {
    text += "give runs that differ in more than their seeds too";
  }
  result.notes.emplace_back(std::move(text));
}

void add_few_seeds(Comparison& result) {
  Index least = statistics::least_pairs;
  for (const ComparedSection& section : result.sections) {
    for (const Contrast& contrast : section.contrasts) least = std::min(least, contrast.pairs);
  }
  if (least < statistics::least_pairs)
    result.notes.push_back(
        warning(counted(least, "seed") +
                ", the same on both sides: too few for an interval, and for any p below 0.05: "
                "give 6 or more"));
  for (const Contrast& contrast : result.overall) {
    if (contrast.interval) continue;
    result.notes.push_back(
        warning("no interval over all problems: each needs 5 seeds, the same on both sides"));
    return;
  }
}

void add_edges(Comparison& result) {
  Notes notes(result.notes);
  for (const ComparedSection& section : result.sections) {
    for (const GroupResult& group : section.groups) {
      for (const GridEdge& edge : group.edges) {
        const bool of_key = result.by != "method" && result.by != "problem";
        std::string text =
            (of_key ? result.by + " = " : "") + named(result.labels[place(group.group)]) + on(section);
        text.append(" is best at the grid's edge: ").append(edge.key).append(" = ").append(edge.value);
        text += edge.greatest ? " is the greatest value tried; greater ones may be better"
                              : " is the least value tried; smaller ones may be better";
        if (!edge.next.empty()) text.append(": try ").append(edge.next).append(" too");
        notes.add(std::move(text));
      }
    }
  }
}

void add_different_seeds(Comparison& result) {
  Notes notes(result.notes);
  for (const ComparedSection& section : result.sections) {
    for (const Contrast& contrast : section.contrasts) {
      if (contrast.only_group == 0 && contrast.only_reference == 0) continue;
      const auto& group = result.labels[place(contrast.group)];
      const auto& reference = result.labels[place(contrast.reference)];
      std::vector<std::string> lone;
      for (const auto& [count, label] :
           {std::pair(contrast.only_group, group), std::pair(contrast.only_reference, reference)}) {
        if (count > 0) lone.push_back(counted(count, "seed") + " of " + named(label));
      }
      notes.add(named(group) + " and " + named(reference) + on(section) +
                " do not have the same seeds: the contrast leaves out " + joined(lone, " and "));
    }
    const auto lacks_pairs = [&](const GroupResult& result_of) {
      const Index reference = result.references[place(result_of.group)];
      return reference != result_of.group && section.lacks_pairs(result_of.group, reference);
    };
    if (section.contrasts.empty() && std::ranges::any_of(section.groups, lacks_pairs))
      notes.add("the groups" + on(section) + " have no seed in common with a value on both sides");
  }
}

// Runs that do not depend on their seeds are one result, however many there are.
void add_repeated(Comparison& result) {
  Notes notes(result.notes);
  for (const ComparedSection& section : result.sections) {
    for (const Contrast& contrast : section.contrasts) {
      if (!repeats_one_value(section, contrast.group) || !repeats_one_value(section, contrast.reference))
        continue;
      notes.add(
          "the values of " + named(result.labels[place(contrast.group)]) + " and " +
          named(result.labels[place(contrast.reference)]) + on(section) +
          " are the same for all seeds: as one result repeated they make no case for an interval or a p");
    }
  }
}

void add_absent(Comparison& result) {
  Notes notes(result.notes);
  for (const ComparedSection& section : result.sections) {
    for (const GroupResult& group : section.groups) {
      std::vector<std::string> parts;
      if (group.failed > 0) parts.push_back(to_text(group.failed) + " failed");
      if (group.dropped > 0) parts.push_back(to_text(group.dropped) + " dropped");
      if (group.other > 0) parts.push_back(to_text(group.other) + " without a value, or not ended");
      if (parts.empty()) continue;
      notes.add("runs of " + named(result.labels[place(group.group)]) + on(section) +
                " take no part: " + joined(parts, ", "));
    }
  }
}

// "1..10" of the first half of the seeds, where the other half has pairs enough for an interval; else how many
// seeds that would take.
std::string advice_on_seeds(const Study& study) {
  std::set<std::int64_t> seeds;
  for (const StudyRun& run : study.runs) seeds.insert(run.seed);
  const std::size_t half = seeds.size() / 2;
  if (seeds.size() < 2 * static_cast<std::size_t>(statistics::least_pairs))
    return "with 12 seeds or more, --select-seeds chooses on one half of them and compares on the other";
  const std::int64_t first = *seeds.begin(),
                     last = *std::next(seeds.begin(), static_cast<std::ptrdiff_t>(half) - 1);
  return "--select-seeds " + to_text(first) + ".." + to_text(last) +
         " chooses on these and compares on the others";
}

void add_curse(Comparison& result, const CompareOptions& options, const Study& study) {
  if (!result.selected || !options.select_seeds.empty()) return;
  // Without an interval there is no case yet that a choice could favour.
  const auto contrasted = [](const ComparedSection& section) {
    return std::any_of(section.contrasts.begin(), section.contrasts.end(),
                       [](const Contrast& contrast) { return contrast.interval.has_value(); });
  };
  if (std::none_of(result.sections.begin(), result.sections.end(), contrasted)) return;
  result.notes.emplace_back(
      "best points and effects rest on the same seeds, which favors whoever tried more points (the winner's "
      "curse): " +
      advice_on_seeds(study));
}

// p values of many points, of which some are small by chance.
void add_many_points(Comparison& result) {
  Index contrasts = 0;
  double least = 1;
  for (const ComparedSection& section : result.sections) {
    if (section.point.empty()) return;
    for (const Contrast& contrast : section.contrasts) {
      ++contrasts;
      least = std::min(least, contrast.p);
    }
  }
  if (contrasts < 2) return;
  const double corrected = std::min(1.0, least * static_cast<double>(contrasts));
  result.notes.emplace_back(
      "p and intervals are those of each point alone: of " + counted(contrasts, "contrast") +
      " about one in 20 looks decided by chance (the least p, corrected for their number, is " +
      short_text(corrected, 2) + ")");
}

void add_against(Comparison& result, const Study& study, const Study& against) {
  Notes notes(result.notes);
  for (const StudyProblem& problem : study.problems) {
    const auto same = std::find_if(against.problems.begin(), against.problems.end(),
                                   [&](const StudyProblem& other) { return other.label == problem.label; });
    if (same == against.problems.end()) {
      notes.add("the earlier sweep has no problem " + quoted(std::string_view(problem.label)));
    } else if (same->definition != problem.definition) {
      notes.add("the problem " + quoted(std::string_view(problem.label)) +
                " is not the same as in the earlier sweep");
    }
  }
  for (const std::string& label : result.labels) {
    if (std::find(result.labels.begin(), result.labels.end(), label + suffix_of_earlier) ==
            result.labels.end() &&
        !label.ends_with(suffix_of_earlier))
      notes.add("the earlier sweep has no " + named(label));
  }
}

// Keys of the loss itself, whose values are no common measure.
void add_different_losses(Comparison& result, const Study& study) {
  const bool of_training = result.value.starts_with("loss") || result.value.starts_with("best_loss");
  if (!of_training && result.value != "val_loss" && result.value != "test_loss") return;
  std::vector<std::string> keys;
  for (const StudyKey& key : study.keys) {
    const auto is = [&](std::string_view name) {
      return key.name == name || key.name.starts_with(std::string(name) + ".");
    };
    const bool loss = is("model.loss") || key.name == "model.type" || key.name == "model";
    const bool penalty = is("model.l1") || is("model.l2") || is("model.penalty") || is("model.class_weight");
    const bool held = result.held.find(key.name + " = ") != std::string::npos;
    if ((loss || (penalty && of_training)) && key.values.size() > 1 && !held) keys.push_back(key.name);
  }
  if (keys.empty()) return;
  const auto metric = std::ranges::find_if(study.columns, [](const StudyColumn& column) {
    return is_metric_of(RowsPart::validation, column.name) && column.name != "val_loss";
  });
  result.notes.push_back(
      warning(joined(keys, " and ") + (keys.size() == 1 ? " changes" : " change") + " what " + result.value +
              " measures, so that less of it need not be better: " +
              (metric == study.columns.end()
                   ? std::string("metrics: in the problem, and --value with one of them, compare them")
                   : "--value " + metric->name + " compares them")));
}

// Runs that ended as soon as they were good enough.
void add_ended_at_target(Comparison& result, const Study& study) {
  if (result.value != "gap" && !result.value.starts_with("loss")) return;
  Index ended = 0, members = 0;
  for (const ComparedSection& section : result.sections) {
    for (const GroupResult& group : section.groups) {
      ended += group.at_target;
      members += std::ssize(group.members);
    }
  }
  if (ended == 0) return;
  result.notes.push_back(
      warning(to_text(ended) + " of " + counted(members, "run") + " ended at stop.target, where " +
              result.value + " tells no method from another: --value " +
              (study.targets.empty() ? std::string("grad_evals") : "evals_to_" + study.targets.back()) +
              " compares what it took to get there"));
}

}  // namespace

std::string named(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '+';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), plain) ? text
                                                                       : quoted(std::string_view(text), 200);
}

bool repeats_one_value(const ComparedSection& section, Index group) {
  return std::any_of(section.groups.begin(), section.groups.end(), [&](const GroupResult& result) {
    return result.group == group && result.runs > 1 && result.quartiles &&
           result.quartiles->least == result.quartiles->most && std::isfinite(result.quartiles->most);
  });
}

void add_cautions(Comparison& comparison, const Study& study, const CompareOptions& options,
                  const Study* against) {
  comparison.missing = study.missing;
  comparison.notes.insert(comparison.notes.end(), study.notes.begin(), study.notes.end());
  if (comparison.by == "problem")
    comparison.notes.push_back(
        warning("different problems are compared, whose values may have no common scale"));
  if (against != nullptr) add_against(comparison, study, *against);
  add_lone_group(comparison, study);
  add_few_seeds(comparison);
  add_ended_at_target(comparison, study);
  add_different_losses(comparison, study);
  add_repeated(comparison);
  add_different_seeds(comparison);
  add_absent(comparison);
  add_many_points(comparison);
  add_edges(comparison);
  add_curse(comparison, options, study);
}

}  // namespace lookahead
