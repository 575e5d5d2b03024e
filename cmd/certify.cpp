#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "certify/certificate_json.hpp"
#include "certify/prospects.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "run/directory.hpp"
#include "signals.hpp"
#include "spec/run_files.hpp"

namespace lookahead::cmd {
namespace {

constexpr int shown_digits = 6;

std::string shown(double value) { return std::isfinite(value) ? short_text(value, shown_digits) : "unknown"; }

// The largest such number that is not above the value: what is typed in again must not be beyond a limit.
std::string shown_below(double value, int digits) {
  std::string text = short_text(value, digits);
  for (double less = value; parse_number(text).value_or(0) > value;) {
    less *= 1 - std::pow(10.0, -digits);
    text = short_text(less, digits);
  }
  return text;
}

std::string shown(const std::optional<double>& value) { return value ? shown(*value) : "-"; }

// Whole as far as people count them.
std::string steps_text(double steps) {
  constexpr double most = 1e15;
  return steps <= most ? counted(static_cast<Index>(steps), "step")
                       : short_text(steps, shown_digits) + " steps";
}

void add_constant(Lines& lines, const std::string& name, const Constant& constant) {
  const std::string value =
      constant.value == std::numeric_limits<double>::infinity() ? "infinite" : shown(constant.value);
  lines.add(name, value + "  " + Codec<Knowledge>::word(constant.status) + ": " + constant.reason);
}

std::string constants_text(const Certificate& c) {
  Lines lines;
  add_constant(lines, "L", c.constants.smoothness);
  add_constant(lines, "sigma^2", c.constants.variance);
  add_constant(lines, "rho", c.constants.relative_variance);
  if (c.workers.count > 1) add_constant(lines, "zeta^2", c.constants.heterogeneity);
  add_constant(lines, "f_inf", c.constants.infimum);
  lines.add("Delta", shown(c.numbers.gap) + "  f(start) - f_inf");
  return lines.text();
}

std::string terms_text(const theory::BoundTerms& bound) {
  std::string text = shown(bound.total()) + " = " + shown(bound.start) + " start + " + shown(bound.noise) +
                     " noise + " + shown(bound.disagreement) + " disagreement";
  if (bound.workers > 0) text += " + " + shown(bound.workers) + " workers";
  return text;
}

// What the limit of the rate is for, where it is not that of condition (C).
std::string other_limit(const Certificate& c) {
  if (c.gamma_limit == c.gamma_safe) return "";
  return (c.workers.count > 1 ? " and for so many workers, " + shown(c.gamma_safe) + " for one"
                              : " without noise, " + shown(c.gamma_safe) + " with noise");
}

// bound_told: the bound stands elsewhere.
std::string rates_text(const Certificate& c, std::optional<double> epsilon, bool bound_told) {
  Lines lines;
  std::string method =
      "lr = " + shown_below(c.gamma, shown_digits) + ", k = " + count_of(c.k) + ", alpha = " + shown(c.alpha);
  if (c.workers.count > 1) method += ", " + counted(c.workers.count, "worker");
  if (!c.constant_rates) method += " (the largest of the schedules)";
  lines.add("rates", method + (c.steps ? ", T = " + steps_text(*c.steps) : ", no number of steps"));
  if (!c.applies || !(c.gamma_limit > 0)) return lines.text();
  lines.add("lr up to", shown_below(c.gamma_limit, shown_digits) + " for this k and alpha" + other_limit(c));
  lines.add("best lr", c.gamma_best ? shown_below(*c.gamma_best, shown_digits) + " for T steps" : "unknown");
  if (c.workers.count == 1 && c.constant_rates) {
    std::string k = c.largest_k ? "k up to " + count_of(*c.largest_k) : "no k";
    if (c.largest_k == std::numeric_limits<Index>::max()) k = "every k";
    lines.add("admitted k", k + " for this lr and alpha");
  }
  if (c.bound) {
    const bool proved = c.verdict() != Verdict::not_covered;
    const std::string weighted = c.constant_rates ? "" : ", of the mean in which steps count by alpha lr";
    if (!bound_told) lines.add(proved ? "bound" : "not proved", terms_text(*c.bound) + weighted);
    if (proved && std::isfinite(c.sharper_bound))
      lines.add("sharper bound", shown(c.sharper_bound) + " of the same mean, by the theorem's form (Y)");
  }
  if (epsilon) {
    const auto text = [&](const std::optional<double>& steps) {
      return steps ? steps_text(*steps) : c.constant_rates ? "no number of steps" : "unknown";
    };
    lines.add("for " + short_text(*epsilon, shown_digits),
              text(steps_for_epsilon(c, *epsilon)) + " with this lr, " +
                  text(steps_for_epsilon_best(c, *epsilon)) + " with the best");
  }
  return lines.text();
}

std::string assumptions_text(const Certificate& c) {
  std::string text;
  for (const Assumption& assumption : c.assumptions) {
    const std::string mark = !assumption.holds ? "fails" : assumption.certified() ? "holds" : "estimated";
    text +=
        "  " + mark + std::string(10 - mark.size(), ' ') + assumption.name + ": " + assumption.reason + "\n";
  }
  for (const std::string& warning : c.warnings) text += "  note      " + warning + "\n";
  return text;
}

// What to do: the k of the least bound, or what the theorem would cover.
std::string advice_text(const Certificate& c) {
  Lines lines;
  if (!c.applies || !c.constant_rates || !c.bound || c.workers.count > 1) return "";
  if (c.verdict() == Verdict::not_covered) {
    if (c.gamma > c.gamma_limit && c.gamma_limit > 0) {
      lines.add("to be covered", "lr up to " + shown_below(c.gamma_limit, shown_digits) +
                                     (c.largest_k ? ", or k up to " + count_of(*c.largest_k) : ""));
    }
    return lines.text();
  }
  const auto table = prospects(c, std::nullopt);
  const auto single =
      std::find_if(table.begin(), table.end(), [&](const Prospect& row) { return row.k == 1 && row.bound; });
  if (c.k == 1 || single == table.end() || !(*single->bound > 0)) return "";
  const double cost = 100 * (c.bound->total() / *single->bound - 1);
  lines.add("least bound", shown(*single->bound) + " at k = 1 with its best lr; k = " + count_of(c.k) +
                               " costs " + short_text(std::max(cost, 0.0), 3) + " %");
  return lines.text();
}

std::string grid_text(const Certificate& c, std::optional<double> epsilon) {
  const auto table = prospects(c, epsilon);
  if (table.empty())
    return c.applies ? "  no table: the theorem has no finite constants here\n"
                     : "  no table: the theorem is about SGD under plain Lookahead\n";
  std::string text = "        k   alpha     lr up to      best lr        bound" +
                     std::string(epsilon ? "        steps\n" : "\n");
  for (const Prospect& row : table) {
    text += right(count_of(row.k), 9) + right(short_text(row.alpha, 4), 8) +
            right(shown_below(row.gamma_limit, 5), 13) +
            right(row.gamma_best ? shown_below(*row.gamma_best, 5) : "-", 13) + right(shown(row.bound), 13) +
            (epsilon ? right(row.steps ? short_text(*row.steps, 5) : "-", 13) : "") + "\n";
  }
  return text;
}

std::string verdict_text(const Certificate& c) {
  switch (c.verdict()) {
    case Verdict::covered:
      return "covered by the convergence theorem";
    case Verdict::heuristic:
      return "covered as far as estimated constants tell";
    case Verdict::not_covered:
      break;
  }
  return c.applies ? "not covered by the convergence theorem"
                   : "not covered by the convergence theorem, which is about SGD under plain Lookahead";
}

std::string summary(const std::string& name, const Certificate& c, std::optional<double> epsilon) {
  return visible(name) + ": " + verdict_text(c) + "\n" + constants_text(c) + rates_text(c, epsilon, false) +
         assumptions_text(c) + advice_text(c);
}

std::string undecided_text(const Evidence& evidence) {
  if (!evidence.certificate.constant_rates)
    return "undecided: under schedules the bound is one of a weighted mean, which a trace does not hold";
  if (evidence.lacks_gradients) return "undecided: the trace has no gradients on the way";
  if (!evidence.compared()) return "undecided: nothing was measured that could be compared with a bound";
  if (evidence.status == Status::diverged) return "undecided: stop.divergence ended the run within its bound";
  if (evidence.status == Status::running) return "undecided: the run has not ended, or was killed";
  if (evidence.status == Status::failed) return "undecided: the run failed";
  return "undecided: above the bound as far as the recorded rows tell";
}

std::string verdict_text(const Evidence& evidence) {
  switch (evidence.verdict()) {
    case RunVerdict::holds:
      return evidence.exact ? "the bound holds" : "the bound holds as far as the recorded rows tell";
    case RunVerdict::heuristic:
      return "the bound holds, with estimated constants";
    case RunVerdict::violated:
      return "the bound is violated";
    case RunVerdict::undecided:
      return undecided_text(evidence);
    case RunVerdict::not_covered:
      break;
  }
  return evidence.certificate.applies ? "not covered by the convergence theorem"
                                      : "not covered by the convergence theorem; measured values only";
}

std::string summary(const Evidence& evidence, const std::vector<std::string>& runs,
                    std::optional<double> epsilon) {
  Lines lines;
  const EvidenceRow* worst = evidence.worst();
  const bool bound_told = !evidence.rows.empty() && evidence.rows.back().bound;
  if (!evidence.rows.empty()) {
    const EvidenceRow& last = evidence.rows.back();
    lines.add("measured",
              shown(last.measured) + ", the mean of |grad f(y)|^2 over " + counted(last.step, "step") +
                  (evidence.runs == 1 ? "" : " and " + counted(evidence.runs, "run")) +
                  (evidence.exact ? "" : ", from the recorded rows (trace.exact measures every step)"));
    const bool proved = evidence.certificate.verdict() != Verdict::not_covered;
    if (last.bound) lines.add(proved ? "its bound" : "not proved", terms_text(*last.bound));
    if (const EvidenceRow* row = evidence.last_posterior(); row != nullptr && proved && row->posterior > 0) {
      lines.add("a posteriori", shown(row->posterior) + ", with f after " + counted(row->step, "step") +
                                    " in the place of f_inf");
    }
    if (worst != nullptr) {
      lines.add(proved ? "closest" : "largest",
                "measured / bound = " + shown(worst->measured / worst->bound->total()) + " after " +
                    counted(worst->step, "step"));
    }
    const RunVerdict verdict = evidence.verdict();
    if (verdict == RunVerdict::violated && !evidence.certificate.numbers.deterministic() &&
        evidence.runs == 1)
      lines.add("note", "the bound is one of the mean over seeds: give several runs");
    if (verdict == RunVerdict::undecided && worst != nullptr && !evidence.exact)
      lines.add("note", "trace: {exact: true} measures every step");
  }
  if (evidence.lacks_gradients)
    lines.add("lacks", "trace: {gradients: true}, the gradients at epoch ends, or {exact: true}, every step");
  if (evidence.status != Status::finished) lines.add("status", Codec<Status>::word(evidence.status));
  lines.add("rows", count_of(static_cast<Index>(evidence.rows.size())) + " in " +
                        visible((std::filesystem::path(runs.front()) / run_files::certificate).string()) +
                        (evidence.runs == 1 ? "" : " and in the other runs' folders, one by one"));
  return visible(evidence.name) + ": " + verdict_text(evidence) + "\n" + lines.text() +
         constants_text(evidence.certificate) + rates_text(evidence.certificate, epsilon, bound_told) +
         assumptions_text(evidence.certificate) + advice_text(evidence.certificate);
}

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
  return 7;
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
    text = summary(*evidence, options.targets, epsilon);
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
                    "exit 7 where the bound is violated or an assumption is not certified");
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
  const auto is_folder = [&](const std::string& path) {
    return std::filesystem::is_directory(path, unknown);
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
  std::string text = options.json ? "" : summary(spec->name, *certificate, epsilon);
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
