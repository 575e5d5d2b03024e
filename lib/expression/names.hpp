#pragma once
#include <string>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead::expression {

// A number or a list that an expression knows by name.
struct NamedConstant {
  std::string name;
  std::vector<double> values;
  bool list = false;
};

// A range of the point's coordinates that has a name: x, or a player's.
struct NamedPart {
  std::string name;
  Index offset = 0, size = 0;
};

// What the names in an expression mean, beside n, pi, e and the functions.
struct Names {
  Index dimension = 0;  // n
  std::vector<NamedPart> parts;
  std::vector<NamedConstant> constants;
  // With columns, or a score, the expression is a term of a sum over the rows of a table.
  std::vector<std::string> columns;
  std::string score;  // element i of the point, in row i; empty: there is none
  int weights = -1;   // the column that every term is multiplied with; -1: none
  // The text is a sum, times and plus what does not depend on its index: the first sum that stands so is
  // evaluated over those of its terms that the rows name, counted from 0.
  bool sampled = false;
};

// The constant or the part of that name; null: there is none.
const NamedConstant* find_constant(const Names& names, const std::string& name);
const NamedPart* find_part(const Names& names, const std::string& name);
// How many elements the part or list of that name has, which is there.
Index elements_of(const Names& names, const std::string& name);
// Whether a constant, part, column or the score has the name.
bool is_taken(const Names& names, const std::string& name);
// The names of all of them.
std::vector<std::string> all_names(const Names& names);

// What to write for a name like x1 where x has coordinates; otherwise empty.
std::string coordinate_cure(const Names& names, const std::string& name);

// What keeps `name` from being that of a constant or column: no name, or one with a meaning. Empty: nothing.
std::string reserved_name(const std::string& name);

}  // namespace lookahead::expression
