#pragma once
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "certify/certificate.hpp"
#include "run/outcome.hpp"

namespace lookahead {

// What a run measured up to one recorded step T, against the theorem. NaN: there is no such number.
struct EvidenceRow {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Index step = 0;                           // T >= 1
  double measured = none;                   // mean of |grad f(y_t)|^2 over t < T
  std::optional<theory::BoundTerms> bound;  // of its expectation (B1)
  double slack = 0;                         // what the bound may be off because f(start) - f_inf is rounded
  double posterior = none;  // the same with f(y_T) in the place of f_inf, where y_T is the slow point
};

// What a run shows of the theorem.
enum class RunVerdict {
  holds,       // it is covered, and was within the bound at every recorded step
  heuristic,   // within the bound, whose constants are estimated
  violated,    // above the bound somewhere, though no assumption is known to fail
  undecided,   // above the bound only as far as recorded rows tell of the others, or nothing can be compared
  not_covered  // an assumption fails
};
template <>
struct Words<RunVerdict> {
  static constexpr std::pair<const char*, RunVerdict> table[] = {{"holds", RunVerdict::holds},
                                                                 {"heuristic", RunVerdict::heuristic},
                                                                 {"violated", RunVerdict::violated},
                                                                 {"undecided", RunVerdict::undecided},
                                                                 {"not covered", RunVerdict::not_covered}};
};

// The theorem's bounds beside what was measured, of a run or of the mean over runs.
struct Evidence {
  std::string name;                 // the run's
  Status status = Status::running;  // of several runs the worst
  Index seed = 0;
  std::string problem;  // config.yaml without name and seed: what runs of one mean share
  Index runs = 1;       // more: `rows` are means over runs that differ by their seeds
  Certificate certificate;
  // Whether `measured` is over every step (trace.exact); otherwise it is taken from the recorded rows, as if
  // the squares between two of them lay on a straight line, without noise on a geometric one.
  bool exact = false;
  // The trace has rows of losses without gradients, as those of data have by default: nothing is measured.
  bool lacks_gradients = false;
  std::vector<EvidenceRow> rows;

  // Whether any row has a bound.
  bool compared() const;
  // The row where measured / bound is largest, null where no row has a bound above 0.
  const EvidenceRow* worst() const;
  // The last row whose a-posteriori bound is known, null where there is none.
  const EvidenceRow* last_posterior() const;
  RunVerdict verdict() const;
};

// Reads a run directory: its problem (config.yaml), whose constants are determined anew, its trace and its
// status. `threads` as in a spec, 0 = as the problem says. Faults (kind data): no run, no trace, a
// config.yaml or run.json that is damaged, data that have gone or are of another size than in the run.
Checked<Evidence> evidence_of(const std::filesystem::path& run, Index threads);

// The mean over runs of one problem with different seeds, at the steps that all of them recorded: the theorem
// bounds an expectation. At least one run. A fault (kind data) where they differ by more than their seeds and
// names, or two have the same seed.
Checked<Evidence> mean_of(const std::vector<Evidence>& runs);

// certificate.csv: step, measured, bound and its terms, posterior_bound, ratio (measured / bound), within (1
// or 0).
std::string certificate_csv(const Evidence& evidence);

}  // namespace lookahead
