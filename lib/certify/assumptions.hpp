#pragma once
#include "certify/certificate.hpp"
#include "run/method.hpp"

namespace lookahead {

// What the theorem asks for, in the order of its statement, and how this plan's problem and agents meet it;
// without the condition on the step size.
std::vector<Assumption> assumptions_of(const Plan& plan, const ProblemConstants& constants,
                                       const Method& method);

}  // namespace lookahead
