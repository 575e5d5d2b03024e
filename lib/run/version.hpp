#pragma once
#include <cstdint>
#include <string>

namespace lookahead {

// The program's version, for example "0.1.0".
std::string version();

// The processor's name as the system tells it, or "unknown".
std::string machine();

// This process's number and the name of the machine it runs on.
std::int64_t process_id();
std::string host_name();

// Now, as "2019-07-19T12:00:00Z".
std::string timestamp();

}  // namespace lookahead
