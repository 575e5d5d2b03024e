#include "formulas.hpp"

#include "base/text.hpp"

namespace lookahead::pairs {

std::string joined(std::initializer_list<std::string> parts) {
  std::string all;
  for (const std::string& part : parts) all += part;
  return all;
}

namespace {

// A loss of the residual r and its size c.
std::string of_residual(Dice& dice, LossSettings& loss, const std::string& r, const std::string& c,
                        bool tame) {
  const std::string square = joined({"((", r, ")/", c, ")^2"});
  if (loss.name == "squared")
    return dice.once_in(2) ? joined({"(", r, ")^2/2"}) : joined({"0.5*(", r, ")*(", r, ")"});
  if (loss.name == "huber") {
    if (dice.once_in(2)) return joined({"let a = abs(", r, "); let m = min(a, ", c, "); m*(a - m/2)"});
    return joined({"if(abs(", r, ") <= ", c, ", (", r, ")^2/2, ", c, "*(abs(", r, ") - ", c, "/2))"});
  }
  if (loss.name == "pseudo_huber") return joined({c, "^2*(sqrt(1 + ", square, ") - 1)"});
  if (loss.name == "cauchy")
    return joined({c, "^2/2*", dice.once_in(2) ? "log1p(" : "log(1 + ", square, ")"});
  if (loss.name == "geman_mcclure") {
    // The derivative of a quotient is a difference of two that are at most of this size.
    loss.cancelled = loss.size;
    return joined({"(", r, ")^2/2/(1 + ", square, ")"});
  }
  if (loss.name == "welsch") return joined({c, "^2/2*(1 - exp(-", square, "))"});
  if (tame && dice.once_in(2)) {
    loss.reach = 710;
    return joined({"log(cosh(", r, "))"});
  }
  loss.cancelled = 1;
  return joined({"let a = abs(", r, "); a + log1p(exp(-2*a)) - log(2)"});
}

}  // namespace

Formula draw_formula(Dice& dice, LossSettings& loss, const std::string& score, const std::string& target,
                     bool tame) {
  const char* names[] = {"squared", "huber",    "pseudo_huber", "cauchy", "geman_mcclure",
                         "welsch",  "log_cosh", "count",        "event"};
  loss.name = names[dice.below(9)];
  if (loss.name == "count") return {joined({"exp(", score, ") - ", target, "*", score}), ""};
  if (loss.name == "event") return {joined({"softplus(", score, ") - ", target, "*", score}), ""};
  Formula formula;
  std::string size = "1";
  if (loss.name != "squared" && loss.name != "log_cosh") {
    const double drawn = dice.one_of({0.5, 1.0, 1.5, 3.0});
    loss.size = drawn;
    size = to_text(drawn);
    if (dice.once_in(2)) {
      formula.constants = joined({", constants: {c: ", size, "}"});
      size = "c";
    }
  }
  const bool turned = dice.once_in(3);
  const std::string r = turned ? joined({target, " - ", score}) : joined({score, " - ", target});
  formula.text = of_residual(dice, loss, r, size, tame);
  return formula;
}

}  // namespace lookahead::pairs
