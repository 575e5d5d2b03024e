#include "expression/expression.hpp"

#include "expression/build.hpp"
#include "expression/fuse.hpp"
#include "expression/kinks.hpp"
#include "expression/tabulate.hpp"

namespace lookahead::expression {

std::optional<TextFault> Expression::compile(std::string_view text, const Names& names, Expression& into) {
  const Parsed parsed = parse(text);
  if (parsed.fault) return parsed.fault;
  Built built = build(parsed.syntax, names);
  if (built.fault) return built.fault;
  into.terms_ = built.terms;
  into.drawn_ = built.drawn;
  into.kink_ = first_kink(built.graph, built.result);
  tabulate(built.graph);
  fuse(built.graph, built.result);
  into.tape_ = make_tape(built.graph, built.result);
  into.space_ = space_of(into.tape_);
  return std::nullopt;
}

std::optional<Diagnosis> Expression::first_not_finite(Inputs inputs) const {
  std::vector<double> space(space_ + 8);
  Diagnosis diagnosis;
  inputs.diagnosis = &diagnosis;
  inputs.gradient = nullptr;
  inputs.shards = Shards();
  (void)evaluate(inputs, space.data());
  if (!diagnosis.found) return std::nullopt;
  return diagnosis;
}

}  // namespace lookahead::expression
