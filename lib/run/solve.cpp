#include "run/solve.hpp"

#include <chrono>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "run/certificate_json.hpp"
#include "run/directory.hpp"
#include "run/folds.hpp"
#include "run/json.hpp"
#include "run/model_file.hpp"
#include "run/version.hpp"
#include "spec/problem.hpp"
#include "spec/yaml.hpp"
#include "trace/csv_sink.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

template <Scalar T>
std::string solution_csv(std::span<const T> slow, std::span<const T> fast) {
  std::string out = "i,slow,fast\n";
  for (std::size_t i = 0; i < slow.size(); ++i) {
    append_text(out, static_cast<std::int64_t>(i));
    out += ',';
    append_real(out, slow[i]);
    out += ',';
    append_real(out, fast[i]);
    out += '\n';
  }
  return out;
}

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
  void note(const std::string& text) override { watcher_.note(text); }
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
template <Scalar T>
Checked<SolveResult> carry_out(const SolveRequest& request, const Plan<T>& plan,
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

  Session<T> session(plan, request.began);
  SolveResult result;
  result.directory = directory.path();
  result.parameters = facts.parameters;
  result.classes = facts.classes;
  result.outcome = session.run(sink ? &*sink : nullptr, watcher);

  const auto& remarks = result.outcome.remarks;
  facts.warnings.insert(facts.warnings.end(), remarks.begin(), remarks.end());

  Faults faults;
  std::optional<CrossValidation> validation;
  if (spec.data && spec.data->validation.folds > 0 && result.outcome.status == Status::finished) {
    watcher.note("training the models of " + to_text(static_cast<std::int64_t>(spec.data->validation.folds)) +
                 " folds");
    auto validated = cross_validate(plan, watcher);
    if (!validated) faults = validated.faults();
    if (validated) validation = std::move(*validated);
  }
  if (validation) {
    add_folds(result.outcome, *validation, spec);
    for (std::size_t i = 0; i < validation->folds.size(); ++i) {
      if (validation->folds[i].outcome.status != Status::diverged) continue;
      facts.warnings.push_back("the model of fold " + std::to_string(i + 1) + " diverged");
      watcher.note("warning: " + facts.warnings.back());
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
  if (validation) note_faults(save("folds.csv", folds_csv(*validation, spec)));
  if (plan.data) {
    note_faults(save("model.json", text_of(model_json(spec, plan.data->encoding, session.slow()))));
  } else {
    note_faults(save("solution.csv", solution_csv(session.slow(), session.fast())));
  }
  if (!faults.empty()) result.outcome.status = Status::failed;
  result.run_json = text_of(run_json(spec, result.outcome, facts));
  note_faults(save("run.json", result.run_json));
  watcher.tell();
  if (!faults.empty()) return faults;
  return result;
}

template <Scalar T>
Checked<SolveResult> solve_in(const SolveRequest& request, Watcher& watcher) {
  const auto begin = Clock::now();
  auto plan = make_plan<T>(request.spec);
  const double read_s = seconds_since(begin);
  if (!plan) return plan.faults();
  const Spec& spec = plan->spec;
  for (const std::string& note : plan->notes) watcher.note(note);
  if (auto unknown = unknown_keys(request.requirements, spec); !unknown.empty()) return unknown;
  watcher.begins();
  auto directory = request.directory ? RunDirectory::at(*request.directory, request.force, spec.trace.file)
                                     : RunDirectory::next("runs", spec.name);
  if (!directory) return directory.faults();
  if (!directory->unlocked().empty()) {
    watcher.note("warning: " + directory->path().string() + ": the folder cannot be locked (" +
                 directory->unlocked() + "); do not let two runs write to it");
  }
  watcher.note("writing to " + directory->path().string());

  const auto dimension = static_cast<Index>(plan->start.size());
  RunFacts facts{timestamp(), plan->notes, plan->threads, 0, 0, dimension, read_s, {}, nullptr};
  if (plan->certificate) facts.certificate = certificate_json(*plan->certificate, std::nullopt);
  if (plan->data) {
    facts.rows = plan->data->train.rows;
    facts.columns = plan->data->train.columns;
    facts.classes = plan->data->encoding.classes;
  }
  const auto save = [&](const std::string& name, const std::string& content) {
    return write_atomically(directory->file(name), content);
  };
  if (auto written = save("config.yaml", to_yaml(echo(spec))); !written) return written.faults();
  if (auto written = save("run.json", text_of(run_json(spec, Outcome{}, facts))); !written)
    return written.faults();

  Follower follower(watcher);
  const auto work = [&] { return carry_out<T>(request, *plan, *directory, facts, follower); };
  const auto fail = [&] {
    Outcome outcome = unknown_outcome(follower.counts());
    outcome.elapsed_s = seconds_since(request.began);
    return save("run.json", text_of(run_json(spec, outcome, facts)));
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
  const auto solved = [&]() -> Checked<SolveResult> {
    if (request.spec.precision == Precision::single_precision) return solve_in<float>(request, watcher);
    return solve_in<double>(request, watcher);
  };
  return within_memory(solved, [&](const std::string& needs) -> Checked<SolveResult> {
    return no_memory(request.spec, needs);
  });
}

}  // namespace lookahead
