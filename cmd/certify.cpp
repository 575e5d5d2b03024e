#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "certify/certificate_json.hpp"
#include "certify_text.hpp"
#include "commands.hpp"
#include "run/directory.hpp"
#include "signals.hpp"
#include "spec/run_files.hpp"

namespace lookahead::cmd {
namespace {

Checked<Certificate> certificate_of(const Spec& spec, const Console& console) {
  const auto planned = plan_run(spec);
  if (!planned) return planned.faults();
  const Plan& plan = *planned->plan;
  for (const Note& note : plan.notes) {
    // What settling lr: auto says stands in the certificate itself.
    if (!plan.constants || note.kind == Note::Kind::information) console.note(note);
  }
  return certify(plan, *planned->pool);
}

// What --assert demands of `name`, and was not met.
int missed(const Console& console, const std::string& name, const std::string& what) {
  console.fail({FaultKind::data, {"--assert", 0, 0}, name + ": " + what, ""});
  return exit_unmet;
}

// One run's rows go to its folder, whatever the others are. The report does not depend on whether they can.
Checked<Evidence> certified_run(const std::filesystem::path& run, Faults& unwritten, const Console& console) {
  auto evidence = evidence_of(run, console.threads().value_or(0));
  if (!evidence) return evidence;
  const auto running = running_state(run);
  if (!running) return running.faults();
  if (*running) console.note(run.string() + ": the run " + text_of(**running, run));
  const signals::Held held;
  if (auto written = write_atomically(run / run_files::certificate, certificate_csv(*evidence)); !written)
    unwritten.insert(unwritten.end(), written.faults().begin(), written.faults().end());
  return evidence;
}

int certify_runs(const CertifyOptions& options, std::optional<double> epsilon, const Console& console) {
  if (!options.set.empty()) {
    return console.fail({FaultKind::usage,
                         {"--set " + options.set.front(), 0, 0},
                         "a run is certified as it was",
                         "give its problem file instead"});
  }
  std::vector<Evidence> runs;
  Faults unwritten;
  for (const std::string& target : options.targets) {
    auto evidence = certified_run(target, unwritten, console);
    if (!evidence) return console.fail(evidence.faults());
    runs.push_back(std::move(*evidence));
  }
  const auto evidence = mean_of(runs);
  if (!evidence) return console.fail(evidence.faults());
  std::string text;
  if (options.json) {
    Json json = evidence_json(*evidence, epsilon);
    if (options.grid) json["grid"] = grid_json(evidence->certificate, epsilon);
    text = text_of(json);
  } else {
    text = evidence_text(*evidence, options.targets, epsilon);
    if (options.grid) text += grid_text(evidence->certificate, epsilon);
  }
  const int printed = print_result(console, text);
  if (printed != 0) return printed;
  if (!unwritten.empty()) return console.fail(unwritten);
  if (!options.demand) return 0;
  const RunVerdict verdict = evidence->verdict();
  if (verdict == RunVerdict::violated) return missed(console, evidence->name, "the bound is violated");
  if (verdict == RunVerdict::undecided) return missed(console, evidence->name, undecided_text(*evidence));
  if (verdict != RunVerdict::holds) return missed(console, evidence->name, "an assumption is not certified");
  return 0;
}

}  // namespace

CLI::App* add_certify(CLI::App& app, CertifyOptions& options) {
  CLI::App* command =
      app.add_subcommand("certify", "the convergence theorem for a problem, or what a run shows of it")
          ->group("Runs");
  command
      ->add_option(
          "FILE|RUN", options.targets,
          "problem file, - is standard input; or a run directory, or several that differ by their seeds")
      ->required();
  add_settings(*command, options.set);
  command
      ->add_option("--epsilon", options.epsilon,
                   "also the steps for which the mean of squared gradients is proved to be at most this")
      ->type_name("E");
  command->add_flag("--grid", options.grid, "also a table over k and alpha");
  command->add_flag("--assert", options.demand,
                    "exit 7 where the bound is violated or undecided, or an assumption is not certified");
  command->add_flag("--json", options.json, "print everything as JSON");
  command->footer(
      "Of a run, the mean of squared gradients is compared with its bound row by row; the rows go to "
      "certificate.csv in its folder. Of several runs, the mean over them is judged.\n\n"
      "Examples\n"
      "  lookahead certify problem.yaml --grid\n"
      "  lookahead certify runs/problem-001 --assert");
  return command;
}

int run_certify(const CertifyOptions& options, const Console& console) {
  std::optional<double> epsilon;
  if (!options.epsilon.empty()) {
    epsilon = parse_number(options.epsilon);
    if (!epsilon || !(*epsilon > 0) || !std::isfinite(*epsilon)) {
      return console.fail(
          {FaultKind::usage, {"--epsilon " + options.epsilon, 0, 0}, "must be a number > 0", ""});
    }
  }
  std::error_code unknown;
  const std::string& target = options.targets.front();
  const auto is_folder = [&](const std::string& file) {
    return std::filesystem::is_directory(file, unknown);
  };
  const auto folders = std::count_if(options.targets.begin(), options.targets.end(), is_folder);
  if (options.targets.size() > 1 && folders < std::ssize(options.targets)) {
    return console.fail({FaultKind::usage,
                         {"lookahead certify", 0, 0},
                         "more than one target, and not all of them are runs",
                         "give one problem file, or runs"});
  }
  if (folders > 0) return certify_runs(options, epsilon, console);
  const auto spec = load_problem(target, options.set, console);
  if (!spec) return console.fail(spec.faults());
  const auto certificate = certificate_of(*spec, console);
  if (!certificate) return console.fail(certificate.faults());
  std::string text = options.json ? "" : certificate_text(spec->name, *certificate, epsilon);
  if (options.json) {
    Json json = certificate_json(*certificate, epsilon);
    json["name"] = spec->name;
    if (options.grid) json["grid"] = grid_json(*certificate, epsilon);
    text = text_of(json);
  } else if (options.grid) {
    text += grid_text(*certificate, epsilon);
  }
  const int printed = print_result(console, text);
  if (printed != 0 || !options.demand) return printed;
  return certificate->verdict() == Verdict::covered
             ? 0
             : missed(console, spec->name, "an assumption is not certified");
}

}  // namespace lookahead::cmd
