#include "base/system_reason.hpp"

#include <system_error>

namespace lookahead {

std::string system_reason(int error) { return std::error_code(error, std::generic_category()).message(); }

}  // namespace lookahead
