#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "expression/execute.hpp"
#include "expression/names.hpp"
#include "expression/syntax.hpp"

namespace lookahead::expression {

// A function of the point that a text gives, compiled once. It never changes; any number of threads evaluate it,
// each in working space of its own.
class Expression {
 public:
  // The empty function, 0.
  Expression() = default;

  // Compiles a text. Faults: its syntax, names that are unknown, and what build() says.
  static std::optional<TextFault> compile(std::string_view text, const Names& names, Expression& into);

  // Doubles of working space that an evaluation needs.
  std::size_t space() const { return space_; }
  // The value, in double, and the gradient added to inputs.gradient where that is not null; the value is the same
  // with and without. With columns, a score or a sampled sum: the sum over the rows.
  double evaluate(const Inputs& inputs, double* space) const { return execute(tape_, inputs, space); }
  // The first step at these inputs whose result is infinite or no number, if there is one. Allocates.
  std::optional<Diagnosis> first_not_finite(Inputs inputs) const;

  // Terms of all reductions together, at most: how much work an evaluation is.
  double terms() const { return terms_; }

  // Terms of the sampled sum; 0: there is none.
  Index drawn() const { return drawn_; }

  // Where in the text a kink, a jump or a pole may be; none: the function has derivatives of all orders wherever
  // it is finite.
  std::optional<TextPart> kink() const { return kink_; }

 private:
  Tape tape_;
  std::size_t space_ = 0;
  double terms_ = 0;
  Index drawn_ = 0;
  std::optional<TextPart> kink_;
};

}  // namespace lookahead::expression
