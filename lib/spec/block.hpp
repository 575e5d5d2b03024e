#pragma once
#include <optional>

#include "options/parameter.hpp"

namespace lookahead {

// Reads a map into a plain struct. Faults are in the report; the rest of the struct is read all the same.
template <class P>
std::optional<P> read_block(const Parameters& parameters, const Node& node, const Path& path,
                            Report& report) {
  P block;
  const Bound bound{&parameters, ValuesTarget::of(block)};
  read_members(node, path, {&bound, 1}, {}, report);
  return block;
}

template <class P>
Node write_block(const Parameters& parameters, const P& block) {
  Node map = Node::map();
  write_members(map, parameters, ValuesView::of(block));
  return map;
}

}  // namespace lookahead
