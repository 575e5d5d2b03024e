#include "expression/names.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "expression/operation.hpp"
#include "expression/syntax.hpp"

namespace lookahead::expression {

const NamedConstant* find_constant(const Names& names, const std::string& name) {
  const auto found = std::ranges::find(names.constants, name, &NamedConstant::name);
  return found == names.constants.end() ? nullptr : &*found;
}

const NamedPart* find_part(const Names& names, const std::string& name) {
  const auto found = std::ranges::find(names.parts, name, &NamedPart::name);
  return found == names.parts.end() ? nullptr : &*found;
}

Index elements_of(const Names& names, const std::string& name) {
  const NamedPart* part = find_part(names, name);
  return part != nullptr ? part->size : static_cast<Index>(find_constant(names, name)->values.size());
}

bool is_taken(const Names& names, const std::string& name) {
  const std::vector<std::string> all = all_names(names);
  return std::ranges::find(all, name) != all.end();
}

std::vector<std::string> all_names(const Names& names) {
  std::vector<std::string> all = names.columns;
  for (const NamedConstant& constant : names.constants) all.push_back(constant.name);
  for (const NamedPart& part : names.parts) all.push_back(part.name);
  if (!names.score.empty()) all.push_back(names.score);
  return all;
}

std::string coordinate_cure(const Names& names, const std::string& name) {
  // x1 and x_1.
  const std::string numbered_name = name.substr(0, name.find_last_not_of("0123456789") + 1);
  const std::string letters = numbered_name.substr(0, numbered_name.find_last_not_of('_') + 1);
  const bool numbered = numbered_name != name && find_part(names, letters) != nullptr;
  return numbered ? "a coordinate is written " + letters + "[0], the first of them" : "";
}

std::string reserved_name(const std::string& name) {
  if (!is_name(name)) return quoted(name) + " is no name: letters, digits and _, a letter first";
  static constexpr std::pair<const char*, const char*> meanings[] = {
      {"n", "the number of coordinates"},
      {"pi", "the number 3.14..."},
      {"e", "the number 2.71..."},
      {"x", "the point of a formula"},
      {"w", "the point of a formula of a table's rows"},
      {"p", "the prediction in a formula of a loss"},
      {"let", "the word before a definition"}};
  for (const auto& [known, meaning] : meanings) {
    if (name == known) return quoted(name) + " is reserved for " + meaning;
  }
  if (find_function(name) != nullptr) return quoted(name) + " is reserved for the function of that name";
  return {};
}

}  // namespace lookahead::expression
