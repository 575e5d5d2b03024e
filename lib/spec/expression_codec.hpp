#pragma once
#include "spec/codecs.hpp"

namespace lookahead {

// Whether an objective is written as expressions, by the keys of its map.
bool is_expression(const Node& node);

// Such an objective, compiled once to find its faults.
std::optional<ObjectiveSpec> read_expression(const Node& node, const std::string& path, Report& report);

// The way into one.
Inside inside_expression(const Node& node, const std::string& key);

}  // namespace lookahead
