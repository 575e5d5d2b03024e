#pragma once
#include <string>
#include <vector>

#include "study/compare/comparison.hpp"

namespace lookahead {

// What a comparison has to show: "a < b", "a > b", "ratio(a, b) < r", "ratio(a, b) > r" with labels of groups,
// in quotes where need be.
struct Assertion {
  std::string text;
  Index a = 0, b = 0;  // in Comparison::labels
  bool less = true, ratio = false;
  double figure = 0;  // r
};

// A fault of kind usage, with a suggestion, where it is none.
Checked<Assertion> read_assertion(const std::string& text, const Comparison& comparison);

// Whether the interval says so: the whole of it lies on the side that is asserted. Where it is not met `why`
// tells the interval, or that there are too few pairs for one.
struct AssertionResult {
  bool met = false;
  std::string why;
};
AssertionResult judge(const Assertion& assertion, const Comparison& comparison);

}  // namespace lookahead
