#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "run/run_summary.hpp"

namespace lookahead {

// What lets a run go on that has ended as planned.
struct Onward {
  std::string ended_by;  // the end that it met: "epochs"
  std::string setting;   // of that end, so that a resumed run goes on: "stop.epochs=N"
  std::string range;     // what it has to be, where that does not go without saying: "N > 10"; may be empty
  std::string obstacle;  // why no later end is possible; usually empty

  // "--set stop.patience.epochs=N, N > 10".
  std::string option() const { return "--set " + setting + (range.empty() ? "" : ", " + range); }
};

// Of the summary of a run, whose problem stands in `run`. Nothing: the run has not ended as planned, or the summary does
// not tell by what.
std::optional<Onward> onward_of(const RunSummary& summary, const std::filesystem::path& run);

// The key of a schedule that spans the whole run, if there is one.
std::optional<std::string> spanning_schedule(const Spec& spec);

}  // namespace lookahead
