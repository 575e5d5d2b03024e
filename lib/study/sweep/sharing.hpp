#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parallel/team.hpp"
#include "study/sweep/journal.hpp"
#include "study/sweep/roster.hpp"
#include "study/sweep/run_row.hpp"

namespace lookahead {

class SweepLog;

// The runs that the ranks of a team share out: the first rank hands them out in their order, each to whichever
// thread of whichever rank is free, a few ahead where they take milliseconds, and takes the rows.

// What a rank carries runs out with.
struct SweepHands {
  Index threads = 1;  // >= 1, beside the one that makes the call
  // Makes what one thread does with run after run: numbers of the grid to rows, nothing where a run was ended
  // because wants_end() has become true.
  using CarryOut = std::function<std::optional<RunRow>(Index run)>;
  std::function<CarryOut(const std::function<bool()>& wants_end)> thread;
};

// The first rank's part: its own threads carry out runs, and this one serves the others, until all of `pending`
// are in the log or the log wants the end. Throws what a thread has thrown.
void deal_runs(Team& team, Roster& roster, const std::vector<Index>& pending, const SweepHands& hands,
               SweepLog& log);

// The others' part. `interrupted` says whether the surroundings want the end, which the first rank is told.
// Throws what a thread has thrown, and TeamLost where the system gives no thread.
void take_runs(Team& team, Roster& roster, const std::vector<Index>& pending, const SweepHands& hands,
               const std::function<bool()>& interrupted);

// How ranks tell rows: a line for each, with its end. for_each_row() throws TeamLost where rank `from` sends others.
std::string row_line(Index run, const RunKey& key, const RunRow& row);
void for_each_row(Index from, std::string_view text,
                  const std::function<void(Index run, JournalEntry entry)>& take);

// What must be the same on all ranks of a sweep, in lines "what: value", when its data are open.
std::string common_lines(const Roster& roster);

}  // namespace lookahead
