#include "picture/report.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/text.hpp"
#include "commands.hpp"
#include "delivery.hpp"
#include "run/version.hpp"

namespace lookahead::cmd {

CLI::App* add_report(CLI::App& app, ReportOptions& options) {
  CLI::App* report =
      app.add_subcommand("report", "one page about runs or a sweep, for any browser")->group("Experiments");
  report->add_option("RUN|SWEEP", options.targets, "run directories, or one sweep directory")->required();
  report->add_option("-o,--output", options.output, "the page, report.html for example; - is stdout")
      ->type_name("FILE")
      ->required();
  report->add_option("--value", options.value, "column of the results that runs are judged by")
      ->type_name("COLUMN");
  report
      ->add_option("--select-seeds", options.select_seeds,
                   "comparison: choose best points on these seeds, and compare on the others")
      ->type_name("NUMBERS");
  report
      ->add_option("--at", options.at,
                   "comparison: hold varied keys: KEY=VALUE,...; point: at every point, not at the best")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  report->footer("Example\n  lookahead report sweeps/wine -o wine.html");
  return report;
}

int run_report(const ReportOptions& options, const Console& console) {
  if (const std::string ending = ending_of(options.output);
      options.output != "-" && ending != ".html" && ending != ".htm") {
    return console.fail({FaultKind::usage,
                         {"-o " + options.output, 0, 0},
                         "a report is a page for a browser",
                         "end its name with .html; lookahead plot draws .pdf, .png and .svg"});
  }
  if (const auto fault = overwritten_input("-o", options.output, options.targets))
    return console.fail(*fault);
  const auto study = read_study(options.targets);
  if (!study) return console.fail(study.faults());
  for (const Note& note : study->notes) console.note(note);
  const auto page = picture::report_page(
      *study, {options.targets, options.value, options.select_seeds, options.at, version()});
  if (!page) return console.fail(page.faults());
  return deliver(console, *page, options.output);
}

}  // namespace lookahead::cmd
