#pragma once
#include <string>

namespace lookahead {

// What an error number of the system (errno) means: "No such file or directory".
std::string system_reason(int error);

}  // namespace lookahead
