#include "init/init.hpp"

#include "commands.hpp"
#include "parallel/threads.hpp"
#include "ticker.hpp"

namespace lookahead::cmd {

int run_init(const InitOptions& options, const Console& console) {
  const Index asked = console.threads().value_or(0);
  const InitRequest request{options.kind, options.data, options.target, asked > 0 ? asked : usable_threads()};
  std::vector<std::string> notes;
  const auto text = [&] {
    std::optional<Reading> reading;
    if (!options.data.empty()) reading.emplace(console, options.data);
    return init_problem(request, notes);
  }();
  if (!text) return console.fail(text.faults());
  for (const std::string& note : notes) console.note(note);
  return print_result(console, *text);
}

}  // namespace lookahead::cmd
