#include "init/init.hpp"

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
