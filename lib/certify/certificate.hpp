#pragma once
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/note.hpp"
#include "run/plan.hpp"
#include "theory/bounds.hpp"

namespace lookahead {

// One thing the convergence theorem asks for, and whether it is so.
struct Assumption {
  std::string name;  // "smooth", "unbiased", "step_size", ...
  bool holds = true;
  Knowledge status = Knowledge::exact;  // how sure that is
  std::string reason;

  bool certified() const { return holds && status != Knowledge::estimated; }
};

// Rates that are a limit themselves must not fail by a rounding.
inline constexpr double rate_rounding = 1e-12;

// What the theorem can say of a problem.
enum class Verdict {
  covered,     // all assumptions hold for certain
  heuristic,   // they hold as far as estimated constants tell
  not_covered  // one of them does not hold: the bound is only a number
};
template <>
struct Words<Verdict> {
  static constexpr std::pair<const char*, Verdict> table[] = {{"covered", Verdict::covered},
                                                              {"heuristic", Verdict::heuristic},
                                                              {"not covered", Verdict::not_covered}};
};

// The convergence theorem (lib/theory/README.md) for one problem before its run. Where k, alpha or the rate
// follow schedules, k, alpha and gamma are the largest of the run and the limits are those of the worst
// alpha.
struct Certificate {
  ProblemConstants constants;
  theory::Constants numbers;  // the same, as the formulas take them; gap is infinite where f_inf is not known
  double start_loss = 0;
  double gap_rounding = 0;  // what f(start) - f_inf may be off by rounding
  Index k = 1;              // of all levels together
  double alpha = 1;         // the same
  theory::Workers workers;
  double gamma = 0;
  std::optional<double> steps;  // T, where the problem says how long it runs
  bool applies =
      true;  // to such agents: plain SGD under plain Lookahead; false: gammas are those of plain ones
  bool constant_rates = true;  // k, alpha and the learning rate do not change
  double gamma_safe = 0;       // the largest rate by (C)
  double gamma_limit =
      0;  // the largest that lr: auto takes: without noise and with workers it is another one
  // Of constant rates:
  std::optional<double> gamma_best;  // for T steps
  std::optional<Index> largest_k;    // of one fast agent, admitted with this gamma
  double sharper_bound = std::numeric_limits<double>::infinity();  // (Y), of one fast agent
  // (B1) at gamma, k, alpha after T steps, whether or not it is proved. Of schedules (H): a bound of the mean
  // in which a step counts by its alpha gamma.
  std::optional<theory::BoundTerms> bound;
  std::vector<Assumption> assumptions;
  std::vector<std::string> warnings;  // what a user should know beyond the assumptions

  Verdict verdict() const;
};

// The certificate of a plan. Measures what the plan does not know of its constants, on `pool`. Faults: the
// objective's.
Checked<Certificate> certify(const Plan& plan, Pool& pool);
// That of a plan whose rate was chosen by its constants.
Certificate certificate_of_rate(const Plan& plan);

// What the user of lr: auto is to know beyond the rate: that the theorem does not cover the run, and the
// warnings.
std::vector<Note> rate_notes(const Certificate& certificate);

}  // namespace lookahead
