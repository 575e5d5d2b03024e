#include "run/solve.hpp"

#include <chrono>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "run/directory.hpp"
#include "run/folds.hpp"
#include "run/json.hpp"
#include "run/plan.hpp"
#include "run/run.hpp"
#include "run/version.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"
#include "trace/csv_sink.hpp"

namespace lookahead {
namespace {

using Clock = Run::Clock;

TraceLayout layout_of(const Spec& spec, Index dimension) {
  return {spec.name,
          "",
          spec.seed,
          spec.trace.time,
          spec.precision == Precision::single_precision,
          metric_columns(spec),
          spec.trace.points ? dimension : 0};
}

// A fault after the run began: what was written stays.
Faults kept(const Faults& faults, const RunDirectory& directory) {
  Faults out = faults;
  for (Fault& fault : out) {
    fault.cure += (fault.cure.empty() ? "" : "; ") +
                  ("kept: " + directory.path().string() + " as far as it was written");
  }
  return out;
}

// The run's own data must not lie where its files go: they could be of the same name. Nor the run that it
// starts from.
std::optional<Fault> holds_input(const Spec& spec, const std::filesystem::path& directory) {
  std::error_code apart;
  if (!spec.start.run.empty() && std::filesystem::equivalent(spec.start.run, directory, apart)) {
    return Fault{FaultKind::output,
                 {directory.string(), 0, 0},
                 "the folder is the run that start takes its result from",
                 "choose another place with -o"};
  }
  if (!spec.data) return std::nullopt;
  std::vector<std::string> files = spec.data->train.paths;
  files.push_back(spec.data->validation.file);
  if (spec.data->test) files.push_back(spec.data->test->file);
  for (const std::string& file : files) {
    std::error_code unknown;
    if (file.empty() || file == "-" || !std::filesystem::exists(file, unknown)) continue;
    if (!std::filesystem::equivalent(std::filesystem::path(file).parent_path(), directory, unknown)) continue;
    return Fault{FaultKind::output,
                 {directory.string(), 0, 0},
                 "the folder holds the run's own data, " + file,
                 "choose another place with -o"};
  }
  return std::nullopt;
}

// What a run leaves behind that ended before it could be judged, after so many steps.
Outcome unknown_outcome(const Counts& counts) {
  constexpr double unknown = Record::none;
  Outcome outcome;
  outcome.status = Status::failed;
  outcome.counts = counts;
  outcome.loss_slow = outcome.loss_fast = outcome.grad_norm = unknown;
  outcome.time_s = outcome.trace_s = unknown;
  return outcome;
}

// Hands everything on, and keeps how far the run was when it last said so.
class Follower final : public Watcher {
 public:
  explicit Follower(Watcher& watcher) : watcher_(watcher) {}
  void begins() override { watcher_.begins(); }
  bool interrupted() override { return watcher_.interrupted(); }
  void note(const Note& note) override { watcher_.note(note); }
  void progress(const Counts& counts, double loss) override {
    counts_ = counts;
    watcher_.progress(counts, loss);
  }
  const Counts& counts() const { return counts_; }
  // Whether run.json says how the run ended.
  bool told() const { return told_; }
  void tell() { told_ = true; }

 private:
  Watcher& watcher_;
  Counts counts_;
  bool told_ = false;
};

// The run itself and all its files but those that say that it began.
Checked<SolveResult> carry_out(const SolveRequest& request, const Plan& plan, Pool& pool,
                               const RunDirectory& directory, RunFacts facts, Follower& watcher) {
  const Spec& spec = plan.spec;
  const auto save = [&](const std::string& name, const std::string& content) {
    return write_atomically(directory.file(name), content);
  };
  std::optional<CsvSink> sink;
  if (request.write_trace) {
    auto created = CsvSink::create(directory.file(spec.trace.file), layout_of(spec, facts.parameters));
    if (!created) return created.faults();
    sink.emplace(std::move(*created));
  }

  const std::unique_ptr<Run> run = start_run(plan, pool, request.began);
  SolveResult result;
  result.directory = directory.path();
  result.parameters = facts.parameters;
  result.classes = facts.classes;
  result.outcome = run->run(sink ? &*sink : nullptr, watcher);

  const auto& remarks = result.outcome.remarks;
  facts.warnings.insert(facts.warnings.end(), remarks.begin(), remarks.end());

  Faults faults;
  std::optional<CrossValidation> validation;
  if (spec.data && spec.data->validation.folds > 0 && result.outcome.status == Status::finished) {
    watcher.note("training the models of " + to_text(static_cast<std::int64_t>(spec.data->validation.folds)) +
                 " folds");
    auto validated = cross_validate(plan, pool, watcher);
    if (!validated) faults = validated.faults();
    if (validated) validation = std::move(*validated);
  }
  if (validation) {
    add_folds(result.outcome, *validation, spec);
    for (std::size_t i = 0; i < validation->folds.size(); ++i) {
      if (validation->folds[i].outcome.status != Status::diverged) continue;
      facts.warnings.push_back("the model of fold " + std::to_string(i + 1) + " diverged");
      watcher.note(warning(facts.warnings.back().text));
    }
  }
  if (validation) result.outcome.elapsed_s = seconds_since(request.began);
  if (validation && validation->interrupted) {
    result.outcome.status = Status::interrupted;
    result.outcome.stop = StopReason::signal;
  }
  const auto note_faults = [&](const Checked<Done>& done) {
    if (!done) faults.insert(faults.end(), done.faults().begin(), done.faults().end());
  };
  if (sink) note_faults(sink->close());
  if (validation) note_faults(save(run_files::folds, folds_csv(*validation, spec)));
  const Run::ResultFile file = run->result();
  note_faults(save(file.name, file.text));
  if (!faults.empty()) result.outcome.status = Status::failed;
  result.run_json = text_of(run_json(spec, result.outcome, facts));
  note_faults(save(run_files::summary, result.run_json));
  watcher.tell();
  if (!faults.empty()) return faults;
  return result;
}

Checked<SolveResult> solve_problem(const SolveRequest& request, Watcher& watcher) {
  const auto begin = Clock::now();
  const auto planned = plan_run(request.spec);
  if (!planned) return planned.faults();
  const Plan& plan = *planned->plan;
  Pool& pool = *planned->pool;
  const Spec& spec = plan.spec;
  RunFacts facts{timestamp(),    plan.notes,           plan.threads, plan.rows(), plan.columns(),
                 plan.dimension, seconds_since(begin), {},           nullptr};
  if (const Encoding* encoding = plan.encoding()) facts.classes = encoding->classes;
  if (request.explain) request.explain(plan, pool, facts);
  for (const Note& note : facts.warnings) watcher.note(note);
  if (auto unknown = unknown_keys(request.requirements, spec); !unknown.empty()) return unknown;
  watcher.begins();
  auto directory = request.directory ? RunDirectory::at(*request.directory, request.force, spec.trace.file)
                                     : RunDirectory::next("runs", spec.name);
  if (!directory) return directory.faults();
  if (!directory->unlocked().empty()) {
    watcher.note(warning(directory->path().string() + ": the folder cannot be locked (" +
                         directory->unlocked() + "); do not let two runs write to it"));
  }
  watcher.note("writing to " + directory->path().string());

  const auto save = [&](const std::string& name, const std::string& content) {
    return write_atomically(directory->file(name), content);
  };
  if (auto written = save(run_files::config, to_yaml(echo(spec))); !written) return written.faults();
  if (auto written = save(run_files::summary, text_of(run_json(spec, Outcome{}, facts))); !written)
    return written.faults();

  Follower follower(watcher);
  // To tell of a run that has used up the memory takes some: this is given back first.
  constexpr std::size_t reserve_bytes = std::size_t{1} << 18;
  auto reserve = std::make_unique<char[]>(reserve_bytes);
  const auto work = [&] {
    try {
      return carry_out(request, plan, pool, *directory, facts, follower);
    } catch (...) {
      reserve.reset();
      throw;
    }
  };
  const auto fail = [&] {
    Outcome outcome = unknown_outcome(follower.counts());
    outcome.elapsed_s = seconds_since(request.began);
    return save(run_files::summary, text_of(run_json(spec, outcome, facts)));
  };
  try {
    auto result = within_memory(
        work, [&](const std::string& needs) -> Checked<SolveResult> { return no_memory(spec, needs); });
    if (result) return result;
    Faults faults = result.faults();
    if (!follower.told()) {
      const auto written = fail();
      if (!written) faults.insert(faults.end(), written.faults().begin(), written.faults().end());
    }
    return kept(faults, *directory);
  } catch (...) {
    // A defect of the program, which main tells; the run has failed all the same.
    static_cast<void>(fail());
    throw;
  }
}

}  // namespace

Checked<SolveResult> solve(const SolveRequest& request, Watcher& watcher) {
  if (request.directory) {
    if (auto fault = RunDirectory::in_use(*request.directory, request.force)) return *fault;
    if (auto fault = holds_input(request.spec, *request.directory)) return *fault;
  }
  return within_memory(
      [&] { return solve_problem(request, watcher); },
      [&](const std::string& needs) -> Checked<SolveResult> { return no_memory(request.spec, needs); });
}

}  // namespace lookahead
