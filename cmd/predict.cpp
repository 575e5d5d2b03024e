#include "predict/predict.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <optional>

#include "base/file.hpp"
#include "base/text.hpp"
#include "commands.hpp"
#include "delivery.hpp"
#include "parallel/threads.hpp"
#include "signals.hpp"
#include "ticker.hpp"

namespace lookahead::cmd {

CLI::App* add_predict(CLI::App& app, PredictOptions& options) {
  using Words = lookahead::Codec<lookahead::PredictColumns>;
  CLI::App* command = app.add_subcommand("predict", "apply a trained model to a CSV file")->group("Runs");
  command->add_option("-m,--model", options.model, "run directory, model.json or checkpoint.bin")
      ->type_name("RUN");
  command
      ->add_option("--columns", options.columns,
                   "what to print; auto: predictions, and of classes their probabilities")
      ->type_name(lookahead::joined(Words::words(), "|"));
  command
      ->add_option("--id", options.ids,
                   "column of the file to put before the predictions, as it is (repeatable)")
      ->type_name("COLUMN")
      ->allow_extra_args(false);
  command->add_option("-o,--output", options.output, output_sentence)->type_name("FILE");
  command->add_option("DATA", options.data, "CSV file; - is standard input")->required();
  command->footer(
      "Predictions are CSV; where the file has the target column, metrics go to standard error.\n\n"
      "Examples\n"
      "  lookahead predict -m runs/wine-001 new.csv -o predicted.csv\n"
      "  lookahead predict -m runs/wine-001 new.csv --columns all --id number");
  // As an option that is required, but by both of its names.
  command->final_callback([&options] {
    if (options.model.empty()) throw CLI::RequiredError("-m, --model");
  });
  return command;
}

int run_predict(const PredictOptions& options, const Console& console) {
  Report unknown;
  const auto columns = Codec<PredictColumns>::read(Node::scalar(options.columns), Path("--columns"), unknown);
  if (!columns) {
    return console.fail({FaultKind::usage,
                         {"--columns " + options.columns, 0, 0},
                         "must be one of " + joined(Codec<PredictColumns>::words(), ", "),
                         ""});
  }
  const Index threads = console.threads().value_or(0);
  if (const auto fault = overwritten_input("-o", options.output, {options.data, options.model}))
    return console.fail(*fault);
  const bool to_file = !options.output.empty() && options.output != "-";
  std::optional<OutputFile> file;
  const auto append = [&](std::string_view rows) -> Checked<Done> {
    if (signals::received() != 0) return Fault{FaultKind::output, {options.output, 0, 0}, "interrupted", ""};
    if (!file) {
      auto made = OutputFile::replace(behind_links(options.output));
      if (!made) return made.faults();
      file.emplace(std::move(*made));
    }
    return file->append(rows);
  };
  std::optional<Reading> reading(std::in_place, console, options.data);
  // A signal must not leave half a file beside the one that is to be.
  if (to_file) signals::begin();
  const auto predictions = predict(options.model, {options.data, *columns, options.ids},
                                   threads > 0 ? threads : usable_threads(), [&](std::string_view rows) {
                                     reading.reset();
                                     return to_file ? append(rows) : print(rows);
                                   });
  reading.reset();
  const int signal = to_file ? signals::received() : 0;
  // The file is taken back, or becomes what it is to be, before a signal may end the process.
  Checked<Done> closed = Done{};
  if (file && predictions && signal == 0) closed = file->close();
  file.reset();
  if (to_file) signals::end();
  constexpr int ended = 128;
  if (signal != 0) return ended + signal;
  if (!predictions) return console.fail(predictions.faults());
  if (!closed) return console.fail(closed.faults());
  for (const std::string& note : predictions->notes) console.note(note);
  for (const auto& [name, value] : predictions->metrics) {
    std::string line = name + " " + (std::isnan(value) ? "undefined" : to_text(value));
    if (!predictions->event.empty() && (name == "precision" || name == "recall" || name == "f1"))
      line.append(" (of the class ").append(quoted(std::string_view(predictions->event))).append(")");
    console.note(line);
  }
  if (to_file) console.note(Note("wrote " + options.output));
  return 0;
}

}  // namespace lookahead::cmd
