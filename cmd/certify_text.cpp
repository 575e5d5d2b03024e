#include "certify_text.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "certify/prospects.hpp"
#include "format.hpp"
#include "spec/run_files.hpp"

namespace lookahead::cmd {
namespace {

constexpr int shown_digits = 6;

std::string shown(double value) { return std::isfinite(value) ? short_text(value, shown_digits) : "unknown"; }

std::string shown(const std::optional<double>& value) { return value ? shown(*value) : "-"; }

// Whole as far as people count them.
std::string steps_text(double steps) {
  constexpr double most = 1e15;
  return steps <= most ? counted(static_cast<Index>(steps), "step")
                       : short_text(steps, shown_digits) + " steps";
}

void add_constant(Lines& lines, const std::string& name, const Constant& constant) {
  if (std::isfinite(constant.value)) {
    lines.add(name, shown(constant.value) + "  " + Codec<Knowledge>::word(constant.status) + ": " +
                        constant.reason);
  } else {
    const bool unknown = constant.reason.starts_with("not known");
    lines.add(name, (unknown ? "" : constant.value > 0 ? "infinite: " : "none: ") + constant.reason);
  }
}

std::string constants_text(const Certificate& c) {
  Lines lines;
  add_constant(lines, "L", c.constants.smoothness);
  add_constant(lines, "sigma^2", c.constants.variance);
  add_constant(lines, "rho", c.constants.relative_variance);
  if (c.workers.count > 1) add_constant(lines, "zeta^2", c.constants.heterogeneity);
  add_constant(lines, "f_inf", c.constants.infimum);
  lines.add("Delta",
            (std::isfinite(c.numbers.gap) ? shown(c.numbers.gap) : "not known") + "  f(start) - f_inf");
  return lines.wrapped_text();
}

// On two lines, as one would be too long.
std::string terms_text(const theory::BoundTerms& bound) {
  std::string text = shown(bound.total()) + " = " + shown(bound.start) + " start + " + shown(bound.noise) +
                     " noise\n+ " + shown(bound.disagreement) + " disagreement";
  if (bound.workers > 0) text += " + " + shown(bound.workers) + " workers";
  return text;
}

// What the limit of the rate is for, where it is not that of condition (C).
std::string other_limit(const Certificate& c) {
  if (c.workers.count == 1)
    return c.gamma_limit == c.gamma_safe ? "" : " without noise, " + shown(c.gamma_safe) + " with noise";
  const double of_one = theory::gamma_limit(c.numbers, c.k, c.alpha);
  return of_one <= c.gamma_limit ? "" : " and for so many workers, " + shown(of_one) + " for one";
}

// bound_told: the bound stands elsewhere.
std::string rates_text(const Certificate& c, std::optional<double> epsilon, bool bound_told) {
  Lines lines;
  std::string method = "lr = " + short_text_below(c.gamma, shown_digits) + ", k = " + to_text(c.k) +
                       ", alpha = " + shown(c.alpha);
  if (c.workers.count > 1) method += ", " + counted(c.workers.count, "worker");
  if (!c.constant_rates) method += " (the largest of the schedules)";
  lines.add("rates", method + (c.steps ? ", T = " + steps_text(*c.steps)
                                       : "; how many steps T the run makes is not known beforehand"));
  if (!c.applies || !(c.gamma_limit > 0)) return lines.wrapped_text();
  lines.add("lr up to",
            short_text_below(c.gamma_limit, shown_digits) + " for this k and alpha" + other_limit(c));
  lines.add("best lr",
            c.gamma_best ? short_text_below(*c.gamma_best, shown_digits) + " for T steps" : "unknown");
  if (c.workers.count == 1 && c.constant_rates) {
    std::string k = c.largest_k ? "k up to " + to_text(*c.largest_k) : "no k";
    if (c.largest_k == std::numeric_limits<Index>::max()) k = "every k";
    lines.add("admitted k", k + " for this lr and alpha");
  }
  if (c.bound) {
    const bool proved = c.verdict() != Verdict::not_covered;
    const std::string weighted = c.constant_rates ? "" : ", of the mean in which steps count by alpha lr";
    if (!bound_told) lines.add(proved ? "bound" : "not proved", terms_text(*c.bound) + weighted);
    if (proved && std::isfinite(c.sharper_bound))
      lines.add("sharper bound",
                shown(c.sharper_bound) + " of the same mean, by the sharper form of the theorem");
  }
  if (epsilon) {
    const auto text = [&](const std::optional<double>& steps) {
      return steps ? steps_text(*steps) : c.constant_rates ? "not in any number of steps" : "unknown";
    };
    lines.add("for " + short_text(*epsilon, shown_digits),
              text(steps_for_epsilon(c, *epsilon)) + " with this lr, " +
                  text(steps_for_epsilon_best(c, *epsilon)) + " with the best");
  }
  return lines.wrapped_text();
}

std::string assumptions_text(const Certificate& c) {
  constexpr std::size_t width = 11;  // of "estimated" and the blanks around it
  std::string text;
  const auto add = [&](const std::string& mark, const std::string& what) {
    text += wrapped(what, "  " + mark + std::string(width - mark.size(), ' '), std::string(width + 2, ' '));
  };
  for (const Assumption& assumption : c.assumptions) {
    const std::string mark = !assumption.holds ? "fails" : assumption.certified() ? "holds" : "estimated";
    add(mark, assumption.name + ": " + assumption.reason);
  }
  for (const std::string& warning : c.warnings) add("note", warning);
  return text;
}

// What the letters stand for.
std::string notation_text(const Certificate& c) {
  std::vector<std::pair<std::string, std::string>> rows = {
      {"L", "Lipschitz constant of the gradient, the largest curvature"},
      {"sigma^2, rho", "variance of a step's gradient <= sigma^2 + rho |grad f|^2"}};
  if (c.workers.count > 1)
    rows.emplace_back("zeta^2", "mean squared distance of the workers' gradients from that of f");
  rows.emplace_back("f_inf, Delta", "a lower bound of f, and how far f(start) is above it");
  rows.emplace_back(
      "T", c.k > 1 ? "steps of the fast point, as runs count them; a round is " + counted(c.k, "step")
                   : "steps of the fast point, as runs count them");
  rows.emplace_back("bound", "of the mean of |grad f(y)|^2 over T steps,\ny = (1 - alpha) slow + alpha fast");
  return "  where\n" + meanings(rows, 4);
}

// What to do: the k of the least bound, or what the theorem would cover.
std::string advice_text(const Certificate& c) {
  Lines lines;
  if (!c.applies || !c.constant_rates || !c.bound || c.workers.count > 1) return "";
  if (c.verdict() == Verdict::not_covered) {
    if (c.gamma > c.gamma_limit && c.gamma_limit > 0) {
      lines.add("to be covered", "lr up to " + short_text_below(c.gamma_limit, shown_digits) +
                                     (c.largest_k ? ", or k up to " + to_text(*c.largest_k) : ""));
    }
    return lines.wrapped_text();
  }
  const auto table = prospects(c, std::nullopt);
  const auto single =
      std::find_if(table.begin(), table.end(), [&](const Prospect& row) { return row.k == 1 && row.bound; });
  if (c.k == 1 || single == table.end() || !(*single->bound > 0)) return "";
  const auto own = std::find_if(table.begin(), table.end(), [&](const Prospect& row) {
    return row.k == c.k && row.alpha == c.alpha && row.bound;
  });
  if (own == table.end()) return "";
  const auto percent = [](double more, double than) {
    return short_text(std::max(100 * (more / than - 1), 0.0), 3) + " %";
  };
  std::string text = shown(*single->bound) + " at k = 1; k = " + to_text(c.k) + " costs " +
                     percent(*own->bound, *single->bound) + " with its best lr";
  constexpr double alike = 1.0005;
  if (c.bound->total() > alike * *own->bound)
    text += ", and this lr another " + percent(c.bound->total(), *own->bound);
  lines.add("least bound", text);
  return lines.wrapped_text();
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

}  // namespace

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

std::string grid_text(const Certificate& c, std::optional<double> epsilon) {
  const auto table = prospects(c, epsilon);
  if (table.empty())
    return c.applies ? "  no table: the theorem has no finite constants here\n"
                     : "  no table: the theorem is about SGD under plain Lookahead\n";
  std::string text = "        k   alpha     lr up to      best lr        bound" +
                     std::string(epsilon ? "        steps\n" : "\n");
  for (const Prospect& row : table) {
    text += right(to_text(row.k), 9) + right(short_text(row.alpha, 4), 8) +
            right(short_text_below(row.gamma_limit, 5), 13) +
            right(row.gamma_best ? short_text_below(*row.gamma_best, 5) : "-", 13) +
            right(shown(row.bound), 13) +
            (epsilon ? right(row.steps ? short_text(*row.steps, 5) : "-", 13) : "") + "\n";
  }
  return text;
}

std::string certificate_text(const std::string& name, const Certificate& c, std::optional<double> epsilon) {
  return wrapped(visible(name) + ": " + verdict_text(c), "", "  ") + constants_text(c) +
         rates_text(c, epsilon, false) + assumptions_text(c) + advice_text(c) + notation_text(c);
}

std::string evidence_text(const Evidence& evidence, const std::vector<std::string>& runs,
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
  lines.add("rows", to_text(static_cast<Index>(evidence.rows.size())) + " in " +
                        visible((std::filesystem::path(runs.front()) / run_files::certificate).string()) +
                        (evidence.runs == 1 ? "" : " and in the other run directories, one by one"));
  const Certificate& c = evidence.certificate;
  return wrapped(visible(evidence.name) + ": " + verdict_text(evidence), "", "  ") + lines.wrapped_text() +
         constants_text(c) + rates_text(c, epsilon, bound_told) + assumptions_text(c) + advice_text(c) +
         notation_text(c);
}

}  // namespace lookahead::cmd
