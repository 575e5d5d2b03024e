#pragma once
#include <cstdint>
#include <string>

namespace lookahead {

// The program's version, for example "0.2.0".
std::string version();

// The processor's name from the system, or "unknown".
std::string machine();

// What x86-64 calls a level of instructions: "x86-64", "x86-64-v2", "x86-64-v3" or "x86-64-v4"; "other" for
// any other architecture. Source: System V ABI, AMD64 supplement, 3.1.1. The level that this library was
// compiled for, and the highest that this processor runs.
std::string compiled_level();
std::string offered_level();

// Whether this library was compiled for the processor it was compiled on, also for what no level names.
bool compiled_natively();

// This process's number and the name of the machine it runs on.
std::int64_t process_id();
std::string host_name();

// Now, as "2019-07-19T12:00:00Z".
std::string timestamp();

}  // namespace lookahead
