#include "init/init.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "commands.hpp"
#include "delivery.hpp"
#include "parallel/threads.hpp"
#include "ticker.hpp"

namespace lookahead::cmd {

namespace {

// The line by which editors find the schema of the file, where it is installed with the program.
std::string schema_line(const std::string& kind) {
  std::error_code unknown;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
  const auto file = folder.parent_path() / "share" / "lookahead" / (kind + ".schema.json");
  // A blank would end the path.
  if (!std::filesystem::exists(file, unknown) || file.string().find(' ') != std::string::npos) return "";
  return "# yaml-language-server: $schema=" + file.string() + "\n";
}

}  // namespace

CLI::App* add_init(CLI::App& app, InitOptions& options) {
  CLI::App* command =
      app.add_subcommand("init", "print a commented problem file to start from")->group("Problems");
  command->add_option("KIND", options.kind, "one of " + joined(init_kinds(), ", "));
  command->add_option("--data", options.data, "make it for this file of rows")->type_name("FILE");
  command
      ->add_option("--target", options.target,
                   "the file's column to learn: its name, or its number from 1 without a header")
      ->type_name("COLUMN");
  command
      ->add_option("-s,--set", options.set,
                   "how the file's rows are laid out: data.header=false (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("-o,--output", options.output, output_sentence)->type_name("FILE");
  command->footer(
      "Examples\n"
      "  lookahead init function -o problem.yaml\n"
      "  lookahead init sweep -o sweep.yaml\n"
      "  lookahead init --data wine.csv --target quality -o wine.yaml");
  return command;
}

int run_init(const InitOptions& options, const Console& console) {
  std::error_code unknown;
  const auto there = std::filesystem::symlink_status(options.output, unknown);
  if (std::filesystem::is_regular_file(there) || std::filesystem::is_symlink(there)) {
    return console.fail({FaultKind::output,
                         {options.output, 0, 0},
                         "exists, and init replaces no file",
                         "choose another name, or remove it"});
  }
  const Index asked = console.threads().value_or(0);
  const InitRequest request{options.kind, options.data, options.target, options.set,
                            asked > 0 ? asked : usable_threads()};
  std::vector<std::string> notes;
  const auto text = [&] {
    std::optional<Reading> reading;
    if (!options.data.empty()) reading.emplace(console, options.data);
    return init_problem(request, notes);
  }();
  if (!text) return console.fail(text.faults());
  for (const std::string& note : notes) console.note(note);
  return deliver(
      console, (text->is_file ? schema_line(options.kind == "sweep" ? "sweep" : "problem") : "") + text->text,
      options.output);
}

}  // namespace lookahead::cmd
