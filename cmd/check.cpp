#include <cmath>
#include <filesystem>

#include "base/memory.hpp"
#include "base/text.hpp"
#include "commands.hpp"
#include "run/cautions.hpp"
#include "run/checkpoint.hpp"
#include "run/directory.hpp"
#include "run/memory_need.hpp"
#include "run/method.hpp"
#include "run/run_summary.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"

namespace lookahead::cmd {
namespace {

// Rows of the trace of a run of so many steps; -1 if the steps are not known beforehand.
Index trace_rows(const Plan& plan) {
  const Index steps = schedule_horizon(plan);
  if (steps == 0) return -1;
  const Cadence& every = plan.spec.trace.every;
  if (every.kind == Cadence::Kind::every) return steps / every.count + 2;
  const auto k = plan.spec.lookahead.steps_per_round();
  if (every.kind == Cadence::Kind::sync) return k ? steps / *k + 2 : -1;
  if (every.kind == Cadence::Kind::per_decade && every.count > 1000) {
    // All steps up to where 10^(1/n) moves by one step, then n a decade.
    const double n = static_cast<double>(every.count), dense = n / std::log(10.0);
    const auto last = static_cast<double>(steps);
    return static_cast<Index>(last < dense ? last : dense + n * std::log10(last / dense)) + 1;
  }
  Index count = 1;
  for (Index step = every.next(0); step <= steps; step = every.next(step)) ++count;
  return count;
}

std::string estimate(const Plan& plan, Pool& pool) {
  const Index rows = trace_rows(plan);
  std::string text = to_text(static_cast<std::int64_t>(plan.dimension)) + " coordinates, ";
  if (plan.spec.data) {
    text += to_text(static_cast<std::int64_t>(plan.rows())) + " rows x " +
            to_text(static_cast<std::int64_t>(plan.columns())) + " columns, ";
  }
  text += rows < 0 ? "trace rows not known beforehand"
                   : "about " + to_text(static_cast<std::int64_t>(rows)) + " trace rows";
  return text + ", about " + bytes_text(peak_bytes(plan, pool));
}

Checked<std::string> checked_plan(const Spec& spec, const Console& console) {
  // What is checked starts nothing.
  const bool outside = spec.objective && spec.objective->function.entry->outside;
  const auto planned = outside ? plan_unevaluated(spec) : plan_with_notes(spec, console);
  if (!planned) return planned.faults();
  std::string text = estimate(*planned->plan, *planned->pool);
  if (outside) text += "; the objective itself was not tried";
  for (const std::string& kink : kinks_of(*planned->plan))
    text += "\n  " + kink + " may have a kink, a jump or a pole, where the gradient is that of one side";
  return text;
}

// Whether it is what a run left, not a problem.
bool is_of_run(const std::filesystem::path& file) {
  std::error_code unknown;
  return file.filename() == run_files::checkpoint || std::filesystem::is_directory(file, unknown);
}

// What a run came to, and what its checkpoint holds.
Checked<std::string> left_by_run(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::is_directory(path, unknown)) {
    const auto checkpoint = read_checkpoint(path);
    if (!checkpoint) return checkpoint.faults();
    return checkpoint_text(*checkpoint);
  }
  const auto summary = read_summary(path);
  if (!summary) return summary.faults();
  const auto running = running_state(path);
  if (!running) return running.faults();
  std::string text = *running ? "the run " + text_of(**running, path)
                              : "the run has ended: " + Codec<Status>::word(summary->status);
  text += "\n";
  const std::filesystem::path file = path / run_files::checkpoint;
  std::error_code error;
  const bool kept = std::filesystem::exists(file, error);
  if (error)
    return Fault{FaultKind::output, {file.string(), 0, 0}, "cannot be looked at: " + error.message(), ""};
  if (!kept) return text;
  const auto checkpoint = read_checkpoint(file);
  if (!checkpoint) return checkpoint.faults();
  const bool stopped = summary->status == Status::interrupted || summary->status == Status::failed;
  if (stopped) text += "it can be resumed with: lookahead solve --resume " + visible(path.string()) + "\n";
  return text + checkpoint_text(*checkpoint);
}

}  // namespace

int run_check(const CheckOptions& options, const Console& console) {
  int code = 0;
  for (const std::string& file : options.files) {
    if (is_of_run(file)) {
      const auto text = left_by_run(file);
      const int done =
          text ? print_result(console, visible(file) + ": " + *text) : console.fail(text.faults());
      if (code == 0) code = done;
      continue;
    }
    if (is_sweep_file(file)) {
      const int checked = check_sweep(file, options.set, options.resolved, console);
      if (code == 0) code = checked;
      continue;
    }
    const auto spec = load_problem(file, options.set, console);
    if (!spec) {
      const int failed = console.fail(spec.faults());
      if (code == 0) code = failed;
      continue;
    }
    const auto text = checked_plan(*spec, console);
    if (!text) {
      const int failed = console.fail(text.faults());
      if (code == 0) code = failed;
      continue;
    }
    const int printed = print_result(
        console, options.resolved ? to_yaml(echo(*spec)) : visible(file) + ": ok, " + *text + "\n");
    if (code == 0) code = printed;
  }
  return code;
}

}  // namespace lookahead::cmd
