#include "figures.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace lookahead::pairs {

void Figures::add(const std::vector<std::map<std::string, Range>>& versions, Real floor, Real safety) {
  for (const auto& [name, exact] : versions.front()) {
    Expected expected{exact, 0};
    bool defined = true;
    for (const auto& version : versions) {
      const auto found = version.find(name);
      if (found == version.end() || std::isnan(found->second.low)) {
        defined = false;
        break;
      }
      const Range& other = found->second;
      if (std::isinf(exact.low) || std::isinf(other.low)) {
        defined = defined && exact.low == other.low;
        continue;
      }
      // Between two bounds that rounding leaves open both may be met; otherwise the spread is the error's.
      if (other.low < other.high) {
        expected.range.low = std::min(expected.range.low, other.low);
        expected.range.high = std::max(expected.range.high, other.high);
      } else {
        expected.tolerance = std::max(
            {expected.tolerance, std::abs(other.low - exact.low), std::abs(other.high - exact.high)});
      }
    }
    // Sums beyond what double precision holds are as well none, and so are roots of such sums of squares.
    constexpr Real beyond = 1e150L;
    if (!defined || (std::isfinite(exact.low) && std::abs(exact.low) > beyond)) continue;
    expected.tolerance = safety * expected.tolerance + floor * (1 + std::abs(exact.low));
    expected_[name] = expected;
  }
}

void Figures::compare(const std::string& name, double value) {
  const auto found = expected_.find(name);
  if (found == expected_.end()) return;
  ++compared;
  const auto& [range, tolerance] = found->second;
  constexpr Real wide = 1e-2L;
  if (range.high - range.low + tolerance > wide * (1 + std::abs(range.low))) ++loose;
  const bool undefined = std::isinf(range.low);
  const bool right = undefined ? std::isnan(value)
                               : static_cast<Real>(value) >= range.low - tolerance &&
                                     static_cast<Real>(value) <= range.high + tolerance;
  if (right) return;
  const auto text = [](Real x) { return to_text(static_cast<double>(x)); };
  wrong += name + ": " + to_text(value) + ", right is " + (undefined ? "none" : text(range.low));
  if (range.high > range.low) wrong += " to " + text(range.high);
  wrong += " within " + text(tolerance) + "\n";
}

}  // namespace lookahead::pairs
