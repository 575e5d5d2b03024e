#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/scalar.hpp"
#include "options/node.hpp"
#include "options/path.hpp"
#include "options/report.hpp"

namespace lookahead {

// A range of numbers: {log: [low, high], points: n} or {linear: [low, high], points: n}, ends included.
struct AxisRange {
  double low = 0, high = 0;
  bool logarithmic = false;
  Index points = 0;    // 0: not given
  bool whole = false;  // the key takes whole numbers alone: values are rounded
};

// A key of the problem that a sweep varies, and what it is set to: a list of any values, or a range.
struct Axis {
  std::string key;  // "optimizer.lr"
  Place place;
  std::vector<Node> values;  // empty where the range alone says it
  std::optional<AxisRange> range;
};

// Reads `key: [values]`, `key: value`, `key: 1..5` or `key: {log | linear: [low, high], points: n}`.
// `path` names the block in faults. repeats: values may stand in the list more than once.
std::optional<Axis> read_axis(const Node::Member& member, const Path& path, Report& report,
                              bool repeats = false);

// What a value is, whatever the way it is written: 0.1 and 0.10 are the same, quoted ones are texts.
std::string value_key(const Node& value);

// The value of a range at `share`, 0 to 1, of its length, rounded to 12 significant digits so that tables stay
// legible; the ends are exact.
double value_at(const AxisRange& range, double share);

// The value of a drawn `share`, 0 to 1. Whole numbers have their whole surroundings, those at the ends as well:
// low - 1/2 to high + 1/2, so that all are drawn equally often in a linear range.
double drawn_value(const AxisRange& range, double share);

// The evenly spread values of a range, without repetition where rounding makes two the same.
std::vector<double> spread_values(const AxisRange& range);

// The i-th number, i >= 1, of the sequence of van der Corput in the base of the axis (the primes in order,
// axis < 64): Halton 1960.
double halton(Index i, std::size_t axis);
constexpr std::size_t most_halton_axes = 64;

// A number as a scalar, at the place of the axis.
Node number_node(double value, const Place& place);

// Whole numbers: a list, a number, or "1..20", also "1..3, 7". Ranges hold 10^5 numbers at most. Numbers below
// 0 and those that occur twice are faults.
std::optional<std::vector<Index>> read_integers(const Node& node, const Path& path, Report& report);

}  // namespace lookahead
