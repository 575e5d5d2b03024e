#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "commands.hpp"
#include "study/compare/report.hpp"
#include "study/show/listing.hpp"
#include "study/sweep_state.hpp"

namespace lookahead::cmd {
namespace {

// One run in full, as text or JSON; as a table it is a listing of one.
Checked<std::string> one_run(const std::string& folder, bool json) {
  if (!json) return run_text(folder);
  const auto object = run_object(folder);
  if (!object) return object.faults();
  return text_of(*object);
}

// One sweep in full: what the listing says, and every method at its best point.
Checked<std::string> one_sweep(const std::string& folder, bool json) {
  const StudyListing listing = list_studies({folder});
  if (!listing.faults.empty()) return listing.faults;
  const auto table = has_table(folder);
  if (!table) return table.faults();
  if (!*table) return json ? text_of(listing_json(listing)[0]) : listing_text(listing);
  const auto study = read_study({folder});
  if (!study) return study.faults();
  const auto comparison = compare(*study, {});
  if (!comparison) return comparison.faults();
  if (!json) return listing_text(listing) + "\n" + comparison_text(*comparison);
  Json object = listing_json(listing)[0];
  object["comparison"] = comparison_json(*comparison);
  return text_of(object);
}

}  // namespace

CLI::App* add_show(CLI::App& app, ShowArguments& arguments) {
  CLI::App* command =
      app.add_subcommand("show", "list runs and sweeps below folders, the newest first, or one in full")
          ->group("Experiments");
  command->add_option("DIR", arguments.folders,
                      "folders; a run or a sweep is shown in full; default: this one");
  CLI::Option* markdown = command->add_flag("--markdown", arguments.markdown, "print the list as markdown");
  CLI::Option* csv = command->add_flag("--csv", arguments.csv, "print the list as CSV");
  CLI::Option* json = command->add_flag("--json", arguments.json, "print JSON: an array, of one an object");
  markdown->excludes(csv)->excludes(json);
  csv->excludes(json);
  command->footer("Examples\n  lookahead show\n  lookahead show runs/problem-001");
  return command;
}

int run_show(const ShowArguments& arguments, const Console& console) {
  const bool listed = arguments.markdown || arguments.csv;
  if (arguments.folders.size() == 1 && !listed) {
    const std::string& folder = arguments.folders.front();
    const auto kind = look_at_folder(folder);
    if (!kind) return console.fail(kind.faults());
    const auto begun =
        *kind == StudyFolder::sweep ? has_begun(folder) : Checked<bool>(*kind == StudyFolder::run);
    if (!begun) return console.fail(begun.faults());
    if (*begun) {
      const auto text =
          *kind == StudyFolder::run ? one_run(folder, arguments.json) : one_sweep(folder, arguments.json);
      return text ? print_result(console, *text) : console.fail(text.faults());
    }
  }
  const auto folders = arguments.folders.empty() ? std::vector<std::string>{"."} : arguments.folders;
  const StudyListing listing = list_studies(folders);
  const std::string text = arguments.json       ? text_of(listing_json(listing))
                           : arguments.csv      ? listing_csv(listing)
                           : arguments.markdown ? listing_markdown(listing)
                                                : listing_text(listing);
  const int printed = print_result(console, text);
  if (printed != 0) return printed;
  if (listing.found.empty() && listing.faults.empty())
    console.note("no run and no sweep below " + joined(folders, ", "));
  return listing.faults.empty() ? 0 : console.fail(listing.faults);
}

}  // namespace lookahead::cmd
