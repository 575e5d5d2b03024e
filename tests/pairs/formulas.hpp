#pragma once
#include "dice.hpp"
#include "settings.hpp"

namespace lookahead::pairs {

// A loss as it is written in a problem.
struct Formula {
  std::string text;
  std::string constants;  // ", constants: {...}", or empty where the numbers stand in the text
};

// Draws a loss of the names `score` and `target` into `loss`, and the way it is written. `tame`: residuals
// are small, so that exponentials of them do not overflow.
Formula draw_formula(Dice& dice, LossSettings& loss, const std::string& score, const std::string& target,
                     bool tame);

std::string joined(std::initializer_list<std::string> parts);

}  // namespace lookahead::pairs
