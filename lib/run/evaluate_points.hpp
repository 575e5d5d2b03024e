#pragma once
#include <optional>
#include <string>
#include <vector>

#include "run/problem.hpp"

namespace lookahead {

// Points at which a problem's objective is to be evaluated.
struct PointsRequest {
  std::vector<std::vector<double>> points;
  // low:high:count for every coordinate: all combinations, the last coordinate running fastest; count >= 1.
  struct Axis {
    double low = 0, high = 0;
    Index count = 1;
  };
  std::optional<Axis> grid;
  std::vector<double> direction;  // the curvature v'Hv / v'v along it is wanted; empty: not
  bool gradient = true;
};

// The values, gradients (games: the field; under l1: the smallest subgradient) and curvatures at these points over
// all rows, as CSV: x_i, value, gradient_i, curvature; one point a row. Curvatures are central differences of
// gradients. Faults, of kind usage: points or directions of another dimension, a direction of zeros, grids of more
// than a million points.
Checked<std::string> evaluate_points(const Problem& problem, const PointsRequest& request, Pool& pool);

}  // namespace lookahead
