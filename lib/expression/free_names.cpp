#include "expression/free_names.hpp"

#include <algorithm>
#include <set>

#include "expression/operation.hpp"
#include "expression/syntax.hpp"

namespace lookahead::expression {

std::vector<std::string> free_names(std::string_view text, const Names& names) {
  const Parsed parsed = parse(text);
  if (parsed.fault) return {};
  std::set<std::string> known;
  for (const Definition& definition : parsed.syntax.definitions) known.insert(definition.name);
  for (const NamedConstant& constant : names.constants) known.insert(constant.name);
  for (const NamedPart& part : names.parts) known.insert(part.name);
  for (const Term& term : parsed.syntax.terms) {
    // The first argument of a reduction is its index.
    constexpr std::size_t arguments_of_reductions = 4;
    if (term.kind == Term::Kind::call && term.parts.size() == arguments_of_reductions)
      known.insert(parsed.syntax.terms[static_cast<std::size_t>(term.parts.front())].name);
  }
  std::vector<std::string> found;
  for (const Term& term : parsed.syntax.terms) {
    if (term.kind != Term::Kind::name || known.contains(term.name) || !reserved_name(term.name).empty())
      continue;
    if (std::ranges::find(found, term.name) == found.end()) found.push_back(term.name);
  }
  return found;
}

std::vector<std::string> number_names(std::string_view text, const Names& names) {
  std::vector<std::string> found;
  for (const Term& term : parse(text).syntax.terms) {
    const bool number = term.name == "n" || term.name == "pi" || term.name == "e" ||
                        find_constant(names, term.name) != nullptr;
    if (term.kind == Term::Kind::name && number && std::ranges::find(found, term.name) == found.end())
      found.push_back(term.name);
  }
  return found;
}

}  // namespace lookahead::expression
