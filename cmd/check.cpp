#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>

#include "base/counted.hpp"
#include "base/memory.hpp"
#include "base/text.hpp"
#include "commands.hpp"
#include "run/cautions.hpp"
#include "run/checkpoint.hpp"
#include "run/directory.hpp"
#include "run/memory_need.hpp"
#include "run/method.hpp"
#include "run/onward.hpp"
#include "run/run_summary.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"
#include "study/table.hpp"

namespace lookahead::cmd {
namespace {

// Rows for the ends of epochs of so many steps, where an epoch has several, beside those of the cadence.
Index rows_of_epochs(const Plan& plan, Index steps) {
  const Spec& spec = plan.spec;
  const Index of_epoch = steps_per_pass(plan);
  if (!spec.data || of_epoch <= 1) return 0;
  const auto k = spec.lookahead.steps_per_round();
  Index count = 0;
  const Cadence told;
  for (Index epoch = told.next(0); epoch <= steps / of_epoch; epoch = told.next(epoch)) {
    const Index step = epoch * of_epoch;
    const bool at_sync = spec.trace.every.kind == Cadence::Kind::sync && k && step % *k == 0;
    if (!at_sync && !spec.trace.every.due(step)) ++count;
  }
  return count;
}

// Those of the cadence, of so many steps; -1 if it does not say beforehand.
Index rows_of_cadence(const Plan& plan, Index steps) {
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

// Rows of the trace of a run of so many steps; -1 if the steps are not known beforehand.
Index trace_rows(const Plan& plan) {
  const Index steps = schedule_horizon(plan);
  const Index rows = steps == 0 ? -1 : rows_of_cadence(plan, steps);
  return rows < 0 ? rows : rows + rows_of_epochs(plan, steps);
}

std::string estimate(const Plan& plan, Pool& pool) {
  const Index rows = trace_rows(plan);
  std::string text = counted(plan.dimension, "coordinate") + ", ";
  if (plan.spec.data) text += counted(plan.rows(), "row") + " x " + counted(plan.columns(), "column") + ", ";
  text += rows < 0 ? "trace rows not known beforehand" : "about " + counted(rows, "trace row");
  return text + ", about " + bytes_text(peak_bytes(plan, pool)) + " of memory";
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

// "a run of adam under Lookahead on a function, 400 steps": what run.json says of a run. It has the counts of
// one that has ended.
std::string made_of(const JsonRead& json, bool ended) {
  std::vector<std::string> parts;
  const auto optimizer = json.find("optimizer");
  const bool named = optimizer != json.end() && optimizer->is_object() && optimizer->contains("name") &&
                     (*optimizer)["name"].is_string();
  const auto lookahead = json.find("lookahead");
  const bool wrapped = lookahead != json.end() && lookahead->is_structured() && !lookahead->empty();
  if (named)
    parts.push_back("a run of " + visible((*optimizer)["name"].get<std::string>()) +
                    (wrapped ? " under Lookahead" : ""));
  const auto data = json.find("data");
  if (data != json.end() && !parts.empty()) parts.back() += data->is_null() ? " on a function" : " on data";
  const auto add = [&](const char* key, const std::string& thing) {
    const auto found = json.find(key);
    if (found != json.end() && found->is_number_integer())
      parts.push_back(counted(found->get<std::int64_t>(), thing));
  };
  if (ended) add("steps", "step");
  if (ended) add("epochs", "epoch");
  return joined(parts, ", ");
}

// What can be done with what an ended run left.
std::string onward(const RunSummary& summary, bool kept, const std::filesystem::path& path) {
  const Status status = summary.status;
  const std::string resume = "lookahead solve --resume " + visible(path.string());
  if (status == Status::diverged) return "it has diverged and cannot be resumed";
  if (!kept && status == Status::finished) return "it cannot go on: there is no checkpoint.bin";
  if (!kept) return "there is no checkpoint.bin: " + resume + " starts it over";
  if (const auto onward = onward_of(summary, path)) {
    if (!onward->obstacle.empty()) return "it cannot go on: " + onward->obstacle;
    return "it can go on: " + resume + " " + onward->option();
  }
  return "it can be resumed with: " + resume;
}

// What a run came to and how it can go on; `all`: also what its checkpoint holds.
Checked<std::string> left_by_run(const std::filesystem::path& path, bool all) {
  std::error_code unknown;
  if (!std::filesystem::is_directory(path, unknown)) {
    const auto checkpoint = read_checkpoint(path);
    if (!checkpoint) return checkpoint.faults();
    return checkpoint_text(*checkpoint, all);
  }
  const auto kind = look_at_folder(path);
  if (!kind) return kind.faults();
  if (*kind == StudyFolder::sweep) {
    return Fault{FaultKind::data,
                 {path.string(), 0, 0},
                 "is a sweep directory, and check takes problems and runs",
                 "lookahead show " + visible(path.string()) + " shows it"};
  }
  if (*kind == StudyFolder::none) {
    return Fault{FaultKind::data,
                 {path.string(), 0, 0},
                 "the folder holds no run: there is no run.json",
                 "lookahead show " + visible(path.string()) + " lists what lies below it"};
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
  if (const std::string made = made_of(summary->json, !*running); !made.empty()) text += "  " + made + "\n";
  if (!*running) text += "  " + onward(*summary, kept, path) + "\n";
  if (!kept) return text;
  const auto checkpoint = read_checkpoint(file);
  if (!checkpoint) return checkpoint.faults();
  return all ? text + "  " + checkpoint_text(*checkpoint, true) : text;
}

}  // namespace

CLI::App* add_check(CLI::App& app, CheckOptions& options) {
  CLI::App* command =
      app.add_subcommand("check", "validate problem files without running them, or tell how a run ended")
          ->group("Problems");
  command->add_option("FILE", options.files, "problem files, - is standard input; run directories")
      ->required();
  add_settings(*command, options.set);
  command->add_flag("--resolved", options.resolved, "print the full problem with every default");
  command->footer(
      "Examples\n"
      "  lookahead check problem.yaml\n"
      "  lookahead check problem.yaml --set batch=64 --resolved\n"
      "  lookahead check runs/problem-001");
  return command;
}

int run_check(const CheckOptions& options, const Console& console) {
  int code = 0;
  for (const std::string& file : options.files) {
    if (is_of_run(file)) {
      if (options.resolved || !options.set.empty()) {
        const int refused =
            console.fail({FaultKind::usage,
                          {options.resolved ? "--resolved" : "--set " + options.set.front(), 0, 0},
                          visible(file) + " is a run: its problem is settled, and stands in its "
                                          "config.yaml",
                          "check the problem's file"});
        if (code == 0) code = refused;
        continue;
      }
      const auto text = left_by_run(file, console.options().verbose > 0);
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
