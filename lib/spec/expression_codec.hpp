#pragma once
#include <filesystem>
#include <functional>

#include "spec/codecs.hpp"

namespace lookahead {

// Whether an objective is written as expressions, by the keys of its map.
bool is_expression(const Node& node);

// The number of coordinates of an objective of one's own where there is no `dim`: that of the lists of its noise or of
// its domain. A fault at `key` where there are none.
void take_dimension(ObjectiveSpec& spec, const Node& key, const Path& path, Report& report);

// Such an objective, compiled once to find its faults.
std::optional<ObjectiveSpec> read_expression(const Node& node, const Path& path, Report& report);

// The file with its terms, if it has one, is relative to `folder`: makes its path absolute by `absolute(file,
// folder)`.
Checked<Done> place_expression(
    ObjectiveSpec& objective, const std::filesystem::path& folder,
    const std::function<Checked<Done>(std::string&, const std::filesystem::path&)>& absolute);

// The way into one.
Inside inside_expression(const Node& node, const std::string& key);

}  // namespace lookahead
