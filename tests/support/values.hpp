#pragma once
#include <doctest/doctest.h>

#include "options/catalog.hpp"

namespace lookahead {

// The values of an entry's parameters as a problem file sets them in `map`, the rest at their defaults.
inline Values values_from(const Entry& entry, const Node& map) {
  Values values = entry.defaults();
  const Bound bound{&entry.parameters, values.target()};
  Report report;
  read_members(map, Path(entry.card.name), {&bound, 1}, {}, report);
  REQUIRE(report.empty());
  return values;
}

}  // namespace lookahead
