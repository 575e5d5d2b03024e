#pragma once
#include <optional>
#include <string_view>

namespace lookahead {

// The number that a text says in a way no key takes: 0.01 of "1/100", 0.2 of "20%". Nothing where it is none of
// these, or no finite number.
std::optional<double> percent_or_ratio(std::string_view text);

}  // namespace lookahead
