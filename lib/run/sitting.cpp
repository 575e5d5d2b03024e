#include "run/sitting.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "run/model_file.hpp"
#include "run/resume.hpp"
#include "run/version.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

TraceLayout layout_of(const Spec& spec, const std::string& method, Index dimension) {
  return {spec.name,
          method,
          spec.seed,
          spec.trace.time,
          spec.precision == Precision::single_precision,
          metric_columns(spec),
          spec.trace.points ? dimension : 0};
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

// What run.json says beside the outcome and a plan does not know again.
std::string kept_facts(const RunFacts& facts) {
  return Json{{"certificate", facts.certificate}, {"warnings", json_of(facts.warnings)}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Sitting::Sitting(const SolveRequest& request, const Plan& plan, Pool& pool, const RunDirectory& directory,
                 RunFacts facts, Watcher& watcher)
    : request_(request),
      plan_(plan),
      pool_(pool),
      directory_(directory),
      facts_(std::move(facts)),
      watcher_(watcher) {
  if (request.resume != nullptr && request.resume->checkpoint)
    checkpoint_ = std::move(*request.resume->checkpoint);
}

Checked<Done> Sitting::save(const std::string& name, const std::string& content) {
  written_.push_back(name);
  const auto write = [&] { return write_atomically(directory_.file(name), content); };
  auto saved = write();
  if (saved || !trace_closed_ || !saved.faults().front().disk_full) return saved;
  const std::string reason = saved.faults().front().text;
  const auto gave_way = [&](const std::filesystem::path& file, const std::string& what) {
    faults_.push_back({FaultKind::output,
                       {file.string(), 0, 0},
                       reason + "; " + what + " gave way to " + name,
                       "free some space"});
    saved = write();
  };
  // The result is worth more than the state to go on from, and than the last rows of the trace, without which
  // that state is none.
  const auto state = directory_.file(run_files::checkpoint);
  if (std::error_code error; std::filesystem::remove(state, error)) gave_way(state, "the checkpoint");
  if (saved || facts_.trace.empty()) return saved;
  const auto trace = directory_.file(plan_.spec.trace.file);
  const std::size_t room = content.size() + (std::size_t{1} << 12);
  if (take_back_lines(trace, room)) gave_way(trace, "the last rows");
  return saved;
}

Checked<Done> Sitting::save_config() {
  Spec recorded = plan_.spec;
  if (request_.resume != nullptr) recorded.threads = request_.resume->recorded;
  return save(run_files::config, to_yaml(echo(recorded)));
}

Checked<Done> Sitting::prepare() {
  run_ = start_run(plan_, pool_, request_.began, team());
  if (request_.milestones != nullptr) run_->watch(request_.milestones->emplace(plan_, request_.targets));
  if (!checkpoint_) return Done{};
  if (auto loaded = load(); !loaded) return loaded;
  if (facts_.trace.empty()) return Done{};
  auto trace = CsvSink::reopen(
      directory_.file(plan_.spec.trace.file), layout_of(plan_.spec, request_.method, facts_.parameters),
      static_cast<std::size_t>(checkpoint_->head.trace_bytes), checkpoint_->head.trace_checksum);
  if (!trace) return trace.faults();
  sink_.emplace(std::move(*trace));
  return Done{};
}

Checked<Done> Sitting::begin_trace() {
  if (facts_.trace.empty()) return Done{};
  written_.push_back(plan_.spec.trace.file);
  if (sink_) return sink_->cut_back();
  auto trace = CsvSink::create(directory_.file(plan_.spec.trace.file),
                               layout_of(plan_.spec, request_.method, facts_.parameters));
  if (!trace) return trace.faults();
  sink_.emplace(std::move(*trace));
  return Done{};
}

// The state of the checkpoint, and the folds that were finished. What is read is not kept any longer.
Checked<Done> Sitting::load() {
  if (load_state(*checkpoint_, plan_, *run_, folds_)) return Done{};
  return Fault{FaultKind::output,
               {directory_.file(run_files::checkpoint).string(), 0, 0},
               "is not a state of this run",
               "start the run anew with -o"};
}

void Sitting::make_keeper() {
  // One of an earlier sitting stays where this one writes none.
  written_.push_back(run_files::checkpoint);
  if (!request_.checkpoint_s) return;
  CheckpointHead head;
  head.version = version();
  head.id = facts_.id;
  head.precision = Codec<Precision>::word(plan_.spec.precision);
  head.identity = plan_.identity;
  head.stop = stop_text(plan_.spec);
  head.facts = kept_facts(facts_);
  if (const Encoding* encoding = plan_.encoding())
    head.model = text_of(model_head(plan_.spec, *encoding, facts_.id));
  CheckpointKeeper::Parts parts;
  parts.file = directory_.file(run_files::checkpoint);
  parts.interval_s = *request_.checkpoint_s;
  parts.head = std::move(head);
  parts.trace = sink_ ? &*sink_ : nullptr;
  parts.watcher = &watcher_;
  parts.plan = &plan_;
  parts.folds = folds_;
  // run.json tells of it while the run goes on.
  parts.written = [this](const CheckpointHead& written) {
    if (written.ended) return;
    RunFacts facts = facts_;
    facts.checkpoint = written.counts.steps;
    // One that cannot be written now is written at the run's end, or told of then.
    static_cast<void>(write_atomically(directory_.file(run_files::summary),
                                       text_of(run_json(plan_.spec, Outcome{}, facts))));
  };
  keeper_ = std::make_unique<CheckpointKeeper>(std::move(parts));
}

// Trains the models of the folds that are not finished yet, and adds what they come to.
std::optional<CrossValidation> Sitting::train_folds(SolveResult& result) {
  const Spec& spec = plan_.spec;
  if (!spec.data || spec.data->validation.folds == 0 || result.outcome.status != Status::finished)
    return std::nullopt;
  watcher_.note("training the models of " + to_text(spec.data->validation.folds) + " folds");
  if (sink_) sink_->flush();
  const auto kept = [&](FinishedFolds& finished) {
    if (keeper_) keeper_->keep_folds(finished);
  };
  const auto began = Run::Clock::now();
  auto validated = cross_validate(plan_, pool_, watcher_, std::move(folds_), kept, team());
  if (keeper_) keeper_->keep_last_folds();
  if (!validated) {
    faults_.insert(faults_.end(), validated.faults().begin(), validated.faults().end());
    return std::nullopt;
  }
  add_folds(result.outcome, *validated, spec);
  for (std::size_t i = 0; i < validated->folds.size(); ++i) {
    if (validated->folds[i].outcome.status != Status::diverged) continue;
    facts_.warnings.push_back("the model of fold " + std::to_string(i + 1) + " diverged");
    watcher_.note(warning(facts_.warnings.back().text));
  }
  result.outcome.elapsed_s += seconds_since(began);
  if (validated->interrupted) {
    result.outcome.status = Status::interrupted;
    result.outcome.stop = StopReason::signal;
  }
  return std::move(*validated);
}

Checked<SolveResult> Sitting::carry_out(Beginning& beginning) {
  const Spec& spec = plan_.spec;
  if (request_.resume == nullptr) {
    if (auto removed = directory_.remove_checkpoint(); !removed) return removed.faults();
  }
  if (auto saved = save_config(); !saved) return saved.faults();
  if (auto begun = begin_trace(); !begun) return begun.faults();
  make_keeper();

  SolveResult result;
  result.directory = directory_.path();
  result.parameters = facts_.parameters;
  result.classes = facts_.classes;
  beginning.ready();
  result.outcome = run_->run(sink_ ? &*sink_ : nullptr, watcher_, 0, keeper_.get());
  if (keeper_) keeper_->wait();
  const auto& remarks = result.outcome.remarks;
  facts_.warnings.insert(facts_.warnings.end(), remarks.begin(), remarks.end());
  if (result.outcome.fault) faults_.push_back(*result.outcome.fault);

  const std::optional<CrossValidation> validation = train_folds(result);
  if (request_.muster != nullptr) request_.muster->end();
  const auto note_faults = [&](const Checked<Done>& done) {
    if (!done) faults_.insert(faults_.end(), done.faults().begin(), done.faults().end());
  };
  watcher_.ends();
  const auto ended = Run::Clock::now();
  if (sink_) note_faults(sink_->close());
  trace_closed_ = true;
  // The text of the result may be as large as the state.
  if (keeper_) {
    keeper_->wait();
    keeper_->release();
  }
  if (validation) note_faults(save(run_files::folds, folds_csv(*validation, spec)));
  const Run::ResultFile file = run_->result();
  note_faults(save(file.name, file.text));
  note_faults(directory_.remove_earlier(written_));
  if (keeper_) {
    note_checkpoint();
    if (const auto fault = keeper_->trace_fault()) faults_.push_back(*fault);
    for (const std::string& text : keeper_->warnings()) facts_.warnings.push_back(warning(text));
  }
  // Large files take their time.
  result.outcome.elapsed_s += seconds_since(ended);
  const auto tell = [&] {
    if (!faults_.empty()) result.outcome.status = Status::failed;
    result.run_json = text_of(run_json(spec, result.outcome, facts_));
    return save(run_files::summary, result.run_json);
  };
  // What fails once may not fail again, and the file that is there says that the run goes on, or how it was
  // before its trace was cut.
  const std::size_t known = faults_.size();
  note_faults(tell());
  if (faults_.size() > known) static_cast<void>(tell());
  told_ = true;
  if (!faults_.empty()) return faults_;
  return result;
}

// One that could not be written leaves the one before.
void Sitting::note_checkpoint() {
  if (const auto step = keeper_->last_step()) facts_.checkpoint = step;
}

Checked<Done> Sitting::fail() {
  if (keeper_) {
    keeper_->wait();
    note_checkpoint();
  }
  // What it still holds belongs before anything is taken back. A failure of it is known.
  if (sink_) static_cast<void>(sink_->close());
  trace_closed_ = true;
  Outcome outcome = unknown_outcome(watcher_.counts());
  const double earlier = checkpoint_ ? checkpoint_->head.counts.seconds : 0;
  outcome.elapsed_s = earlier + seconds_since(request_.began);
  return save(run_files::summary, text_of(run_json(plan_.spec, outcome, facts_)));
}

}  // namespace lookahead
