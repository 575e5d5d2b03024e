#include "options/other_notation.hpp"

#include <cmath>

#include "base/text.hpp"

namespace lookahead {

std::optional<double> percent_or_ratio(std::string_view text) {
  constexpr double percent = 100;
  std::optional<double> value;
  if (text.ends_with('%')) {
    if (const auto number = parse_number(trimmed(text.substr(0, text.size() - 1)))) value = *number / percent;
  } else if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto above = parse_number(trimmed(text.substr(0, slash)));
    const auto below = parse_number(trimmed(text.substr(slash + 1)));
    if (above && below) value = *above / *below;
  }
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace lookahead
