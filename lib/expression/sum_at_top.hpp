#pragma once
#include "expression/syntax.hpp"

namespace lookahead::expression {

// The first sum(i, a, b, e) of a text's result that is an operand of sums, signs and products only, so that the
// result depends on it by a factor and an addend. Null, and a fault: there is none.
const Term* sum_at_top(const Syntax& syntax, std::optional<TextFault>& fault);

}  // namespace lookahead::expression
