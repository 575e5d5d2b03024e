#pragma once
#include <string>

#include "study/compare/comparison.hpp"

namespace lookahead {

// How a comparison's figures are written for people.

// With 4 digits; "inf".
std::string figure_text(double value);
// As a ratio, where it is one, or a difference: "0.71", "-0.013".
std::string effect_text(const Contrast& contrast);
// "0.68 to 0.74"; "no interval".
std::string interval_text(const Contrast& contrast);
// "p = 0.002".
std::string p_text(double p);

// What was found, in one sentence: "lookahead has 0.71 times the gap of plain (0.68 to 0.74, 10 of 10 seeds,
// p = 0.002), each at its best rate". `section` is null for a contrast over all problems.
std::string sentence(const Comparison& comparison, const ComparedSection* section, const Contrast& contrast);

// At how many of several points the whole interval shows one group better than the other, and where it is best;
// empty where they have fewer than two points in common.
std::string tally(const Comparison& comparison, Index group, Index reference);

}  // namespace lookahead
