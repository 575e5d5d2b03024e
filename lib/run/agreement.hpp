#pragma once
#include "base/scalar.hpp"
#include "parallel/team.hpp"

namespace lookahead {

// What a run decides by the clock, or by what only one process of a team can see.
struct Agreement {
  double elapsed_s = 0;      // since the program's start, for stop.time
  Index piece = 1;           // the steps of a piece of work
  bool interrupted = false;  // somebody wants the run to end
  bool failed = false;       // a record of the trace was lost
  bool keeps = false;        // copies of the state are kept,
  bool due = false;          // and one is wanted soon
};

// All ranks get that of the first one, interrupted where any of them was.
void agree_on(Team& team, Agreement& agreement);

}  // namespace lookahead
