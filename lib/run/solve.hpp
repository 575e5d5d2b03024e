#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/milestones.hpp"
#include "run/outcome.hpp"
#include "run/requirement.hpp"
#include "run/watcher.hpp"
#include "spec/spec.hpp"

namespace lookahead {

class Muster;
class Pool;
struct Plan;
struct Problem;
struct Resumption;
struct RunFacts;

// One run with all its files.
struct SolveRequest {
  Spec spec;
  std::optional<std::filesystem::path> directory = {};  // default: the next free one below runs/, or resume's
  bool force = false;                                   // replace an earlier run in `directory`
  bool write_trace = true;
  // The result is held against them afterwards; here only their keys are checked.
  std::vector<Requirement> requirements = {};
  // Adds what run.json is to say of the plan beyond the plan itself: its certificate, and warnings. May be
  // empty.
  std::function<void(const Plan& plan, Pool& pool, RunFacts& facts)> explain = {};
  // Seconds between two checkpoints at least; nothing: none is written.
  std::optional<double> checkpoint_s = 60;
  // The run that is to be continued; `spec` is its own. The directory and the checkpoint are moved from it.
  Resumption* resume = nullptr;
  // What open_problem() made of the spec, or of one with the same objective, data and model; null: it is opened.
  std::shared_ptr<const Problem> problem = {};
  // The label of the run's method in a sweep, for the trace.
  std::string method = {};
  // Told of the run's moments; made for its plan and these targets. Null: nobody wants to know.
  std::optional<Milestones>* milestones = nullptr;
  std::vector<double> targets = {};
  // Of a run of several processes, which all call solve(); null: there is one.
  Muster* muster = nullptr;
  // The program's start, from which stop.time counts.
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

// What came of a run, and where its files are.
struct SolveResult {
  Outcome outcome;
  std::filesystem::path directory;
  std::string run_json;              // the content of run.json
  Index parameters = 0;              // coordinates of the point
  std::vector<std::string> classes;  // names, for classification
};

// Spec -> problem -> plan -> run directory -> run -> files. Nothing is written before the plan stands and has
// what is required. A fault of the output after the run has begun leaves what is written and says so. Of a team
// the first rank writes the files and has the result; the others return how their part of the run ended.
Checked<SolveResult> solve(const SolveRequest& request, Watcher& watcher);

}  // namespace lookahead
