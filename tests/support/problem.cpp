#include "support/problem.hpp"

namespace lookahead::test {

std::string data_folder() { return std::string(LOOKAHEAD_SOURCE_DIR) + "/tests/support/"; }

}  // namespace lookahead::test
