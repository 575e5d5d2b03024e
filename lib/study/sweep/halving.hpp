#pragma once
#include <vector>

#include "study/sweep/roster.hpp"
#include "study/sweep/sweep_log.hpp"

namespace lookahead {

// Successive halving, synchronous, within each method and problem (Jamieson and Talwalkar 2016): all points are
// run to the first rung and judged by the median over their seeds; a share goes on to the next rung, which is
// 1/keep times as far, and so on until the best end as they would have without it. Runs that pause lie in
// memory and go on bit for bit. What is dropped has the row of its last rung. A method whose runs are all
// finished is left as it is; otherwise all of them are carried out, those that are finished too.
void run_halving(Roster& roster, const std::vector<Index>& pending, Index threads,
                 const FinishedRuns& finished, SweepLog& log);

// What of halving does not go together with a sweep: the fault. Needs nothing but the problems of the points.
std::optional<Fault> misfit_of_halving(const Grid& grid);

}  // namespace lookahead
