#pragma once
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace lookahead {

// The names in a folder, sorted; an error where they cannot be read. Interrupts by signals are none.
std::vector<std::string> names_in(const std::filesystem::path& folder, std::error_code& error);

}  // namespace lookahead
