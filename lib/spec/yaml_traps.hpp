#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/fault.hpp"

namespace lookahead {

// Bytes that no problem file has: a fault that says where, before the parser is confused by them. Tabs, no-break
// spaces and curly quotes are some of them where they stand outside of quotes.
std::optional<Fault> check_bytes(std::string_view text, const std::string& source);

// What the parser expected or found, as far as it tells a trap.
enum class YamlFault { other, list_entry, map_value, end_of_block, end_of_map, end_of_list, end_within_text };

// What to do about what the parser does not take at an offset, where it is one of YAML's traps; empty where it is
// none.
std::string trap_cure(std::string_view text, YamlFault fault, std::size_t offset);

}  // namespace lookahead
