#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "run/json.hpp"
#include "spec/run_files.hpp"

namespace lookahead {

// What the run.json of a run says of how it went.
struct RunSummary {
  Status status = Status::running;
  std::optional<Index> rows;  // of the training data
  std::optional<std::string> trace =
      run_files::usual_trace;  // its name in the folder; nothing: none was written
  JsonRead json;
};

// A fault of kind data where the file cannot be read, is no summary of a run, or lacks what every run has.
Checked<RunSummary> read_summary(const std::filesystem::path& run);

// The problem of a run, out of its config.yaml. Faults are of kind data.
Checked<Spec> read_spec(const std::filesystem::path& run);

// A fault where the problem in config.yaml is not the one that the summary is of: one of the two files was
// changed, or cut short, since the run.
std::optional<Fault> mismatch(const RunSummary& summary, const Spec& spec,
                              const std::filesystem::path& config);

}  // namespace lookahead
