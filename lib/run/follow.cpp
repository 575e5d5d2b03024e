#include "run/follow.hpp"

#include "base/checksum.hpp"
#include "run/folds.hpp"
#include "run/muster.hpp"
#include "run/resume.hpp"
#include "run/run.hpp"
#include "run/version.hpp"
#include "spec/problem.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

// Where a row of the trace would be written: a rank that has one evaluates what the first one does.
class NoFile final : public Sink {
 public:
  void put(const Record&) override {}
};

Fault not_begun() { return {FaultKind::usage, {"rank 0", 0, 0}, "could not begin", ""}; }

}  // namespace

bool writes_trace(const SolveRequest& request) {
  if (request.resume == nullptr) return request.write_trace;
  const Resumption& resume = *request.resume;
  if (resume.checkpoint) return resume.checkpoint->head.trace_bytes >= 0;
  return !resume.summary || resume.summary->trace.has_value();
}

std::string common_lines(const Plan& plan, const SolveRequest& request) {
  const auto hex = [](std::uint64_t number) { return std::to_string(number); };
  Spec spec = plan.spec;
  spec.threads = {};
  std::string lines = "version: " + version() + "\n";
  if (plan.spec.model && plan.spec.model->entry->multiplies) lines += level_line();
  lines += "problem: " + hex(hash_of(to_yaml(echo(spec)))) + "\n";
  lines += "data: " + hex(plan.identity.data) + "\n";
  lines += "start: " + hex(plan.identity.start) + "\n";
  const bool goes_on = request.resume != nullptr && request.resume->checkpoint;
  const Index step = goes_on ? request.resume->checkpoint->head.counts.steps : -1;
  return lines + "checkpoint: " + std::to_string(step) + "\n";
}

Checked<SolveResult> follow(const SolveRequest& request, const Plan& plan, Pool& pool, Watcher& watcher) {
  Muster& muster = *request.muster;
  const std::unique_ptr<Run> run = start_run(plan, pool, request.began, muster.team());
  FinishedFolds folds;
  if (request.resume != nullptr && request.resume->checkpoint) {
    if (!load_state(*request.resume->checkpoint, plan, *run, folds)) {
      // The first rank reads the same.
      muster.begin(false);
      return not_begun();
    }
  }
  watcher.begins();
  if (!muster.begin(true)) return not_begun();
  NoFile rows;
  SolveResult result;
  result.outcome = run->run(writes_trace(request) ? &rows : nullptr, watcher);
  const auto& data = plan.spec.data;
  if (data && data->validation.folds > 0 && result.outcome.status == Status::finished) {
    auto validated = cross_validate(plan, pool, watcher, std::move(folds), {}, muster.team());
    if (!validated) {
      muster.end();
      return validated.faults();
    }
  }
  muster.end();
  watcher.ends();
  return result;
}

}  // namespace lookahead
