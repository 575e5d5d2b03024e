#include "picture/contours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace lookahead::picture {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// The pieces of a level's lines, by the grid's edges that they end on: edge 2 i is the one from node i to the
// right, 2 i + 1 the one upward.
class Pieces {
 public:
  Pieces(const Grid& grid, double level) : grid_(grid), level_(level), columns_(std::ssize(grid.x)) {
    for (Index r = 0; r + 1 < std::ssize(grid.y); ++r) {
      for (Index c = 0; c + 1 < columns_; ++c) cell(c, r);
    }
  }

  Lines chained() {
    Lines lines;
    // Open lines first, from an end; what is left are rings.
    for (const bool rings : {false, true}) {
      for (auto& [edge, next] : neighbours_) {
        const bool is_end = next[0] >= 0 && next[1] < 0;
        if (is_end || (rings && next[0] >= 0)) walk(edge, lines);
      }
    }
    return lines;
  }

 private:
  double value(Index c, Index r) const { return grid_.values[static_cast<std::size_t>(r * columns_ + c)]; }
  bool is_above(Index c, Index r) const { return value(c, r) > level_; }

  void join(Index a, Index b) {
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
      auto& next = neighbours_.try_emplace(from, std::array<Index, 2>{-1, -1}).first->second;
      (next[0] < 0 ? next[0] : next[1]) = to;
    }
  }

  void cell(Index c, Index r) {
    for (const double corner : {value(c, r), value(c + 1, r), value(c, r + 1), value(c + 1, r + 1)}) {
      if (!std::isfinite(corner)) return;
    }
    const Index node = r * columns_ + c;
    const Index below = 2 * node, left = 2 * node + 1, right = 2 * (node + 1) + 1,
                above = 2 * (node + columns_);
    const bool a = is_above(c, r), b = is_above(c + 1, r), d = is_above(c, r + 1), e = is_above(c + 1, r + 1);
    std::vector<Index> crossed;
    if (a != b) crossed.push_back(below);
    if (b != e) crossed.push_back(right);
    if (d != e) crossed.push_back(above);
    if (a != d) crossed.push_back(left);
    if (crossed.size() == 2) join(crossed[0], crossed[1]);
    if (crossed.size() != 4) return;
    const double middle =
        (value(c, r) / 4 + value(c + 1, r) / 4) + (value(c, r + 1) / 4 + value(c + 1, r + 1) / 4);
    const bool with_first = (middle > level_) == a;
    join(below, with_first ? right : left);
    join(above, with_first ? left : right);
  }

  void put(Index edge, Lines& lines) const {
    const Index node = edge / 2, c = node % columns_, r = node / columns_;
    const bool upward = edge % 2 == 1;
    const double from = value(c, r), to = upward ? value(c, r + 1) : value(c + 1, r);
    const double share = (level_ - from) / (to - from);
    const double x = grid_.x[static_cast<std::size_t>(c)], y = grid_.y[static_cast<std::size_t>(r)];
    lines.x.push_back(upward ? x : x + share * (grid_.x[static_cast<std::size_t>(c) + 1] - x));
    lines.y.push_back(upward ? y + share * (grid_.y[static_cast<std::size_t>(r) + 1] - y) : y);
  }

  void part(Index from, Index to) {
    auto& next = neighbours_.at(from);
    if (next[0] == to) std::swap(next[0], next[1]);
    next[1] = -1;
  }

  // Follows the pieces until there is none that was not followed; a ring ends where it began.
  void walk(Index edge, Lines& lines) {
    put(edge, lines);
    for (;;) {
      const Index to = neighbours_.at(edge)[0];
      if (to < 0) break;
      part(edge, to);
      part(to, edge);
      put(to, lines);
      edge = to;
    }
    lines.x.push_back(nothing);
    lines.y.push_back(nothing);
  }

  const Grid& grid_;
  double level_;
  Index columns_;
  std::map<Index, std::array<Index, 2>> neighbours_;
};

}  // namespace

Lines contour(const Grid& grid, double level) { return Pieces(grid, level).chained(); }

std::vector<double> contour_levels(const Grid& grid, Index count) {
  std::vector<double> sorted;
  for (const double value : grid.values) {
    if (std::isfinite(value)) sorted.push_back(value);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> levels;
  for (Index i = 1; i <= count && !sorted.empty(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count + 1);
    levels.push_back(
        sorted[static_cast<std::size_t>(share * std::sqrt(share) * static_cast<double>(sorted.size() - 1))]);
  }
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

}  // namespace lookahead::picture
