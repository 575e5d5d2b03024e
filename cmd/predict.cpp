#include "run/predict.hpp"

#include <cmath>

#include "base/text.hpp"
#include "commands.hpp"

namespace lookahead::cmd {

int run_predict(const PredictOptions& options, const Console& console) {
  const auto predictions = predict(options.model, options.data, print);
  if (!predictions) return console.fail(predictions.faults());
  for (const std::string& note : predictions->notes) console.note(note);
  for (const auto& [name, value] : predictions->metrics)
    console.note(name + " " + (std::isnan(value) ? "undefined" : to_text(value)));
  return 0;
}

}  // namespace lookahead::cmd
