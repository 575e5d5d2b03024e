#include "study/sweep/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

#include "base/text.hpp"
#include "options/codec.hpp"
#include "simd/scalar_math.hpp"
#include "spec/synonyms.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

constexpr Index most_integers = 100000;
constexpr Index most_points = 100000;

// "1..20" as its two ends.
std::optional<std::pair<Index, Index>> ends_of(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto first = parse_integer(trimmed(text.substr(0, dots)));
  const auto last = parse_integer(trimmed(text.substr(dots + 2)));
  if (!first || !last) return std::nullopt;
  return std::pair(static_cast<Index>(*first), static_cast<Index>(*last));
}

// Whether a text is several numbers with commas between them.
bool are_numbers(std::string_view text) {
  if (text.find(',') == std::string_view::npos) return false;
  for (;;) {
    const std::size_t comma = text.find(',');
    if (!parse_number(trimmed(text.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool add_integers(std::string_view text, const Node& node, const Path& path, Report& report,
                  std::vector<Index>& out) {
  text = trimmed(text);
  if (const auto number = parse_integer(text)) {
    out.push_back(static_cast<Index>(*number));
    return true;
  }
  const auto ends = ends_of(text);
  if (!ends) {
    report.add(node.place, path + " must be whole numbers such as 1..20 or [1, 2, 5], got " + quoted(text));
    return false;
  }
  if (ends->first > ends->second) {
    report.add(node.place, path + ": " + std::string(text) + " holds no number", "the lower end comes first");
    return false;
  }
  if (ends->first < 0 || ends->second - ends->first >= most_integers) {
    report.add(node.place, path + ": " + std::string(text) + " is not a range of at most " +
                               to_text(most_integers) + " numbers >= 0");
    return false;
  }
  for (Index i = ends->first; i <= ends->second; ++i) out.push_back(i);
  return true;
}

// A range's two ends.
bool read_ends(const Node& node, const Path& path, AxisRange& range, Report& report) {
  if (!node.is_list() || node.items.size() != 2) {
    report.add(node.place, path + " must be a list [low, high], got " + kind_name(node));
    return false;
  }
  const auto low = Codec<double>::read(node.items[0], path, report);
  const auto high = Codec<double>::read(node.items[1], path, report);
  if (!low || !high) return false;
  if (!std::isfinite(*low) || !std::isfinite(*high) || *low >= *high) {
    report.add(node.place, path + " must be [low, high] with low < high");
    return false;
  }
  if (range.logarithmic && *low <= 0) {
    report.add(node.place, path + " must have ends > 0, got " + node.items[0].text,
               "linear: [low, high] takes any ends");
    return false;
  }
  range.low = *low;
  range.high = *high;
  return true;
}

// What to write for a member that no range has: the key of a block with its values, a block as a value, or a range.
std::string meant_by(const Node::Member& member, const std::string& key, bool is_range) {
  const std::string inner = key + "." + member.key;
  if (is_range || key_named(inner) != inner)
    return "a range is {linear: [low, high], points: n} or {log: [low, high], points: n}";
  return member.value.is_list() ? "write " + inner + ": " + to_flow_yaml(member.value)
                                : "a value that is a block stands in a list: [{...}]";
}

std::optional<AxisRange> read_range(const Node& node, const std::string& key, const Path& path,
                                    Report& report) {
  static const std::vector<std::string> known = {"log", "linear", "points"};
  AxisRange range;
  bool right = true;
  const Node* ends = nullptr;
  for (const Node::Member& member : node.members) {
    if (member.key == "points") {
      const auto points = Codec<Index>::read(member.value, path / "points", report);
      right = right && points.has_value();
      if (points && *points < 2) {
        report.add(member.value.place, path / "points" + " must be >= 2, got " + member.value.text,
                   "a value by itself stands in a list: [0.1]");
        right = false;
      } else if (points && *points > most_points) {
        report.add(member.value.place,
                   path / "points" + " must be <= " + to_text(most_points) + ", got " + member.value.text);
        right = false;
      }
      range.points = points.value_or(0);
    } else if (member.key == "log" || member.key == "linear") {
      if (ends != nullptr) {
        report.add(member.place, path + " is either log or linear");
        return std::nullopt;
      }
      ends = &member.value;
      range.logarithmic = member.key == "log";
    } else {
      report.add(member.place, "unknown key " + quoted(member.key) + " in " + path,
                 nearest(member.key, known) ? suggestion(member.key, known)
                                            : meant_by(member, key, ends != nullptr));
      right = false;
    }
  }
  if (!right) return std::nullopt;
  if (ends == nullptr) {
    report.add(node.place, path + " must be a list of values, or a range with log or linear",
               "for example {log: [1e-4, 1], points: 7}");
    return std::nullopt;
  }
  if (!read_ends(*ends, path / (range.logarithmic ? "log" : "linear"), range, report)) return std::nullopt;
  return range;
}

// To 12 significant digits.
double rounded(double value) { return parse_number(short_text(value, 12)).value_or(value); }

}  // namespace

std::string value_key(const Node& value) {
  const auto number = value.is_scalar() && !value.quoted ? parse_number(value.text) : std::nullopt;
  return number ? to_text(*number) : to_flow_yaml(value);
}

std::optional<Axis> read_axis(const Node::Member& member, const Path& path, Report& report, bool repeats) {
  Axis axis{member.key, member.place, {}, {}};
  const Path own = path / member.key;
  const Node& node = member.value;
  const bool of_file = member.place.line > 0;  // what options set has a cure of its own
  const bool bare = of_file && member.key.find('.') == std::string::npos;
  if (const std::string full = bare ? key_named(member.key) : member.key;
      !full.empty() && full != member.key) {
    report.add(member.place, own + ": a problem has no such key at its top", "did you mean '" + full + "'?");
    return std::nullopt;
  }
  if (node.is_map()) {
    axis.range = read_range(node, member.key, own, report);
    return axis.range ? std::optional(std::move(axis)) : std::nullopt;
  }
  if (node.is_scalar() && !node.quoted && ends_of(node.text)) {
    const auto numbers = read_integers(node, own, report);
    if (!numbers) return std::nullopt;
    for (const Index number : *numbers)
      axis.values.push_back(number_node(static_cast<double>(number), node.place));
    return axis;
  }
  if (node.is_scalar() && !node.quoted && are_numbers(node.text)) {
    report.add(node.place, own + ": values stand in brackets, got " + quoted(node.text),
               (node.place.line == 0 ? "'" + member.key + "=[" : member.key + ": [") + node.text +
                   (node.place.line == 0 ? "]'" : "]"));
    return std::nullopt;
  }
  if (const std::size_t dots = node.text.find("..");
      node.is_scalar() && !node.quoted && dots != std::string::npos) {
    const std::string low = node.text.substr(0, dots), high = node.text.substr(dots + 2);
    if (parse_number(low) && parse_number(high)) {
      report.add(node.place, own + ": a..b is for whole numbers, got " + quoted(node.text),
                 "for example {log: [" + low + ", " + high + "], points: 7}");
      return std::nullopt;
    }
  }
  axis.values = node.is_list() ? node.items : std::vector<Node>{node};
  if (axis.values.empty() || node.kind == Node::Kind::empty) {
    report.add(member.place, own + " has no values");
    return std::nullopt;
  }
  std::unordered_set<std::string> seen;
  for (const Node& value : axis.values) {
    if (value.kind == Node::Kind::empty) {
      report.add(value.place, own + ": a value is empty");
      return std::nullopt;
    }
    if (!seen.insert(value_key(value)).second && !repeats) {
      report.add(value.place, own + " holds the value " + quoted(to_flow_yaml(value)) + " twice");
      return std::nullopt;
    }
  }
  return axis;
}

double value_at(const AxisRange& range, double share) {
  if (share <= 0) return range.whole ? std::round(range.low) : range.low;
  if (share >= 1) return range.whole ? std::round(range.high) : range.high;
  const double value =
      range.logarithmic
          ? math::exp(math::log(range.low) + share * (math::log(range.high) - math::log(range.low)))
          : range.low + share * (range.high - range.low);
  return range.whole ? std::round(value) : rounded(value);
}

double drawn_value(const AxisRange& range, double share) {
  if (!range.whole) return value_at(range, share);
  const double low = std::round(range.low), high = std::round(range.high);
  AxisRange wider = range;
  wider.low = low - 0.5;
  wider.high = high + 0.5;
  return std::clamp(value_at(wider, share), low, high);
}

std::vector<double> spread_values(const AxisRange& range) {
  std::vector<double> values;
  for (Index i = 0; i < range.points; ++i) {
    const double share =
        range.points == 1 ? 0 : static_cast<double>(i) / static_cast<double>(range.points - 1);
    const double value = value_at(range, share);
    if (values.empty() || values.back() != value) values.push_back(value);
  }
  return values;
}

double halton(Index i, std::size_t axis) {
  constexpr std::array<int, most_halton_axes> primes = {
      2,   3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,  47,  53,
      59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103, 107, 109, 113, 127, 131,
      137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223,
      227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311};
  const Index base = primes[axis];
  double value = 0, digit = 1;
  for (; i > 0; i /= base) {
    digit /= static_cast<double>(base);
    value += digit * static_cast<double>(i % base);
  }
  return value;
}

Node number_node(double value, const Place& place) {
  Node node = Node::scalar(value == std::floor(value) && std::abs(value) < 1e15
                               ? to_text(static_cast<std::int64_t>(value))
                               : to_text(value));
  node.place = place;
  return node;
}

std::optional<std::vector<Index>> read_integers(const Node& node, const Path& path, Report& report) {
  std::vector<Index> numbers;
  const auto add_text = [&](const Node& item) {
    std::string_view rest = item.text;
    for (;;) {
      const auto comma = rest.find(',');
      if (!add_integers(rest.substr(0, comma), item, path, report, numbers)) return false;
      if (comma == std::string_view::npos) return true;
      rest = rest.substr(comma + 1);
    }
  };
  if (!node.is_scalar() && !node.is_list()) {
    report.add(node.place,
               path + " must be whole numbers such as 1..20 or [1, 2, 5], got " + kind_name(node));
    return std::nullopt;
  }
  if (node.is_list()) {
    for (const Node& item : node.items) {
      if (!item.is_scalar()) {
        report.add(item.place, path + " must be whole numbers, got " + kind_name(item));
        return std::nullopt;
      }
      if (!add_text(item)) return std::nullopt;
    }
  } else if (!add_text(node)) {
    return std::nullopt;
  }
  if (numbers.empty()) {
    report.add(node.place, path + " holds no number");
    return std::nullopt;
  }
  std::unordered_set<Index> seen;
  for (const Index number : numbers) {
    if (number < 0) {
      report.add(node.place, path + " must be >= 0, got " + to_text(number));
      return std::nullopt;
    }
    if (seen.insert(number).second) continue;
    report.add(node.place, path + " holds " + to_text(number) + " twice");
    return std::nullopt;
  }
  return numbers;
}

}  // namespace lookahead
