#include "study/compare/assertion.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "simd/scalar_math.hpp"
#include "study/compare/cautions.hpp"
#include "study/compare/words.hpp"
#include "study/statistics/signed_rank.hpp"

namespace lookahead {
namespace {

// Without the quotes around all of it.
std::string unquoted(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

std::optional<Index> label_in(const Comparison& comparison, std::string_view text) {
  const auto& labels = comparison.labels;
  for (const std::string& word : {std::string(trimmed(text)), unquoted(text)}) {
    const auto found = std::find(labels.begin(), labels.end(), word);
    if (found != labels.end()) return found - labels.begin();
  }
  // 1e-4 is the label 0.0001.
  const auto number = parse_number(unquoted(text));
  for (std::size_t i = 0; number && i < labels.size(); ++i) {
    if (parse_number(labels[i]) == number) return static_cast<Index>(i);
  }
  return std::nullopt;
}

// The two labels that `text` is at one of its characters `mark`: labels may have some themselves.
bool split(Assertion& assertion, const Comparison& comparison, std::string_view text, char mark) {
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const auto a = label_in(comparison, text.substr(0, at)), b = label_in(comparison, text.substr(at + 1));
    if (!a || !b) continue;
    assertion.a = *a;
    assertion.b = *b;
    return true;
  }
  return false;
}

Fault no_assertion(const std::string& text, const Comparison& comparison) {
  std::vector<std::string> labels, near;
  if (text.find("<=") != std::string::npos || text.find(">=") != std::string::npos)
    near.emplace_back("the relation is < or >");
  for (const std::string& label : comparison.labels) labels.push_back(quoted(std::string_view(label)));
  // What stands beside the first relation, or within ratio( ), and is no label.
  std::string inside = text;
  if (inside.starts_with("ratio(")) inside = inside.substr(6, inside.find(')') - 6);
  const std::size_t mark = inside.find_first_of("<>,");
  for (const auto& part :
       {inside.substr(0, mark), mark == std::string::npos ? "" : inside.substr(mark + 1)}) {
    if (label_in(comparison, part) || trimmed(part).empty()) continue;
    const std::string hint = suggestion(unquoted(part), comparison.labels);
    if (!hint.empty()) near.push_back(hint);
  }
  return {FaultKind::usage,
          {"--assert " + text, 0, 0},
          "must be 'a < b', 'a > b' or 'ratio(a, b) < number' of what is compared: " + joined(labels, ", "),
          near.empty() ? "" : near.front()};
}

}  // namespace

Checked<Assertion> read_assertion(const std::string& text, const Comparison& comparison) {
  Assertion assertion;
  assertion.text = text;
  constexpr std::string_view opening = "ratio(";
  const std::string_view whole = trimmed(text);
  if (whole.starts_with(opening)) {
    const std::size_t close = whole.rfind(')');
    if (close == std::string_view::npos) return no_assertion(text, comparison);
    const std::string_view rest = trimmed(whole.substr(close + 1));
    const auto figure = rest.empty() ? std::nullopt : parse_number(trimmed(rest.substr(1)));
    const bool relates = !rest.empty() && (rest.front() == '<' || rest.front() == '>');
    if (relates && figure && *figure > 0 && std::isfinite(*figure) &&
        split(assertion, comparison, whole.substr(opening.size(), close - opening.size()), ',')) {
      assertion.ratio = true;
      assertion.less = rest.front() == '<';
      assertion.figure = *figure;
      return assertion;
    }
  }
  if (split(assertion, comparison, whole, '<')) return assertion;
  assertion.less = false;
  if (split(assertion, comparison, whole, '>')) return assertion;
  return no_assertion(text, comparison);
}

AssertionResult judge(const Assertion& assertion, const Comparison& comparison) {
  if (comparison.sections.size() > 1 && !comparison.sections.front().point.empty())
    return {false, "there are several points: hold the keys with --at KEY=VALUE"};
  if (comparison.missing > 0)
    return {false, "the sweep is not complete: " + counted(comparison.missing, "run") + " missing"};
  const auto contrast = comparison.between(assertion.a, assertion.b);
  if (!contrast) return {false, "too few pairs: no seed has a value on both sides"};
  for (const ComparedSection& section : comparison.sections) {
    if (section.lacks_pairs(assertion.a, assertion.b))
      return {false, "no seed has a value on both sides on " + named(section.problem)};
  }
  if (contrast->all_infinite) return {false, "every run of both diverged, or missed"};
  const std::string pairs = counted(contrast->pairs, "pair") +
                            (contrast->problems > 1 ? " on " + counted(contrast->problems, "problem") : "");
  if (!contrast->interval) {
    return {false,
            "too few pairs: " + pairs + ", and an interval needs " +
                (contrast->problems > 1 ? "5 of each problem" : counted(statistics::least_pairs, "pair"))};
  }
  if (assertion.ratio && !contrast->ratio) return {false, "there is no ratio: not all values are positive"};
  const double bound = assertion.ratio ? math::log(assertion.figure) : 0;
  const auto& [low, high] = *contrast->interval;
  return {assertion.less ? high < bound : low > bound,
          (contrast->ratio ? "the ratio is " : "the difference is ") + effect_text(*contrast) + " (" +
              interval_text(*contrast) + ", " + pairs + ")"};
}

}  // namespace lookahead
