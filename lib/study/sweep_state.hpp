#pragma once
#include <filesystem>
#include <string>

#include "base/checked.hpp"

namespace lookahead {

// How far a sweep is whose table does not tell of all of its runs.
struct SweepState {
  std::string name;
  Index planned = 0;      // runs, by sweep.yaml; 0: it does not say
  Index ended = 0;        // runs, by the journals
  bool alive = false;     // a process writes to one of them
  bool in_parts = false;  // --shard or --index have carried out some of it

  // "12 of 48 runs", "12 of 48 runs, still running".
  std::string text() const;
};

// Faults (data): sweep.yaml or the journals cannot be read, or are damaged.
Checked<SweepState> state_of_sweep(const std::filesystem::path& folder);

// Whether the folder's runs.csv tells of any run. A sweep that was killed in its first sitting has only the header.
bool has_table(const std::filesystem::path& folder);

// Why there is no table of runs yet, and what to do.
Fault without_table(const std::filesystem::path& folder);

}  // namespace lookahead
