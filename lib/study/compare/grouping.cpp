#include "study/compare/grouping.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "study/place.hpp"

namespace lookahead {
namespace {

constexpr const char* by_method = "method";
constexpr const char* by_problem = "problem";
constexpr const char* lookahead_key = "lookahead";
// Keys whose values are methods themselves.
constexpr std::array<const char*, 3> keys_of_methods = {lookahead_key, "optimizer", "optimizer.name"};

std::string known_keys(const Study& study) {
  std::vector<std::string> names = {by_method, by_problem}, of_problem;
  for (const StudyKey& key : study.keys) (key.of_problem ? of_problem : names).push_back(key.name);
  std::string text = "known: " + joined(names, ", ");
  if (!of_problem.empty()) text += "; --by problem compares the values of " + joined(of_problem, ", ");
  return text;
}

Fault bad(const std::string& option, const std::string& value, std::string text, std::string cure) {
  return {FaultKind::usage, {option + " " + value, 0, 0}, std::move(text), std::move(cure)};
}

// The groups by a key's values, and one of the points that lack the key, which has the name of their method
// where they are of one.
Grouping by_key(const Study& study, Index index) {
  const StudyKey& key = study.keys[place(index)];
  Grouping grouping{key.name, index, {}};
  for (const std::string& value : key.values)
    grouping.labels.push_back(key.name == lookahead_key && value == "false" ? "plain" : value);
  std::set<Index> lacking;
  for (const StudyRun& run : study.runs) {
    if (run.settings[place(index)] == StudyRun::unset) lacking.insert(run.method);
  }
  if (lacking.empty()) return grouping;
  std::string label = "without " + key.name;
  if (lacking.size() == 1) {
    const std::string& method = study.methods[place(*lacking.begin())];
    if (std::find(grouping.labels.begin(), grouping.labels.end(), method) == grouping.labels.end())
      label = method;
  }
  grouping.labels.push_back(std::move(label));
  return grouping;
}

// The significant digits of a number as it is written, at most 17.
int digits_of(const std::string& text) {
  const std::string_view mantissa = std::string_view(text).substr(0, text.find_first_of("eE"));
  const std::size_t first = std::min(mantissa.find_first_of("123456789"), mantissa.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto count =
      std::count_if(mantissa.begin() + static_cast<std::ptrdiff_t>(first), mantissa.end(), is_digit);
  return static_cast<int>(std::min<std::ptrdiff_t>(count, 17));
}

std::optional<Index> value_in(const StudyKey& key, const std::string& text) {
  const auto found = std::find(key.values.begin(), key.values.end(), text);
  if (found != key.values.end()) return found - key.values.begin();
  const auto number = parse_number(text);
  for (std::size_t i = 0; number && i < key.values.size(); ++i) {
    if (parse_number(key.values[i]) == number) return static_cast<Index>(i);
  }
  // 0.122 of 0.121617: the only one that rounds to it, where two digits or more are given.
  const int digits = digits_of(text);
  std::optional<Index> rounded;
  for (std::size_t i = 0; number && digits > 1 && i < key.values.size(); ++i) {
    const auto value = parse_number(key.values[i]);
    if (!value || parse_number(short_text(*value, digits)) != number) continue;
    if (rounded) return std::nullopt;
    rounded = static_cast<Index>(i);
  }
  return rounded;
}

// "KEY=VALUE,KEY=VALUE" at its commas, but those within brackets, quotes and values.
std::vector<std::string> parts_of(const Study& study, const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    const auto begins_key = [&](const StudyKey& key) {
      return trimmed(std::string_view(text).substr(i + 1)).starts_with(key.name + "=");
    };
    if (c == ',' && depth <= 0 && std::any_of(study.keys.begin(), study.keys.end(), begins_key)) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

Index Grouping::group_of(const StudyPoint& point) const {
  if (by == by_problem) return point.problem;
  if (!key) return point.method;
  const Index value = point.settings[place(*key)];
  return value == StudyRun::unset ? std::ssize(labels) - 1 : value;
}

Checked<Grouping> grouping_of(const Study& study, const std::string& by) {
  if (by.empty() && study.methods.size() == 1) {
    for (const char* name : keys_of_methods) {
      if (const auto key = study.find_key(name)) return by_key(study, *key);
    }
  }
  if (by.empty() || by == by_method) return Grouping{by_method, std::nullopt, study.methods};
  if (by == by_problem) {
    Grouping grouping{by_problem, std::nullopt, {}};
    for (const StudyProblem& problem : study.problems) grouping.labels.push_back(problem.label);
    return grouping;
  }
  const auto key = study.find_key(by);
  if (!key) {
    std::vector<std::string> names;
    for (const StudyKey& each : study.keys) names.push_back(each.name);
    const std::string near = suggestion(by, names);
    return bad("--by", by, "no key of this name is varied", near.empty() ? known_keys(study) : near);
  }
  if (study.keys[place(*key)].of_problem)
    return bad("--by", by, "its values make different problems",
               "--by problem compares them, --at " + by + "=VALUE shows one");
  return by_key(study, *key);
}

bool HeldKeys::holds(Index key) const {
  return std::any_of(values.begin(), values.end(), [&](const auto& value) { return value.first == key; });
}

bool HeldKeys::admits(const StudyPoint& point) const {
  return std::all_of(values.begin(), values.end(), [&](const auto& value) {
    const Index set = point.settings[place(value.first)];
    return set == value.second || set == StudyRun::unset;
  });
}

Checked<HeldKeys> held_keys(const Study& study, const std::vector<std::string>& at) {
  HeldKeys held;
  for (const std::string& text : at) {
    if (text == "point") {
      held.each_point = true;
      continue;
    }
    for (const std::string& part : parts_of(study, text)) {
      const std::size_t equals = part.find('=');
      const std::string name(trimmed(part.substr(0, equals)));
      const auto key = study.find_key(name);
      if (equals == std::string::npos)
        return bad("--at", text, quoted(part) + " is not KEY=VALUE", "or give --at point");
      if (!key) {
        std::vector<std::string> names;
        for (const StudyKey& each : study.keys) names.push_back(each.name);
        const std::string near = suggestion(name, names);
        return bad("--at", text, "no key " + quoted(name) + " is varied",
                   !near.empty() || names.empty() ? near : "varied: " + joined(names, ", "));
      }
      const StudyKey& found = study.keys[place(*key)];
      const auto value = value_in(found, std::string(trimmed(part.substr(equals + 1))));
      if (!value)
        return bad("--at", text, "no run has this value of " + found.name,
                   "tried: " + joined(found.values, ", "));
      if (held.holds(*key)) return bad("--at", text, found.name + " stands twice", "");
      held.values.emplace_back(*key, *value);
    }
  }
  return held;
}

Checked<std::set<std::int64_t>> seeds_of(const std::string& text, const std::string& option) {
  constexpr std::int64_t most = 1'000'000;
  const auto refuse = [&] {
    return bad(option, text, "is not a list of seeds", "write 1..10, or 1,3,5, or both");
  };
  std::set<std::int64_t> seeds;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part(trimmed(text.substr(begin, end - begin)));
    const std::size_t dots = part.find("..");
    const auto first = parse_integer(part.substr(0, dots));
    const auto last = dots == std::string::npos ? first : parse_integer(part.substr(dots + 2));
    if (!first || !last || *first < 0 || *last < *first || *last - *first >= most) return refuse();
    for (std::int64_t seed = *first; seed <= *last; ++seed) seeds.insert(seed);
    begin = end + 1;
  }
  return seeds;
}

}  // namespace lookahead
