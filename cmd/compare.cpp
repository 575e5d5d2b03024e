#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "commands.hpp"
#include "delivery.hpp"
#include "option_values.hpp"
#include "signals.hpp"
#include "study/compare/report.hpp"
#include "study/compare/words.hpp"
#include "study/export/exports.hpp"

namespace lookahead::cmd {
namespace {

Json assertions_json(const std::vector<Assertion>& assertions, const std::vector<AssertionResult>& results) {
  Json list = Json::array();
  for (std::size_t i = 0; i < assertions.size(); ++i)
    list.push_back({{"assertion", assertions[i].text}, {"met", results[i].met}, {"why", results[i].why}});
  return list;
}

std::string verdict(const Assertion& assertion, const AssertionResult& result) {
  return "assert " + assertion.text + ": " + (result.met ? "met" : "not met") + ", " + result.why;
}

std::string report(const CompareArguments& arguments, const Comparison& comparison,
                   const std::vector<Assertion>& assertions, const std::vector<AssertionResult>& results) {
  if (arguments.csv) return comparison_csv(comparison);
  if (arguments.json) {
    Json json = comparison_json(comparison);
    json["assertions"] = assertions_json(assertions, results);
    return text_of(json);
  }
  std::string text = arguments.markdown ? comparison_markdown(comparison) : comparison_text(comparison);
  for (std::size_t i = 0; i < assertions.size(); ++i)
    text += (i == 0 ? "\n" : "") + visible(verdict(assertions[i], results[i])) + "\n";
  return text;
}

Checked<Done> write_exports(const CompareArguments& arguments, const Study& study,
                            const Comparison& comparison) {
  if (!arguments.coco.empty()) {
    const signals::Held held;
    if (auto written = write_coco(study, comparison, arguments.coco); !written) return written;
  }
  if (arguments.ioh.empty()) return Done{};
  const auto rows = ioh_csv(study, comparison);
  if (!rows) return rows.faults();
  return write_output(*rows, arguments.ioh);
}

Checked<Study> earlier_study(const std::string& folder) {
  auto study = read_study({folder});
  if (study) return study;
  Faults faults = study.faults();
  for (Fault& fault : faults) fault.place.source = "--against " + fault.place.source;
  return faults;
}

}  // namespace

CLI::App* add_compare(CLI::App& app, CompareArguments& arguments) {
  CLI::App* command = app.add_subcommand("compare", "contrast the methods of a sweep, or runs, seed by seed")
                          ->group("Experiments");
  command->add_option("SWEEP|RUN", arguments.folders, "a sweep directory, or run directories")->required();
  command
      ->add_option("--by", arguments.options.by,
                   "what is contrasted: method (default), problem, or a varied key")
      ->type_name("KEY");
  command
      ->add_option("--value", arguments.options.value,
                   "what is compared: a column of runs.csv; default gap, else val_loss, else loss_slow")
      ->type_name("COLUMN");
  command
      ->add_option("--select", arguments.options.select,
                   "the column whose median over seeds chooses best points; default the value")
      ->type_name("COLUMN");
  command
      ->add_option("--select-seeds", arguments.options.select_seeds,
                   "choose best points on these seeds, and compare on the others")
      ->type_name("NUMBERS");
  command
      ->add_option("--at", arguments.options.at,
                   "hold varied keys: KEY=VALUE,...; point: compare at every point, not at the best")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--targets", arguments.options.targets,
                   "show the time to these of the sweep's targets; default all")
      ->type_name("NUMBERS");
  command->add_option("--seed", arguments.seed, "seed of resampling; default 1")->type_name("N");
  CLI::Option* against =
      command
          ->add_option("--against", arguments.against, "compare each with its namesake in this earlier sweep")
          ->type_name("DIR");
  command
      ->add_option("--assert", arguments.assertions,
                   "exit 7 unless the interval shows 'a < b', 'a > b' or 'ratio(a, b) < 0.9' (repeatable)")
      ->type_name("CLAIM")
      ->allow_extra_args(false);
  CLI::Option* markdown = command->add_flag("--markdown", arguments.markdown, "print markdown");
  CLI::Option* csv = command->add_flag("--csv", arguments.csv, "print a row for every group as CSV");
  CLI::Option* json = command->add_flag("--json", arguments.json, "print everything as JSON");
  markdown->excludes(csv)->excludes(json);
  csv->excludes(json);
  command->add_option("-o,--output", arguments.output, output_sentence)->type_name("FILE");
  command->add_option("--coco", arguments.coco, "also write an experiment that cocopp reads to this folder")
      ->type_name("DIR")
      ->excludes(against);
  command->add_option("--ioh", arguments.ioh, "also write a CSV file for IOHanalyzer")
      ->type_name("FILE")
      ->excludes(against);
  command->footer(
      "Each method stands at its best point, the one with the best median over seeds. Effects are medians of "
      "the Walsh averages of differences between runs of the same seed, as ratios where all values are "
      "positive.\n\n"
      "Examples\n"
      "  lookahead compare sweeps/wine --assert 'lookahead < plain'\n"
      "  lookahead compare runs/a-* runs/b-* --json");
  return command;
}

int run_compare(const CompareArguments& arguments, const Console& console) {
  CompareOptions options = arguments.options;
  if (!arguments.seed.empty()) {
    const auto seed = read_seed(arguments.seed);
    if (!seed) return console.fail(seed.faults());
    options.seed = *seed;
  }
  std::vector<std::string> inputs = arguments.folders;
  inputs.push_back(arguments.against);
  for (const auto& [option, output] :
       {std::pair("-o", arguments.output), std::pair("--ioh", arguments.ioh)}) {
    if (const auto fault = overwritten_input(option, output, inputs)) return console.fail(*fault);
  }
  const auto study = read_study(arguments.folders);
  if (!study) return console.fail(study.faults());
  std::optional<Study> against;
  if (!arguments.against.empty()) {
    auto read = earlier_study(arguments.against);
    if (!read) return console.fail(read.faults());
    against = std::move(*read);
  }
  const auto comparison = compare(*study, options, against ? &*against : nullptr);
  if (!comparison) return console.fail(comparison.faults());
  std::vector<Assertion> assertions;
  std::vector<AssertionResult> results;
  for (const std::string& text : arguments.assertions) {
    auto assertion = read_assertion(text, *comparison);
    if (!assertion) return console.fail(assertion.faults());
    results.push_back(judge(*assertion, *comparison));
    assertions.push_back(std::move(*assertion));
  }
  if (const auto written = write_exports(arguments, *study, *comparison); !written)
    return console.fail(written.faults());
  const std::string text = report(arguments, *comparison, assertions, results);
  if (const int printed = deliver(console, text, arguments.output); printed != 0) return printed;
  for (const Note& note : comparison->notes) console.note(note);
  Faults missed;
  for (std::size_t i = 0; i < assertions.size(); ++i) {
    if (!results[i].met)
      missed.push_back(
          {FaultKind::data, {"--assert " + assertions[i].text, 0, 0}, "not met: " + results[i].why, ""});
  }
  if (missed.empty()) return 0;
  console.fail(missed);
  return exit_unmet;
}

}  // namespace lookahead::cmd
