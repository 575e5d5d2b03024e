#include "predict/predict.hpp"

#include <cmath>

#include "base/text.hpp"
#include "commands.hpp"
#include "parallel/threads.hpp"
#include "ticker.hpp"

namespace lookahead::cmd {

int run_predict(const PredictOptions& options, const Console& console) {
  Report unknown;
  const auto columns = Codec<PredictColumns>::read(Node::scalar(options.columns), "--columns", unknown);
  if (!columns) {
    return console.fail({FaultKind::usage,
                         {"--columns " + options.columns, 0, 0},
                         "must be one of " + joined(Codec<PredictColumns>::words(), ", "),
                         ""});
  }
  const Index threads = console.threads().value_or(0);
  std::optional<Reading> reading(std::in_place, console, options.data);
  const auto predictions = predict(options.model, {options.data, *columns, options.ids},
                                   threads > 0 ? threads : usable_threads(), [&](std::string_view rows) {
                                     reading.reset();
                                     return print(rows);
                                   });
  reading.reset();
  if (!predictions) return console.fail(predictions.faults());
  for (const std::string& note : predictions->notes) console.note(note);
  for (const auto& [name, value] : predictions->metrics)
    console.note(name + " " + (std::isnan(value) ? "undefined" : to_text(value)));
  return 0;
}

}  // namespace lookahead::cmd
