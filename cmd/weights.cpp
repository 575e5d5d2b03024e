#include "predict/weights.hpp"

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "commands.hpp"
#include "delivery.hpp"
#include "option_values.hpp"
#include "parallel/threads.hpp"

namespace lookahead::cmd {

CLI::App* add_weights(CLI::App& app, WeightsOptions& options) {
  CLI::App* command =
      app.add_subcommand("weights", "print coefficients of a model, or how much each column counts")
          ->group("Runs");
  command->add_option("RUN", options.model, "run directory, model.json or checkpoint.bin")->required();
  command
      ->add_option("--data", options.data,
                   "rows with the target: by how much their loss rises where a column is permuted")
      ->type_name("FILE");
  command->add_option("--repeats", options.repeats, "permutations of every column; default: 5")
      ->type_name("N");
  command->add_option("--seed", options.seed, "of the permutations; default: 1")->type_name("N");
  command->add_option("-o,--output", options.output, output_sentence)->type_name("FILE");
  command->footer(
      "Examples\n"
      "  lookahead weights runs/wine-001 -o weights.csv\n"
      "  lookahead weights runs/wine-001 --data wine.csv");
  return command;
}

int run_weights(const WeightsOptions& options, const Console& console) {
  constexpr std::int64_t most_repeats = 100000;
  const auto seed = read_seed(options.seed);
  if (!seed) return console.fail(seed.faults());
  const auto repeats = parse_integer(options.repeats);
  if (!repeats || *repeats < 1 || *repeats > most_repeats) {
    return console.fail({FaultKind::usage,
                         {"--repeats " + options.repeats, 0, 0},
                         "must be an integer >= 1 and <= " + to_text(most_repeats),
                         ""});
  }
  const WeightsOptions defaults;
  if (options.data.empty() && (options.seed != defaults.seed || options.repeats != defaults.repeats)) {
    const bool seed_given = options.seed != defaults.seed;
    return console.fail({FaultKind::usage,
                         {seed_given ? "--seed " + options.seed : "--repeats " + options.repeats, 0, 0},
                         "is for the importances, which need rows",
                         "add --data FILE"});
  }
  if (const auto fault = overwritten_input("-o", options.output, {options.model, options.data}))
    return console.fail(*fault);
  const Index threads = console.threads().value_or(0);
  const auto table = weights_of(options.model, {options.data, static_cast<Index>(*repeats), *seed},
                                threads > 0 ? threads : usable_threads());
  if (!table) return console.fail(table.faults());
  for (const std::string& note : table->notes) console.note(note);
  return deliver(console, table->csv, options.output);
}

}  // namespace lookahead::cmd
