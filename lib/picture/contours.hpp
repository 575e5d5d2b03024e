#pragma once
#include <vector>

#include "base/scalar.hpp"

namespace lookahead::picture {

// Values on a grid of columns x rows, row by row; coordinates rise.
struct Grid {
  std::vector<double> x, y;
  std::vector<double> values;
};

// The lines on which the values, taken as linear on each edge, are the level: points one after the other, NaN
// between two lines. Cells with a corner that is not finite have none. In a cell that is crossed twice the
// mean of its corners decides what belongs together.
struct Lines {
  std::vector<double> x, y;
};
Lines contour(const Grid& grid, double level);

// Levels between which lie equal shares of the grid's finite values, the lowest ones nearer to each other.
std::vector<double> contour_levels(const Grid& grid, Index count);

}  // namespace lookahead::picture
