#pragma once
#include <optional>
#include <string>
#include <tuple>

#include "base/fault.hpp"
#include "study/sweep/grid.hpp"

namespace lookahead {

// The points that halving compares have the same: a method, and a problem with all settings that make it another one.
using Contest = std::tuple<std::size_t, std::size_t, std::string>;
Contest contest_of(const Grid& grid, const Grid::Point& point);

// What of halving does not go together with a sweep: the fault. Needs nothing but the problems of the points.
std::optional<Fault> misfit_of_halving(const Grid& grid);

// A warning where no rung comes before the end of a run and leaves a point out.
std::optional<Note> idle_halving(const Grid& grid);

}  // namespace lookahead
