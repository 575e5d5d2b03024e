#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "commands.hpp"
#include "delivery.hpp"
#include "init/json_schema.hpp"
#include "run/version.hpp"
#include "spec/codecs.hpp"
#include "study/sweep/sweep_form.hpp"

namespace lookahead::cmd {

CLI::App* add_schema(CLI::App& app, SchemaOptions& options) {
  CLI::App* schema =
      app.add_subcommand("schema", "print JSON Schema of problem files or sweep files, for editors")
          ->group("The program");
  schema->add_option("WHAT", options.what, "problem or sweep; default: problem");
  schema->add_option("-o,--output", options.output, output_sentence)->type_name("FILE");
  schema->footer(
      "Editors that know YAML complete keys and names by it, show what a key means and mark what is wrong. The first "
      "line of a file names its schema:\n"
      "  # yaml-language-server: $schema=problem.schema.json\n\n"
      "Examples\n"
      "  lookahead schema -o problem.schema.json\n"
      "  lookahead schema sweep -o sweep.schema.json");
  return schema;
}

std::vector<std::string> schema_kinds() { return {"problem", "sweep"}; }

int run_schema(const SchemaOptions& options, const Console& console) {
  const bool sweep = options.what == "sweep";
  if (!sweep && !options.what.empty() && options.what != "problem") {
    return console.fail({FaultKind::usage,
                         {"lookahead schema", 0, 0},
                         "no schema " + quoted(options.what),
                         "known: problem, sweep"});
  }
  const std::string title = "lookahead " + version() + (sweep ? ", sweep" : ", problem");
  return deliver(console, json_schema(sweep ? sweep_form() : problem_form(), title), options.output);
}

}  // namespace lookahead::cmd
