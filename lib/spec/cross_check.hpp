#pragma once
#include <string_view>

#include "spec/spec.hpp"

namespace lookahead {

// Place of a key of the problem, "stop.target", or of the nearest block around it.
Place place_of(const Node& root, std::string_view key);

// What no single parameter can tell: keys that need each other or exclude each other. Fills in the defaults
// that depend on the kind of problem.
void cross_check(const Node& root, Spec& spec, Report& report);

}  // namespace lookahead
