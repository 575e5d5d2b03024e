#pragma once
#include <span>
#include <string>

namespace lookahead {

// One bound of a number's range.
struct Limit {
  enum class Kind { at_least, above, at_most, below };
  Kind kind;
  double value;
  bool allows(double x) const;
};
inline Limit at_least(double value) { return {Limit::Kind::at_least, value}; }
inline Limit above(double value) { return {Limit::Kind::above, value}; }
inline Limit at_most(double value) { return {Limit::Kind::at_most, value}; }
inline Limit below(double value) { return {Limit::Kind::below, value}; }

// ">= 0", "> 0 and <= 1": how a range is shown and what a fault says; empty for no limits.
std::string range_text(std::span<const Limit> limits);

}  // namespace lookahead
