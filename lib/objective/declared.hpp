#pragma once
#include <utility>
#include <vector>

#include "objective/function.hpp"
#include "options/codec.hpp"

namespace lookahead {

// The usual search domain of an objective of the user's own.
struct Domain {
  // Low and high ends: none, one pair for every coordinate, or a pair for each.
  std::vector<std::pair<double, double>> ends;

  const std::pair<double, double>& of(Index coordinate) const {
    return ends.size() == 1 ? ends.front() : ends[static_cast<std::size_t>(coordinate)];
  }
};
// [low, high], or a list of these. Faults: ends that are not finite, or not the lower one first.
template <>
struct Codec<Domain> {
  static std::string type() { return "[low, high], or a list of them"; }
  static std::optional<Domain> read(const Node& node, const Path& path, Report& report);
  static Node write(const Domain& value);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};

// What the user says of an objective of their own: facts that nobody checks.
struct Declared {
  using DeclaredIn = Declared;
  Domain domain;
  std::optional<double> minimum, lipschitz;  // f*, and a Lipschitz constant of the gradient
};

// The keys of the above.
Parameters declared_parameters();
// A fault where the domain has neither one pair of ends nor one for each coordinate.
void check_declared(const Declared& declared, Index dimension, const Place& place, const Path& path,
                    Report& report);
// The facts they make: the start is the middle of the domain, or else 0.
Facts declared_facts(const Declared& declared, Index dimension);

}  // namespace lookahead
