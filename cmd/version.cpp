#include "run/version.hpp"

#include "commands.hpp"

namespace lookahead::cmd {

int run_version(const Console& console) {
  std::string text = "lookahead " + version() + "\n";
  if (console.options().verbose) {
    text += "  compiled for  " +
            std::string(compiled_natively() ? "the processor it was compiled on, " : "") + compiled_level() +
            "\n";
    text += "  processor     " + offered_level() + ", " + machine() + "\n";
  }
  return print_result(console, text);
}

}  // namespace lookahead::cmd
