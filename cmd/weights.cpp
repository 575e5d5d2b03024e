#include "predict/weights.hpp"

#include "base/text.hpp"
#include "commands.hpp"
#include "parallel/threads.hpp"

namespace lookahead::cmd {

int run_weights(const WeightsOptions& options, const Console& console) {
  constexpr std::int64_t most_repeats = 100000;
  const auto seed = parse_integer(options.seed), repeats = parse_integer(options.repeats);
  if (!seed || *seed < 0)
    return console.fail({FaultKind::usage, {"--seed " + options.seed, 0, 0}, "must be an integer >= 0", ""});
  if (!repeats || *repeats < 1 || *repeats > most_repeats) {
    return console.fail({FaultKind::usage,
                         {"--repeats " + options.repeats, 0, 0},
                         "must be an integer >= 1 and <= " + to_text(most_repeats),
                         ""});
  }
  const Index threads = console.threads().value_or(0);
  const auto table = weights_of(
      options.model, {options.data, static_cast<Index>(*repeats), static_cast<std::uint64_t>(*seed)},
      threads > 0 ? threads : usable_threads());
  if (!table) return console.fail(table.faults());
  for (const std::string& note : table->notes) console.note(note);
  return print_result(console, table->csv);
}

}  // namespace lookahead::cmd
