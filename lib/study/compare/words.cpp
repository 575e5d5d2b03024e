#include "study/compare/words.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "simd/scalar_math.hpp"
#include "study/compare/cautions.hpp"
#include "study/place.hpp"

namespace lookahead {
namespace {

constexpr int usual_digits = 4;

// A ratio with two digits, and as many more as it takes to tell it from 1.
std::string ratio_text(double ratio) {
  constexpr int most_digits = 6;
  constexpr double large = 100;
  if (std::isinf(ratio)) return "inf";
  if (ratio >= large) return short_text(ratio, usual_digits);
  int digits = 2;
  while (digits < most_digits && ratio != 1 && std::abs(ratio - 1) < 0.5 * math::pow(10, 1 - digits))
    ++digits;
  return short_text(ratio, ratio >= 1 && ratio < 10 ? digits + 1 : digits);
}

std::string of_contrast(const Contrast& contrast, double value) {
  if (contrast.ratio) return ratio_text(math::exp(value));
  return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : short_text(value, 2);
}

// "evaluations to 0.01" of evals_to_0.01.
std::string counted_thing(const std::string& column) {
  for (const auto& [beginning, thing] :
       {std::pair("steps_to_", "steps to "), std::pair("evals_to_", "evaluations to "),
        std::pair("time_to_", "seconds to ")}) {
    const std::string_view begins = beginning;
    if (column.starts_with(begins)) return thing + column.substr(begins.size());
  }
  if (column == "time_s") return "seconds";
  if (column == "grad_evals") return "evaluations";
  if (column == "steps" || column == "rounds" || column == "epochs") return column;
  return "";
}

bool is_height(const std::string& column) {
  return column == "gap" || column == "tail_gap" || column.ends_with("loss") || column.starts_with("loss_");
}

// "each at its best rate"; empty where nothing was chosen.
std::string where(const Comparison& comparison, const ComparedSection* section, const Contrast& contrast) {
  std::string text;
  const Index lacking = std::ranges::count_if(comparison.sections, [&](const ComparedSection& one) {
    return section == nullptr && one.lacks_pairs(contrast.group, contrast.reference);
  });
  if (section == nullptr && lacking == 0) text += ", over all problems";
  if (lacking > 0)
    text += ", over " + to_text(contrast.problems) + " of " + counted(contrast.problems + lacking, "problem");
  if (section != nullptr && !section->problem.empty()) text += ", on " + named(section->problem);
  if (section != nullptr && !section->point.empty()) text += ", at " + section->point;
  if (!comparison.held.empty()) text += ", at " + comparison.held;
  if (!comparison.selected) return text;
  const auto& keys = comparison.chosen_keys;
  if (keys.size() != 1) return text + ", each at its best point";
  return text + ", each at its best " + (keys.front() == "optimizer.lr" ? "rate" : keys.front());
}

}  // namespace

std::string figure_text(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return short_text(value, usual_digits);
}

std::string effect_text(const Contrast& contrast) { return of_contrast(contrast, contrast.effect); }

std::string interval_text(const Contrast& contrast) {
  if (!contrast.interval) return "no interval";
  return of_contrast(contrast, contrast.interval->low) + " to " +
         of_contrast(contrast, contrast.interval->high);
}

std::string p_text(double p) { return "p = " + short_text(p, 2); }

std::string sentence(const Comparison& comparison, const ComparedSection* section, const Contrast& contrast) {
  const std::string a = named(comparison.labels[place(contrast.group)]);
  const std::string b = named(comparison.labels[place(contrast.reference)]);
  const std::string& value = comparison.value;
  const std::string thing = counted_thing(value);
  const std::string effect = effect_text(contrast);
  std::string text;
  if (comparison.missing > 0) text = "so far, with " + counted(comparison.missing, "run") + " missing, ";
  if (std::isinf(contrast.effect)) {
    const bool worse = (contrast.effect > 0) != comparison.larger_is_better;
    text += value + " of " + (worse ? a : b) + " is infinite (diverged, or missed) at seeds where that of " +
            (worse ? b : a) + " is not";
  } else if (contrast.effect == 0) {
    const bool all_same = contrast.interval && contrast.interval->low == 0 && contrast.interval->high == 0;
    text += value + " of " + a + " and " + b +
            (contrast.all_infinite ? " is infinite (diverged, or missed) at every seed"
             : all_same            ? " is the same"
                                   : " is the same in the middle of the pairs");
  } else if (contrast.ratio && !thing.empty()) {
    text += a + " needs " + effect + " times as many " + thing + " as " + b;
  } else if (contrast.ratio && is_height(value)) {
    text += a + " has " + effect + " times the " + value + " of " + b;
  } else if (contrast.ratio) {
    text += value + " of " + a + " is " + effect + " times that of " + b;
  } else {
    text += value + " of " + a + " is " + short_text(std::abs(contrast.effect), 2) +
            (contrast.effect < 0 ? " lower" : " higher") + " than that of " + b;
  }
  // Equal pairs are half a win each in the share, and none here.
  const double won =
      contrast.wins * static_cast<double>(contrast.pairs) - static_cast<double>(contrast.equal_pairs) / 2;
  if (section != nullptr && repeats_one_value(*section, contrast.group) &&
      repeats_one_value(*section, contrast.reference)) {
    return text + " (one result each, the same at " +
           (contrast.pairs == 1 ? "the seed" : "all " + counted(contrast.pairs, "seed")) + ")" +
           where(comparison, section, contrast);
  }
  text += " (" + interval_text(contrast) + ", " + short_text(won, 6) + " of " +
          counted(contrast.pairs, contrast.problems > 1 ? "pair" : "seed") + ", ";
  if (contrast.equal_pairs > 0) text += "equal at " + to_text(contrast.equal_pairs) + ", ";
  // That of one contrast alone is not corrected.
  const auto& all = section == nullptr ? comparison.overall : section->contrasts;
  if (all.size() > 1) text += "Holm's ";
  text += p_text(contrast.p_holm) + ")" + where(comparison, section, contrast);
  // The effect alone would be read as a finding.
  const bool open = contrast.interval && contrast.interval->low <= 0 && contrast.interval->high >= 0;
  if (open && (contrast.effect != 0 || contrast.interval->low != contrast.interval->high))
    text += std::string("; the interval holds ") + (contrast.ratio ? "1" : "0") +
            " and leaves open which of the two is lower";
  return text;
}

std::string tally(const Comparison& comparison, Index group, Index reference) {
  Index points = 0, better = 0, worse = 0;
  Index ratios = 0;
  const Contrast* best = nullptr;
  const ComparedSection* at = nullptr;
  const double sign = comparison.larger_is_better ? -1 : 1;
  for (const ComparedSection& section : comparison.sections) {
    for (const Contrast& contrast : section.contrasts) {
      if (contrast.group != group || contrast.reference != reference) continue;
      ++points;
      ratios += contrast.ratio ? 1 : 0;
      if (best == nullptr || sign * contrast.effect < sign * best->effect) best = &contrast, at = &section;
      if (!contrast.interval) continue;
      const auto [low, high] = *contrast.interval;
      if (high < 0 || low > 0) ++((high < 0) != comparison.larger_is_better ? better : worse);
    }
  }
  if (points < 2) return "";
  const auto count = [](Index number) { return to_text(number); };
  std::string text = named(comparison.labels[place(group)]) + " is better in " + comparison.value + " than " +
                     named(comparison.labels[place(reference)]) + " at " + count(better) + " of " +
                     count(points) + " points and worse at " + count(worse) + "; the intervals leave " +
                     count(points - better - worse) + " open";
  // Ratios and differences have no order among each other.
  if (ratios != 0 && ratios != points) return text;
  return text + ". The best " + (best->ratio ? "ratio" : "difference") + " is " + effect_text(*best) + " (" +
         interval_text(*best) + ")" + where(comparison, at, *best);
}

}  // namespace lookahead
