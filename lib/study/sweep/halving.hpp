#pragma once
#include <functional>
#include <vector>

#include "parallel/team.hpp"
#include "study/sweep/roster.hpp"
#include "study/sweep/sweep_log.hpp"

namespace lookahead {

// Successive halving, synchronous, within each method and problem (Jamieson and Talwalkar 2016): all points are
// run to the first rung and judged by the median over their seeds; a share goes on to the next rung, which is
// 1/keep times as far, and so on until the best end as they would have without it. Runs that pause lie in
// memory and go on bit for bit. What is dropped has the row of its last rung. A method whose runs are all
// finished is left as it is; otherwise all of them are carried out, those that are finished too.
//
// The ranks of a team share the runs of a method out, each run from its beginning to its end on one rank. The
// first rank judges and takes the rows, which are in the log when their method ends.

// The first rank's part, on so many threads of its own. Throws what a thread has thrown, and TeamLost.
void run_halving(Team& team, Roster& roster, const std::vector<Index>& pending, Index threads,
                 const FinishedRuns& finished, SweepLog& log);

// The others' part. `interrupted` says whether the surroundings want the end, which the first rank is told.
void follow_halving(Team& team, Roster& roster, Index threads, const std::function<bool()>& interrupted);

}  // namespace lookahead
