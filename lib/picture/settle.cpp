#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "picture/figure.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::picture {
namespace {

// The least and the greatest of the numbers that can stand on an axis.
struct Extent {
  double low = infinity, high = -infinity;

  bool empty() const { return !(low <= high); }
  void take(double value, bool log) {
    if (!std::isfinite(value) || (log && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// How many values could not be drawn where they are.
struct Beyond {
  Index zeros = 0, negative = 0, infinite = 0, lowest = 0;
};

constexpr double greatest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

// Some room beside what is drawn, and an extent where all values are one.
void widen(Axis& axis, Extent extent, bool room_below, bool room_above) {
  if (extent.empty()) extent = axis.log ? Extent{0.1, 1} : Extent{0, 1};
  if (axis.log) {
    double low = math::log10(extent.low), high = math::log10(extent.high);
    if (high - low < 1e-9) low -= 0.5, high += 0.5;
    const double margin = 0.03 * (high - low), more = 0.06 * (high - low);
    low -= margin + (room_below ? more : 0);
    high += margin + (room_above ? more : 0);
    if (!axis.low) axis.low = std::max(smallest, math::pow(10, low));
    if (!axis.high) axis.high = std::min(greatest, math::pow(10, high));
    return;
  }
  double span = extent.high / 2 - extent.low / 2;  // half of it, which cannot overflow
  const double size = std::max(std::abs(extent.low), std::abs(extent.high));
  constexpr double least_span = 1e-290;  // below it a tenth of it is nothing
  if (!(span > 1e-12 * size)) span = size > 0 ? 0.05 * size : 0.5;
  span = std::max(span, least_span);
  const double margin = 0.06 * span, more = 0.12 * span;
  if (!axis.low) axis.low = std::max(-greatest, extent.low - margin - (room_below ? more : 0));
  if (!axis.high) axis.high = std::min(greatest, extent.high + margin + (room_above ? more : 0));
}

void settle_names(Axis& axis) {
  axis.log = false;
  axis.low = -0.5;
  axis.high = static_cast<double>(axis.names.size()) - 0.5;
}

bool above(const Axis& axis, double value) { return value > *axis.high; }
bool below(const Axis& axis, double value) { return value < *axis.low || (axis.log && value <= 0); }

// A little inside, so that a mark is whole.
double at_edge(const Axis& axis, bool upper) {
  constexpr double inside = 0.985;
  const double share = upper ? inside : 1 - inside;
  if (!axis.log) return (*axis.low * (1 - share)) + (*axis.high * share);
  const double low = math::log10(*axis.low), high = math::log10(*axis.high);
  return math::pow(10, low + share * (high - low));
}

// Takes out what lies beyond the axes and returns marks at the edges in its place.
std::vector<Series> marks_beyond(Series& series, const Panel& panel, Beyond& beyond) {
  Series up, down;
  for (Series* marks : {&up, &down}) {
    marks->kind = Series::Kind::points;
    marks->color = series.color;
  }
  up.mark = Series::Mark::up;
  down.mark = Series::Mark::down;
  for (std::size_t i = 0; i < series.y.size(); ++i) {
    double& x = series.x[i];
    double& y = series.y[i];
    if (std::isnan(x) || std::isnan(y)) continue;
    if (above(panel.x, x) || below(panel.x, x)) {
      y = none;
      continue;
    }
    if (y == infinity) ++beyond.infinite;
    if (y == -infinity) ++beyond.lowest;
    if (panel.y.log && y == 0) ++beyond.zeros;
    if (panel.y.log && y < 0 && y != -infinity) ++beyond.negative;
    if (!above(panel.y, y) && !below(panel.y, y)) continue;
    Series& marks = above(panel.y, y) ? up : down;
    // Beyond a range that somebody chose there is nothing to tell.
    if (!std::isfinite(y) || y <= 0) {
      marks.x.push_back(x);
      marks.y.push_back(at_edge(panel.y, above(panel.y, y)));
    }
    y = none;
    if (!series.low.empty()) series.low[i] = series.high[i] = none;
  }
  std::vector<Series> all;
  for (Series* marks : {&up, &down}) {
    if (!marks->x.empty()) all.push_back(std::move(*marks));
  }
  return all;
}

void keep_within(std::vector<double>& values, const Axis& axis) {
  for (double& value : values) {
    if (!std::isnan(value)) value = std::clamp(value, *axis.low, *axis.high);
  }
}

void settle(Panel& panel, Beyond& beyond) {
  if (panel.heat) {
    settle_names(panel.x);
    settle_names(panel.y);
    for (const double value : panel.heat->values) beyond.infinite += std::isinf(value) ? 1 : 0;
    return;
  }
  Extent x, y;
  bool under = false, over = false;
  for (const Series& series : panel.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (std::isnan(series.x[i]) || std::isnan(series.y[i])) continue;
      x.take(series.x[i], panel.x.log);
      y.take(series.y[i], panel.y.log);
      under = under || series.y[i] == -infinity || (panel.y.log && series.y[i] <= 0);
      over = over || series.y[i] == infinity;
    }
    for (const double value : series.low) y.take(value, panel.y.log);
    for (const double value : series.high) y.take(value, panel.y.log);
  }
  if (panel.x.names.empty()) {
    widen(panel.x, x, false, false);
  } else {
    settle_names(panel.x);
  }
  widen(panel.y, y, under, over);
  std::vector<Series> marks;
  for (Series& series : panel.series) {
    for (Series& one : marks_beyond(series, panel, beyond)) marks.push_back(std::move(one));
    keep_within(series.low, panel.y);
    keep_within(series.high, panel.y);
  }
  for (Series& one : marks) panel.series.push_back(std::move(one));
}

std::string counted_values(Index count, const std::string& what) {
  const bool one = count == 1;
  return to_text(count) + (one ? " value" : " values") + what + (one ? " stands" : " stand");
}

}  // namespace

Figure settled(Figure figure) {
  Beyond beyond;
  bool anything = false, heat = false;
  for (Panel& panel : figure.panels) {
    settle(panel, beyond);
    heat = heat || panel.heat;
    if (panel.heat) {
      anything = anything || std::any_of(panel.heat->values.begin(), panel.heat->values.end(),
                                         [](double value) { return !std::isnan(value); });
    }
    for (const Series& series : panel.series) {
      for (const double value : series.y) anything = anything || !std::isnan(value);
    }
  }
  const auto add = [&](Index count, const std::string& what, const std::string& where) {
    if (count > 0) figure.notes.push_back(counted_values(count, what) + where);
  };
  add(beyond.zeros, " of 0", " at the lower edge (triangles): a logarithm has no place for them");
  add(beyond.negative, " below 0", " at the lower edge (triangles): a logarithm has no place for them");
  if (heat && beyond.infinite > 0) {
    figure.notes.push_back(to_text(beyond.infinite) + (beyond.infinite == 1 ? " cell is" : " cells are") +
                           " infinite (inf): diverged");
  } else {
    add(beyond.infinite, " of divergence or of a target not reached",
        " at the upper edge (triangles): infinite");
  }
  add(beyond.lowest, " that diverged", " at the lower edge (triangles): minus infinite");
  if (!anything) figure.notes.push_back("there is nothing to draw: every value is missing");
  return figure;
}

Axis scale_of(const Heat& heat) {
  Extent extent;
  for (const double value : heat.values) extent.take(value, heat.log);
  extent.take(heat.low.value_or(none), heat.log);
  extent.take(heat.high.value_or(none), heat.log);
  Axis axis;
  axis.label = heat.label;
  axis.log = heat.log && !extent.empty();
  if (extent.empty()) extent = {0, 1};
  axis.low = extent.low;
  axis.high = extent.high;
  if (!(extent.low < extent.high)) widen(axis = {heat.label, axis.log}, extent, false, false);
  return axis;
}

double position(const Axis& axis, double value) {
  const double low = *axis.low, high = *axis.high;
  if (!axis.log) return (value / 2 - low / 2) / (high / 2 - low / 2);
  if (value <= 0) return 0;
  return (math::log10(value) - math::log10(low)) / (math::log10(high) - math::log10(low));
}

}  // namespace lookahead::picture
