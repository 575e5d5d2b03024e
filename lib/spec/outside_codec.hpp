#pragma once
#include <filesystem>
#include <functional>

#include "spec/codecs.hpp"

namespace lookahead {

// Whether an objective is a program or a library, by the keys of its map.
bool is_outside(const Node& node);

// Such an objective. Where this process allows none (outside::policy) it is refused as a matter of usage.
std::optional<ObjectiveSpec> read_outside(const Node& node, const Path& path, Report& report);

// The way into one.
Inside inside_outside(const Node& node, const std::string& key);

// Its paths are relative to `folder`, that of the problem's file, or where they were given on the command line
// (--set) to the current one: makes them absolute by `absolute(file, folder)`.
Checked<Done> place_outside(
    ObjectiveSpec& objective, const std::filesystem::path& folder,
    const std::function<Checked<Done>(std::string&, const std::filesystem::path&)>& absolute);

}  // namespace lookahead
