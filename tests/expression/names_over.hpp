#pragma once
#include <utility>
#include <vector>

#include "expression/names.hpp"

namespace lookahead {

// What a formula over x[0] to x[n-1] knows by name: the point, and these constants.
inline expression::Names names_over(Index n, std::vector<expression::NamedConstant> constants) {
  expression::Names names;
  names.dimension = n;
  names.parts = {{"x", 0, n}};
  names.constants = std::move(constants);
  return names;
}

}  // namespace lookahead
