#pragma once
#include "study/sweep/roster.hpp"

namespace lookahead {

// The coordinates of the points of a sweep's problems, as sweep.yaml has them under `dimensions`: of every label a
// number, 0 where it cannot be said; where varied keys of the problem decide, a list of maps {dim, where}, `where` with
// the values of these keys. Of a problem with data they are those of its first model. The data are open.
Node dimensions_of(Roster& roster);

}  // namespace lookahead
