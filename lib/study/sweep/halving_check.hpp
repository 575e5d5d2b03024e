#pragma once
#include <optional>

#include "base/fault.hpp"
#include "study/sweep/grid.hpp"

namespace lookahead {

// What of halving does not go together with a sweep: the fault. Needs nothing but the problems of the points.
std::optional<Fault> misfit_of_halving(const Grid& grid);

// A warning where no rung comes before the end of a run and leaves a point out.
std::optional<Note> idle_halving(const Grid& grid);

}  // namespace lookahead
