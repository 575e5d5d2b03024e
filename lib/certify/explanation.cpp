#include "certify/explanation.hpp"

#include "certify/certificate_json.hpp"

namespace lookahead {

void explain_rate(const Plan& plan, Pool&, RunFacts& facts) {
  if (!plan.constants) return;
  const Certificate certificate = certificate_of_rate(plan);
  facts.certificate = certificate_json(certificate, std::nullopt);
  for (Note& note : rate_notes(certificate)) facts.warnings.push_back(std::move(note));
}

}  // namespace lookahead
