#pragma once
#include <filesystem>
#include <string>

#include "base/checked.hpp"

namespace lookahead {

// How far a sweep is whose table does not tell of all of its runs.
struct SweepState {
  std::string name;
  Index planned = 0;   // runs, by sweep.yaml; 0: it does not say
  Index ended = 0;     // runs, by the journals or the table
  bool alive = false;  // a process writes to a journal
  bool in_parts =
      false;  // all that has ended is in journals of --shard or --index, and not all of it in the table

  // "12 of 48 runs", "12 of 48 runs, still running".
  std::string text() const;
};

// `in_table`: rows of runs.csv. Faults (data): sweep.yaml or the journals cannot be read, or are damaged.
Checked<SweepState> state_of_sweep(const std::filesystem::path& folder, Index in_table = 0);

// Whether the folder's runs.csv tells of any run. A sweep that was killed in its first sitting has only the header.
Checked<bool> has_table(const std::filesystem::path& folder);

// Whether a sweep has begun there: a problem may be called sweep.yaml too.
Checked<bool> has_begun(const std::filesystem::path& folder);

// Why there is no table of runs yet, and what to do.
Fault without_table(const std::filesystem::path& folder);

}  // namespace lookahead
