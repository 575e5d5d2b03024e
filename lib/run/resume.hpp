#pragma once
#include <optional>
#include <string>
#include <vector>

#include "run/checkpoint.hpp"
#include "run/directory.hpp"
#include "run/run.hpp"
#include "run/run_summary.hpp"

namespace lookahead {

// A run that is to be continued: its folder, locked, and what lies there.
struct Resumption {
  RunDirectory directory;
  Spec before;           // config.yaml, with the stop of the checkpoint
  Spec spec;             // the same with what is set anew
  ThreadsSpec recorded;  // the threads in config.yaml, which stay there whatever a sitting runs on
  std::optional<RunSummary> summary;
  std::optional<Checkpoint> checkpoint;  // nothing: the run begins at its start
  // There is nothing left to do: the run has ended by itself, and nothing is set anew.
  bool finished = false;
};

// Opens the folder of a run. `overrides`: --set assignments; of them stop.* and trace.every may change the
// problem. `threads`: for this sitting, as in a problem file; no file keeps them. `reads_only`: as
// RunDirectory::reopen(). Faults: no folder or no run in it, one that another process writes to, a torn
// checkpoint (output); an assignment of another key, or one that does not go with what the run has done so far
// (problem).
Checked<Resumption> open_resumption(const std::filesystem::path& folder,
                                    const std::vector<std::string>& overrides,
                                    std::optional<Index> threads = {}, bool reads_only = false);

// Whether the state fits what is to go on: `before` is the plan of the run so far, `plan` that with what is
// set anew. Faults: another problem or precision (output), other data or another start (data), an end that
// other settings depend on (problem).
std::optional<Fault> misfit_of(const Resumption& resumption, const Plan& before, const Plan& plan);

// Brings a new run of the plan to the state of its checkpoint, whose archive it takes, and reads the folds that
// were finished; those that were trained to another end are of no use. False: it is no state of this run.
bool load_state(Checkpoint& checkpoint, const Plan& plan, Run& run, FinishedFolds& folds);

// A problem's stop on one line, as --set stop=... takes it.
std::string stop_text(const Spec& spec);

// Whether a problem that was given comes to that of the run. The fault (problem) names what differs.
Checked<Done> same_problem(const Spec& given, const Resumption& resumption);

}  // namespace lookahead
