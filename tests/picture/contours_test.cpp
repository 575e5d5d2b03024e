#include "picture/contours.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace lookahead::picture {
namespace {

Grid grid_of(double (*f)(double, double), Index side) {
  Grid grid;
  for (Index i = 0; i < side; ++i) {
    const double place = -2 + 4 * static_cast<double>(i) / static_cast<double>(side - 1);
    grid.x.push_back(place);
    grid.y.push_back(place);
  }
  for (const double y : grid.y) {
    for (const double x : grid.x) grid.values.push_back(f(x, y));
  }
  return grid;
}

std::ptrdiff_t breaks(const Lines& lines) {
  return std::count_if(lines.x.begin(), lines.x.end(), [](double x) { return std::isnan(x); });
}

TEST_CASE("contours of a round bowl are circles that end where they began") {
  const Grid grid = grid_of([](double x, double y) { return x * x + y * y; }, 81);
  for (const double level : {0.3, 1.0, 3.0}) {
    const Lines lines = contour(grid, level);
    CHECK(breaks(lines) == 1);
    REQUIRE(lines.x.size() > 20);
    CHECK(lines.x.front() == lines.x[lines.x.size() - 2]);
    CHECK(lines.y.front() == lines.y[lines.y.size() - 2]);
    for (std::size_t i = 0; i + 1 < lines.x.size(); ++i) {
      // Linear between two nodes h apart: f is off by h^2 / 4 = 0.000625 at most.
      CHECK(std::abs(lines.x[i] * lines.x[i] + lines.y[i] * lines.y[i] - level) < 0.00063);
    }
  }
}

TEST_CASE("a contour that leaves the grid is one line from end to end") {
  const Lines lines = contour(grid_of([](double x, double y) { return x + 0.3 * y; }, 21), 0.05);
  CHECK(breaks(lines) == 1);
  for (std::size_t i = 0; i + 1 < lines.x.size(); ++i)
    CHECK(std::abs(lines.x[i] + 0.3 * lines.y[i] - 0.05) < 1e-12);  // f is linear: rounding
  CHECK(std::abs(lines.y.front()) == 2);
  CHECK(std::abs(lines.y[lines.y.size() - 2]) == 2);
}

TEST_CASE("a saddle's contours are two lines, in cells that are crossed twice too") {
  const Lines lines = contour(grid_of([](double x, double y) { return x * y; }, 20), 0.001);
  CHECK(breaks(lines) == 2);
}

TEST_CASE("cells with a corner that is no finite number have no contour") {
  const Grid grid =
      grid_of([](double x, double y) { return x < 0     ? std::log(x)
                                              : x < 0.5 ? 1 / 0.0
                                                        : x + y; }, 21);
  for (const double level : {-1.0, 0.5, 1.0, 100.0}) {
    const Lines lines = contour(grid, level);
    for (const double x : lines.x) CHECK((std::isnan(x) || x >= 0.5));
  }
  CHECK(contour(grid_of([](double, double) { return std::nan(""); }, 5), 0).x.empty());
}

TEST_CASE("levels rise, lie within the values, and a plain has one") {
  const auto levels = contour_levels(grid_of([](double x, double y) { return x * x + 100 * y * y; }, 41), 12);
  CHECK(levels.size() == 12);
  CHECK(std::is_sorted(levels.begin(), levels.end()));
  CHECK(levels.front() >= 0);
  CHECK(levels.back() <= 404);
  CHECK(contour_levels(grid_of([](double, double) { return 7.0; }, 5), 12) == std::vector<double>{7});
  CHECK(contour_levels(grid_of([](double, double) { return std::nan(""); }, 5), 12).empty());
}

}  // namespace
}  // namespace lookahead::picture
