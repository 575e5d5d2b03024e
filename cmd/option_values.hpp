#pragma once
#include <cstdint>
#include <string>

#include "base/checked.hpp"

namespace lookahead::cmd {

// The seed that --seed gives; a fault (usage), with this cure, where it is none.
Checked<std::uint64_t> read_seed(const std::string& text, const std::string& cure = "");

}  // namespace lookahead::cmd
