#include "data/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/cell.hpp"

namespace lookahead {
namespace {

// Sums over so many rows are kept in double before they go to the wider total: fast, and exact enough.
constexpr std::size_t block = 256;

struct Sums {
  std::vector<long double> first, second;
  std::vector<double> first_part, second_part;

  explicit Sums(std::size_t width) : first(width), second(width), first_part(width), second_part(width) {}
  void fold() {
    for (std::size_t j = 0; j < first.size(); ++j) {
      first[j] += static_cast<long double>(std::exchange(first_part[j], 0.0));
      second[j] += static_cast<long double>(std::exchange(second_part[j], 0.0));
    }
  }
};

// Calls visit(column, value) for every number of the training rows, and fold() after every block of rows.
template <class Visit>
void for_each_number(const Table& table, const std::vector<bool>& held_out, Sums& sums, Visit visit) {
  const auto width = static_cast<std::size_t>(table.cells.width());
  std::size_t row = 0;
  for (Index piece = 0; piece < table.cells.pieces(); ++piece) {
    const auto cells = table.cells.piece(piece);
    for (std::size_t start = 0; start < cells.size(); start += width, ++row) {
      if (row % block == 0) sums.fold();
      if (!held_out.empty() && held_out[row]) continue;
      for (std::size_t j = 0; j < width; ++j) {
        double x = cells[start + j];
        if (is_boxed(x)) {
          x = table.columns[j].texts[unbox(x)].value;
          if (std::isnan(x)) continue;
        }
        visit(j, x);
      }
    }
  }
  sums.fold();
}

}  // namespace

std::vector<Moments> moments_of(const Table& table, const std::vector<bool>& held_out) {
  const std::size_t width = table.columns.size();
  std::vector<Moments> moments(width);
  std::vector<double> least(width, std::numeric_limits<double>::infinity());
  std::vector<double> greatest(width, -std::numeric_limits<double>::infinity());
  Sums sums(width);
  for_each_number(table, held_out, sums, [&](std::size_t j, double x) {
    ++moments[j].count;
    sums.first_part[j] += x;
    least[j] = std::min(least[j], x);
    greatest[j] = std::max(greatest[j], x);
  });
  for (std::size_t j = 0; j < width; ++j) {
    if (moments[j].count > 0)
      moments[j].mean = static_cast<double>(sums.first[j] / static_cast<long double>(moments[j].count));
  }
  Sums deviations(width);
  for_each_number(table, held_out, deviations, [&](std::size_t j, double x) {
    const double deviation = x - moments[j].mean;
    deviations.first_part[j] += deviation;
    deviations.second_part[j] += deviation * deviation;
  });
  const auto rows = table.cells.rows() - std::count(held_out.begin(), held_out.end(), true);
  for (std::size_t j = 0; j < width; ++j) {
    Moments& m = moments[j];
    if (m.count == 0) continue;
    // What the rounding of the mean left over is taken out of both.
    const auto count = static_cast<long double>(m.count);
    const long double rest = deviations.first[j] / count;
    const long double squares = deviations.second[j] - count * rest * rest;
    m.sd = static_cast<double>(std::sqrt(std::max(squares, 0.0L) / static_cast<long double>(rows)));
    m.mean = static_cast<double>(static_cast<long double>(m.mean) + rest);
    if (least[j] == greatest[j]) m.mean = least[j], m.sd = 0;
  }
  return moments;
}

}  // namespace lookahead
