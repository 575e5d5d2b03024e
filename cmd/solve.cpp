#include "run/solve.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <csignal>
#include <limits>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "certify/explanation.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "option_values.hpp"
#include "progress.hpp"
#include "run/directory.hpp"
#include "run/folds.hpp"
#include "run/json.hpp"
#include "run/onward.hpp"
#include "run/resume.hpp"
#include "spec/codecs.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"
#include "study/sweep/sweep_directory.hpp"

namespace lookahead::cmd {
namespace {

// Files and --json have all digits.
std::string number_text(double value) {
  constexpr int digits = 6;
  return std::isfinite(value) ? short_text(value, digits) : "not finite";
}

// A declared minimum may be none, and that of a function holds in its domain.
std::string gap_text(const Outcome& outcome) {
  if (!outcome.below_minimum) return number_text(*outcome.gap) + " above the minimum";
  return number_text(-*outcome.gap) + (outcome.outside_domain
                                           ? " below the minimum in the domain, which the point has left"
                                           : " below objective.minimum, which is not the minimum");
}

std::string seconds_text(double seconds) { return short_text(seconds, 3) + " s"; }

// What moves the slow point: "k = 5, alpha = 0.5", a level after the other from the innermost out. What a problem
// that does not speak of it has is said to be that.
std::string lookahead_text(const LookaheadSpec& lookahead) {
  const auto number = [](const Scheduled& value) {
    const auto constant = value.constant_value();
    return constant ? short_text(*constant, 6) : value.schedule.entry->card.name;
  };
  std::vector<std::string> levels;
  for (const LevelSpec& level : lookahead.levels) {
    std::string text = "k = " + number(level.k) +
                       ", alpha = " + (level.alpha.adaptive ? "adaptive" : number(level.alpha.value));
    if (!level.outer.entry->plain_slow_step) text += ", outer " + level.outer.entry->card.name;
    if (level.workers > 1) text += ", " + counted(level.workers, "worker");
    levels.push_back(std::move(text));
  }
  const bool usual = to_flow_yaml(Codec<LookaheadSpec>::write(lookahead)) ==
                     to_flow_yaml(Codec<LookaheadSpec>::write(LookaheadSpec{}));
  return joined(levels, "; ") + (usual ? " (the default)" : "");
}

std::string summary(const Spec& spec, const SolveResult& result) {
  const Outcome& outcome = result.outcome;
  // What was given up to end soon.
  const bool interrupted = outcome.status == Status::interrupted;
  const auto result_text = [&](double value) {
    return interrupted && std::isnan(value) ? "not evaluated" : number_text(value);
  };
  std::string text = visible(spec.name) + ": " + Codec<Status>::word(outcome.status);
  if (outcome.stop) text += " (" + Codec<StopReason>::word(*outcome.stop) + ")";
  text += " after " + counted(outcome.counts.steps, "step") + ", " + counted(outcome.counts.rounds, "round");
  if (spec.data) text += ", " + counted(outcome.counts.epochs, "epoch");
  text += " in " + seconds_text(outcome.elapsed_s) + " (" + seconds_text(outcome.time_s) + " stepping)\n";
  Lines lines;
  lines.add("loss", result_text(outcome.loss_slow) +
                        (outcome.gap && !is_game(spec) ? " (" + gap_text(outcome) + ")" : ""));
  lines.add("best loss", number_text(outcome.best.loss) + " at step " + to_text(outcome.best.step));
  lines.add("gradient", result_text(outcome.grad_norm));
  if (outcome.best_epoch) {
    lines.add("best epoch", to_text(*outcome.best_epoch) + " (" + spec.stop.patience->metric + " " +
                                number_text(outcome.best_metric) + "): its weights are the result");
  }
  const auto shown = [&](double value) {
    return std::isnan(value) && !interrupted ? "undefined" : result_text(value);
  };
  for (const ResultMetric& metric : outcome.metrics) {
    lines.add(metric.name, shown(metric.value));
    if (metric.deviation)
      lines.extend(" (sd " + shown(*metric.deviation) + " over " + counted(outcome.folds, "fold") + ")");
  }
  Lines last;
  const std::string& rule = spec.optimizer.rule.entry->card.name;
  last.add("lookahead", spec.lookahead.enabled ? lookahead_text(spec.lookahead) + " over " + rule
                                               : "off: " + rule + " alone");
  last.add("files", visible(result.directory.string()));
  return text + lines.text() + (outcome.classes ? class_table(*outcome.classes, result.classes) : "") +
         last.text();
}

bool has_no_bound_outside(const ObjectiveSpec& objective) {
  const Chosen<FunctionEntry>& function = objective.function;
  return function.entry->facts(function.values, objective.dimension).unbounded_outside;
}

// What the target demands of the run's end and it does not have.
std::optional<Fault> missed_target(const Spec& spec, const Outcome& outcome) {
  const double excess = outcome.gap.value_or(outcome.loss_slow), target = *spec.stop.target;
  if (outcome.stop == StopReason::target) return std::nullopt;
  const bool left =
      outcome.gap && spec.objective && excess < -target && has_no_bound_outside(*spec.objective);
  if (excess <= target && !left) return std::nullopt;
  if (left) {
    return Fault{
        FaultKind::data,
        {"--require-target", 0, 0},
        "the loss is " + number_text(-excess) + " below the minimum in the domain, which the point has left",
        "a smaller optimizer.lr may keep it there"};
  }
  return Fault{FaultKind::data,
               {"--require-target", 0, 0},
               "the loss is " + to_text(excess) +
                   (outcome.gap && !is_game(spec) ? " above the minimum" : "") + ", stop.target is " +
                   to_text(*spec.stop.target),
               ""};
}

Checked<std::vector<Requirement>> requirements_of(const std::vector<std::string>& texts, const Spec& spec) {
  std::vector<Requirement> requirements;
  Faults faults;
  for (const std::string& text : texts) {
    auto requirement = read_requirement(text);
    if (requirement) requirements.push_back(std::move(*requirement));
    if (!requirement) faults.insert(faults.end(), requirement.faults().begin(), requirement.faults().end());
  }
  // Which metrics there are by default may be known only when the data are read.
  const bool settled = !spec.data || !spec.metrics.empty();
  if (faults.empty() && settled) faults = unknown_keys(requirements, spec);
  if (!faults.empty()) return faults;
  return requirements;
}

int dry_run(const Spec& spec, bool json, const std::vector<Requirement>& requirements,
            const Console& console) {
  const auto planned = plan_with_notes(spec, console);
  if (!planned) return console.fail(planned.faults());
  const Plan& plan = *planned->plan;
  const Faults unknown = unknown_keys(requirements, plan.spec);
  if (!unknown.empty()) return console.fail(unknown);
  if (json) {
    return print_result(console, text_of({{"name", spec.name},
                                          {"dry_run", true},
                                          {"coordinates", plan.dimension},
                                          {"start_loss", plan.start_loss}}));
  }
  return print_result(console, visible(spec.name) + ": would run with " +
                                   counted(plan.dimension, "coordinate") + ", loss at the start " +
                                   number_text(plan.start_loss) + "; nothing was written\n");
}

// The exit code of a run that was to meet requirements and a target.
int judged(const SolveOptions& options, const std::vector<Requirement>& requirements, const Spec& spec,
           const Outcome& outcome, const std::string& run_json, const Console& console) {
  if (outcome.status == Status::diverged) return 6;
  if (outcome.status == Status::interrupted) {
    // Of several processes another one may have received it.
    const int signal = Progress::signal_received();
    return 128 + (signal != 0 ? signal : SIGTERM);
  }
  Faults misses = missed(requirements, run_json);
  if (options.require_target) {
    if (auto miss = missed_target(spec, outcome)) misses.push_back(*miss);
  }
  if (misses.empty()) return 0;
  console.fail(misses);
  return exit_unmet;
}

// What a run that had met its end already was resumed for is not done.
void note_ended(const SolveOptions& options, const RunSummary& summary, const Console& console) {
  std::string text = options.resume + ": the run has ended already; nothing was done";
  std::error_code unknown;
  if (!std::filesystem::exists(std::filesystem::path(options.resume) / run_files::checkpoint, unknown)) {
    text += "; it left no checkpoint to go on from";
  } else if (const auto onward = onward_of(summary, options.resume)) {
    text += onward->obstacle.empty()
                ? "; it ended by stop." + onward->ended_by + " and goes on with " + onward->option()
                : ": " + onward->obstacle;
  }
  console.note(text);
}

// There is nothing left to do: what the run came to is told again.
int tell_finished(const SolveOptions& options, const Resumption& resume,
                  const std::vector<Requirement>& requirements, const Console& console) {
  const auto text = read_file(resume.directory.file(run_files::summary).string(), FaultKind::output,
                              std::numeric_limits<std::int32_t>::max());
  if (!text) return console.fail(text.faults());
  note_ended(options, *resume.summary, console);
  const JsonRead& json = resume.summary->json;
  Outcome outcome;
  outcome.status = resume.summary->status;
  const JsonRead result = json.value("result", JsonRead::object());
  const auto number = [&](const char* key) -> std::optional<double> {
    const auto found = result.find(key);
    return found != result.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
  };
  outcome.loss_slow = number("loss_slow").value_or(std::numeric_limits<double>::quiet_NaN());
  outcome.gap = number("gap");
  if (json.value("stop", JsonRead()) == Codec<StopReason>::word(StopReason::target))
    outcome.stop = StopReason::target;
  if (options.json) {
    if (const int printed = print_result(console, *text); printed != 0) return printed;
  }
  return judged(options, requirements, resume.spec, outcome, *text, console);
}

// Seconds between two checkpoints; nothing: none.
Checked<std::optional<double>> checkpoint_interval(const std::string& text) {
  if (text == "none") return std::optional<double>();
  const auto seconds = parse_duration(text);
  if (seconds) return std::optional(*seconds);
  return Fault{FaultKind::usage,
               {"--checkpoint " + text, 0, 0},
               "must be a time with its unit, or none",
               "--checkpoint 60s"};
}

Fault no_target(const Spec& spec) {
  return {FaultKind::usage,
          {"--require-target", 0, 0},
          "the problem has no stop.target",
          spec.data ? "--require \"val_loss<0.5\" asks for a result, or give stop.target, a loss"
                    : "add --set stop.target=1e-8; a formula then needs its objective.minimum"};
}

// What a run that has come to its end, or was interrupted, says beside its summary.
void tell_end(const SolveOptions& options, const Spec& spec, const SolveResult& result,
              const Resumption* resume, bool has_checkpoints, const Console& console) {
  const Outcome& outcome = result.outcome;
  if (outcome.stop == StopReason::time && outcome.counts.steps == 0)
    console.warn("stop.time was over before the first step: it counts from the program's start");
  for (const std::string& remark : outcome.remarks) console.warn(remark);
  if (outcome.status == Status::interrupted) {
    const bool goes_on = has_checkpoints && std::filesystem::exists(result.directory / run_files::checkpoint);
    console.warn(
        "interrupted; all files are complete up to here" +
        (goes_on ? "; resume with: lookahead solve --resume " + visible(result.directory.string()) : ""));
  }
  const bool had_ended = resume != nullptr && resume->checkpoint && resume->summary &&
                         resume->summary->status == Status::finished;
  const bool has_folds = spec.data && spec.data->validation.folds > 0;
  if (had_ended && !has_folds && outcome.counts.steps == resume->checkpoint->head.counts.steps) {
    if (const auto ended = read_summary(result.directory)) note_ended(options, *ended, console);
  }
}

}  // namespace

CLI::App* add_solve(CLI::App& app, SolveOptions& options) {
  CLI::App* command = app.add_subcommand("solve", "run one problem and write a run directory")->group("Runs");
  const CLI::Option* file = command->add_option(
      "FILE", options.file, "problem file; - is standard input; of --resume its run's own");
  add_settings(*command, options.set);
  command
      ->add_option("-o,--output", options.directory, "run directory; default: the next free runs/<name>-NNN")
      ->type_name("DIR");
  CLI::Option* resume =
      command
          ->add_option("--resume", options.resume,
                       "continue the run in this directory; with FILE, begin it where there is none")
          ->type_name("DIR");
  command
      ->add_option("--checkpoint", options.checkpoint,
                   "time between two checkpoints, such as 5m (default 60s); none writes none")
      ->type_name("TIME|none");
  command->add_option("--seed", options.seed, "override the seed")->type_name("N");
  command->add_flag("--force", options.force, "replace an earlier run in the directory");
  command->add_flag("--json", options.json, "print run.json instead of the summary");
  command->add_flag("--no-trace", options.no_trace, "write no trace.csv");
  command->add_flag("--require-target", options.require_target, "exit 7 if stop.target was not met");
  command
      ->add_option("--require", options.require,
                   "exit 7 unless a key of the result is as said: 'val_accuracy>=0.85' (repeatable)")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  command->add_flag("--dry-run", options.dry_run, "check everything, run and write nothing");
  for (const char* option : {"--output", "--seed", "--force", "--no-trace", "--dry-run"})
    resume->excludes(command->get_option(option));
  command->footer(
      "Examples\n"
      "  lookahead solve problem.yaml\n"
      "  lookahead solve problem.yaml --set optimizer.lr=1e-2 --seed 7\n"
      "  lookahead solve --resume runs/problem-001");
  command->final_callback([file, resume] {
    if (file->empty() && resume->empty()) throw CLI::RequiredError("FILE");
  });
  return command;
}

int run_solve(const SolveOptions& options, const Console& console, Muster* muster) {
  std::optional<std::uint64_t> seed;
  if (!options.seed.empty()) {
    const auto given = read_seed(options.seed, "lookahead sweep --seeds 1..3 runs several seeds");
    if (!given) return console.fail(given.faults());
    seed = *given;
  }
  if (muster != nullptr && options.file == "-") return console.fail(no_input("problem"));
  const auto interval = checkpoint_interval(options.checkpoint);
  if (!interval) return console.fail(interval.faults());
  for (const std::string& folder : {options.resume, options.directory}) {
    const auto kept = folder.empty() ? std::nullopt : is_of_sweep(folder);
    if (kept) return console.fail(*kept);
  }
  std::optional<Resumption> resume;
  // A run that is to be continued and has not begun begins.
  const bool begins = !options.resume.empty() && !options.file.empty() && holds_nothing(options.resume);
  if (!options.resume.empty() && !begins) {
    const bool reads_only = muster != nullptr && !muster->team().first();
    auto opened = open_resumption(options.resume, options.set, console.threads(), reads_only);
    if (!opened) return console.fail(opened.faults());
    resume.emplace(std::move(*opened));
  }
  auto spec =
      options.file.empty() ? Checked<Spec>(resume->spec) : load_problem(options.file, options.set, console);
  if (!spec) return console.fail(spec.faults());
  if (seed) {
    spec->seed = static_cast<Index>(*seed);
    warn_of_replaced(options.set, "seed", "--seed", console);
  }
  if (muster != nullptr && spec->data && spec->data->reads_stdin()) return console.fail(no_input("rows"));
  if (muster != nullptr && spec->data) spec->data->order.processes = muster->team().size();
  if (options.require_target && !spec->stop.target) return console.fail(no_target(*spec));
  auto requirements = requirements_of(options.require, *spec);
  if (!requirements) return console.fail(requirements.faults());
  if (options.dry_run && !options.directory.empty()) {
    const auto in_use = RunDirectory::in_use(options.directory, options.force);
    if (in_use) return console.fail(*in_use);
  }
  if (options.dry_run) return dry_run(*spec, options.json, *requirements, console);
  if (resume && !options.file.empty()) {
    if (const auto same = same_problem(*spec, *resume); !same) return console.fail(same.faults());
    spec = resume->spec;
  }
  if (resume && resume->finished) return tell_finished(options, *resume, *requirements, console);
  SolveRequest request{.spec = *spec,
                       .force = options.force,
                       .write_trace = !options.no_trace,
                       .requirements = *requirements,
                       .explain = explain_rate,
                       .checkpoint_s = *interval,
                       .resume = resume ? &*resume : nullptr,
                       .muster = muster,
                       .began = options.began};
  if (!options.directory.empty()) request.directory = options.directory;
  if (begins) request.directory = options.resume;
  Checked<SolveResult> result = Fault{};
  {
    Progress progress(console, spec->stop, spec->data ? spec->data->train.text() : "");
    result = solve(request, progress);
  }
  if (!result) return console.fail(result.faults());
  if (muster != nullptr && !muster->team().first()) return 0;
  tell_end(options, *spec, *result, resume ? &*resume : nullptr, interval->has_value(), console);
  const int printed = print_result(console, options.json ? result->run_json : summary(*spec, *result));
  if (printed != 0) return printed;
  return judged(options, *requirements, *spec, result->outcome, result->run_json, console);
}

}  // namespace lookahead::cmd
