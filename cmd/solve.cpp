#include "run/solve.hpp"

#include <cmath>

#include "base/text.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "progress.hpp"
#include "run/counted.hpp"
#include "run/directory.hpp"
#include "run/json.hpp"
#include "run/plan.hpp"

namespace lookahead::cmd {
namespace {

std::string number_text(double value) { return std::isfinite(value) ? to_text(value) : "not finite"; }

std::string seconds_text(double seconds) { return short_text(seconds, 3) + " s"; }

std::string summary(const Spec& spec, const SolveResult& result) {
  const Outcome& outcome = result.outcome;
  std::string text = visible(spec.name) + ": " + Codec<Status>::word(outcome.status);
  if (outcome.stop) text += " (" + Codec<StopReason>::word(*outcome.stop) + ")";
  text += " after " + counted(outcome.counts.steps, "step") + ", " + counted(outcome.counts.rounds, "round");
  if (spec.data) text += ", " + counted(outcome.counts.epochs, "epoch");
  text += " in " + seconds_text(outcome.time_s) + "\n";
  Lines lines;
  lines.add(
      "loss",
      number_text(outcome.loss_slow) +
          (outcome.gap && !is_game(spec) ? " (" + number_text(*outcome.gap) + " above the minimum)" : ""));
  lines.add("best loss", number_text(outcome.best.loss) + " at step " + count_of(outcome.best.step));
  lines.add("gradient", number_text(outcome.grad_norm));
  const std::string deviation = "_sd";
  std::string mean;
  for (const auto& [name, value] : outcome.metrics) {
    const std::string shown = std::isnan(value) ? "undefined" : number_text(value);
    if (name == mean + deviation) {
      lines.extend(" (sd " + shown + " over " + counted(outcome.folds, "fold") + ")");
    } else {
      lines.add(name, shown);
    }
    mean = outcome.folds > 0 ? name : "";
  }
  Lines last;
  last.add("files", visible(result.directory.string()));
  return text + lines.text() + (outcome.classes ? class_table(*outcome.classes, result.classes) : "") +
         last.text();
}

int dry_run(const Spec& spec, bool json, const Console& console) {
  const auto describe = [&](const auto& plan) {
    for (const std::string& note : plan->notes) console.note(note);
    if (json) {
      return print_result(console, text_of({{"name", spec.name},
                                            {"dry_run", true},
                                            {"coordinates", plan->start.size()},
                                            {"start_loss", plan->start_loss}}));
    }
    return print_result(console, visible(spec.name) + ": would run with " +
                                     counted(static_cast<Index>(plan->start.size()), "coordinate") +
                                     ", loss at the start " + number_text(plan->start_loss) +
                                     "; nothing was written\n");
  };
  if (spec.precision == Precision::single_precision) {
    const auto plan = make_plan<float>(spec);
    return plan ? describe(plan) : console.fail(plan.faults());
  }
  const auto plan = make_plan<double>(spec);
  return plan ? describe(plan) : console.fail(plan.faults());
}

}  // namespace

int run_solve(const SolveOptions& options, const Console& console) {
  const auto seed = parse_integer(options.seed);
  if (!options.seed.empty() && !(seed && *seed >= 0)) {
    return console.fail({FaultKind::usage, {"--seed " + options.seed, 0, 0}, "must be an integer >= 0", ""});
  }
  auto spec = load_problem(options.file, options.set, console);
  if (!spec) return console.fail(spec.faults());
  if (seed) spec->seed = static_cast<Index>(*seed);
  if (options.require_target && !spec->stop.target) {
    return console.fail({FaultKind::usage,
                         {"--require-target", 0, 0},
                         "the problem has no stop.target",
                         "add --set stop.target=1e-8"});
  }
  if (options.dry_run && !options.directory.empty()) {
    const auto in_use = RunDirectory::in_use(options.directory, options.force);
    if (in_use) return console.fail(*in_use);
  }
  if (options.dry_run) return dry_run(*spec, options.json, console);
  SolveRequest request{*spec, {}, options.force, !options.no_trace};
  if (!options.directory.empty()) request.directory = options.directory;
  Checked<SolveResult> result = Fault{};
  {
    Progress progress(console, spec->stop);
    result = solve(request, progress);
  }
  if (!result) return console.fail(result.faults());
  const Outcome& outcome = result->outcome;
  if (outcome.status == Status::diverged) {
    console.warn("diverged at step " + count_of(outcome.counts.steps) +
                 "; the last finite slow point is kept (a smaller optimizer.lr may help)");
  }
  if (outcome.status == Status::interrupted) console.warn("interrupted; all files are complete up to here");
  const int printed = print_result(console, options.json ? result->run_json : summary(*spec, *result));
  if (printed != 0) return printed;
  if (outcome.status == Status::diverged) return 6;
  if (outcome.status == Status::interrupted) return 128 + Progress::signal_received();
  if (options.require_target && outcome.stop != StopReason::target) {
    console.warn("the target was not met");
    return 7;
  }
  return 0;
}

}  // namespace lookahead::cmd
