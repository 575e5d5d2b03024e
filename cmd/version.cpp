#include "run/version.hpp"

#include <CLI/CLI.hpp>

#include "commands.hpp"

namespace lookahead::cmd {

CLI::App* add_version(CLI::App& app) {
  CLI::App* command = app.add_subcommand("version", "print the version; -v: also the instructions it uses")
                          ->group("The program");
  command->footer("Example\n  lookahead version -v");
  return command;
}

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
