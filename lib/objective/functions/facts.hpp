#pragma once
#include <initializer_list>
#include <vector>

#include "objective/function.hpp"

namespace lookahead::functions {

// A point of `dimension` coordinates that repeats the values given, from the first on.
inline std::vector<double> repeated(std::initializer_list<double> values, Index dimension) {
  std::vector<double> point(static_cast<std::size_t>(dimension));
  for (std::size_t i = 0; i < point.size(); ++i) point[i] = values.begin()[i % values.size()];
  return point;
}

// The usual search domain, the same in every coordinate.
struct Domain {
  double lower, upper;
};

// The facts of a function with start `start` and minimum f* = 0 at `minimizer`, both given by their repeated
// part; what differs is set afterwards.
inline Facts facts_of(Index dimension, Domain domain, std::initializer_list<double> start,
                      std::initializer_list<double> minimizer) {
  Facts facts;
  facts.dimension = dimension;
  facts.lower = repeated({domain.lower}, dimension);
  facts.upper = repeated({domain.upper}, dimension);
  facts.start = repeated(start, dimension);
  facts.minimum = 0.0;
  facts.minimizers = {repeated(minimizer, dimension)};
  return facts;
}

}  // namespace lookahead::functions
