#pragma once
#include <optional>

#include "certify/evidence.hpp"
#include "run/json.hpp"

namespace lookahead {

// What `certify --json` prints of a problem: L sigma2 rho f_inf delta gamma gamma_safe gamma_limit gamma_best
// steps bound bound_terms (those from the start, noise and disagreement, with workers a fourth)
// steps_for_epsilon assumptions verdict and more; null where there is no such number.
Json certificate_json(const Certificate& certificate, std::optional<double> epsilon);

// The same of a run, with what it measured; `verdict` is then the run's.
Json evidence_json(const Evidence& evidence, std::optional<double> epsilon);

// The table over k and alpha (certify/prospects.hpp): an array of objects.
Json grid_json(const Certificate& certificate, std::optional<double> epsilon);

}  // namespace lookahead
