#include "run/version.hpp"

#include "commands.hpp"

namespace lookahead::cmd {

int run_version(const Console& console) { return print_result(console, "lookahead " + version() + "\n"); }

}  // namespace lookahead::cmd
