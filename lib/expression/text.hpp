#pragma once
#include <string>
#include <vector>

#include "expression/expression.hpp"
#include "options/codec.hpp"

namespace lookahead {

// An expression as a parameter.
struct ExpressionText {
  std::string text;
  TextOrigin origin;
};
template <>
struct Codec<ExpressionText> {
  static std::string type() { return "expression"; }
  static std::optional<ExpressionText> read(const Node& node, const Path& path, Report& report);
  static Node write(const ExpressionText& value);
};

// The numbers and lists that an expression knows by name.
struct ExpressionConstants {
  std::vector<expression::NamedConstant> all;
};
template <>
struct Codec<ExpressionConstants> {
  static std::string type() { return "{name: number or list}"; }
  static std::optional<ExpressionConstants> read(const Node& node, const Path& path, Report& report);
  static Node write(const ExpressionConstants& value);
  static Form form();
  static Inside inside(Node& node, const std::string& key);
};

namespace expression {

// Whether a map's key can be the name of a constant or column; a fault in the report if not.
bool may_name(const lookahead::Node::Member& member, const Path& path, Report& report);

// Compiles a parameter's text; a fault in the report, at its place in the file, if that cannot be.
bool compile(const ExpressionText& text, const Names& names, const Path& path, Report& report,
             Expression& into);
// "problem.yaml:4:12: log(x[0]) is nan", of a step that first_not_finite() found; empty: of none.
std::string undefined_text(const ExpressionText& text, const std::optional<Diagnosis>& diagnosis);

// "problem.yaml:4:12: 'abs(x[0])'", the first place of a kink, a jump or a pole; empty: there is none.
std::string kink_text(const ExpressionText& text, const Expression& compiled);

// The same of a text that is known to be without fault.
Expression compiled(const ExpressionText& text, const Names& names);

}  // namespace expression
}  // namespace lookahead
