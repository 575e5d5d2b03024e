#pragma once
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "run/certificate.hpp"

namespace lookahead {

// What a run measured up to one recorded step T, against the theorem. NaN: there is no such number.
struct EvidenceRow {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Index step = 0;                           // T >= 1
  double measured = none;                   // mean of |grad f(y_t)|^2 over t < T
  std::optional<theory::BoundTerms> bound;  // of its expectation (B1)
  double posterior = none;  // the same with f(y_T) in the place of f_inf, where y_T is the slow point
};

// What a run shows of the theorem.
enum class RunVerdict {
  holds,       // it is covered, and within the bound at every recorded step
  heuristic,   // within the bound, whose constants are estimated
  violated,    // above the bound somewhere, though no assumption is known to fail
  not_covered  // an assumption fails
};
template <>
struct Words<RunVerdict> {
  static constexpr std::pair<const char*, RunVerdict> table[] = {{"holds", RunVerdict::holds},
                                                                 {"heuristic", RunVerdict::heuristic},
                                                                 {"violated", RunVerdict::violated},
                                                                 {"not covered", RunVerdict::not_covered}};
};

struct Evidence {
  std::string name;  // the run's
  Index runs = 1;    // more: `rows` are means over runs that differ by their seeds
  Certificate certificate;
  // Whether `measured` is over every step (trace.exact); otherwise the squares between recorded steps are
  // taken to lie on straight lines.
  bool exact = false;
  std::vector<EvidenceRow> rows;

  // The row where measured / bound is largest, null where no row has a bound.
  const EvidenceRow* worst() const;
  // Whether every row with a bound is within it.
  bool within() const;
  RunVerdict verdict() const;
};

// Reads a run directory: its problem (config.yaml), whose constants are determined anew, and its trace.
// `threads` as in a spec, 0 = as the problem says. Faults (kind data): no run, no trace, data that have gone.
Checked<Evidence> evidence_of(const std::filesystem::path& run, Index threads);

// The mean over runs of one problem with different seeds, at the steps that all of them recorded: the theorem
// bounds an expectation. At least one run. A fault (kind data) where they differ in the constants, the rates
// or the way they were traced.
Checked<Evidence> mean_of(const std::vector<Evidence>& runs);

// certificate.csv: step, measured, bound and its terms, posterior_bound, ratio (measured / bound), within (1
// or 0).
std::string certificate_csv(const Evidence& evidence);

}  // namespace lookahead
