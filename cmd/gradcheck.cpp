#include "certify/gradcheck.hpp"

#include <CLI/CLI.hpp>
#include <cmath>

#include "base/text.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "run/json.hpp"
#include "spec/problem.hpp"

namespace lookahead::cmd {
namespace {

constexpr std::size_t most_rows = 10;

std::span<const GradientComponent> worst(const GradcheckReport& report) {
  return std::span(report.components).first(std::min(most_rows, report.components.size()));
}

std::string checked_text(const GradcheckReport& report) {
  std::string text = report.coordinates == report.dimension
                         ? "all " + to_text(report.dimension) + " coordinates"
                         : to_text(report.coordinates) + " of " + to_text(report.dimension) +
                               " coordinates, a random choice at every point,";
  text += " at the start";
  const Index near = report.points - 1;
  if (near > 0) text += " and " + to_text(near) + " random point" + (near == 1 ? "" : "s") + " near it";
  return text;
}

std::string gradcheck_summary(const Spec& spec, const GradcheckReport& report) {
  std::string text = visible(spec.name) + ": ";
  const Index coarse = report.coarse();
  if (report.passed() && coarse > 0) {
    text += "nothing speaks against the gradient, but differences cannot judge " + to_text(coarse) + " of " +
            to_text(static_cast<Index>(report.components.size())) + " components";
  } else if (report.passed()) {
    text += "the gradient agrees with differences";
  } else {
    text += "the gradient differs in " + to_text(report.above()) + " of " +
            to_text(static_cast<Index>(report.components.size())) + " components";
  }
  text += ", worst relative error " + short_text(report.worst_error(), 3) + " (tolerance " +
          to_text(report.tolerance) + ")\n";
  if (const Index kinks = report.kinks(); kinks > 0) {
    text += "  kinks: " + to_text(kinks) + (kinks == 1 ? " component" : " components") +
            " where the gradient jumps and is right on both sides\n";
  }
  if (strength_of_l1(spec.model) > 0) text += "  model.l1 is left out: it has no gradient at zero\n";
  text += "  checked: " + checked_text(report) + "\n";
  text += "  point  coordinate            analytic             numeric  relative error\n";
  for (const GradientComponent& c : worst(report)) {
    text += "  " + right(c.point == 0 ? "start" : to_text(c.point), 5) + right(to_text(c.coordinate), 12) +
            right(short_text(c.analytic, 12), 20) + right(short_text(c.numeric, 12), 20) +
            right(c.kink ? "kink" : short_text(c.relative_error, 3), 16) + "\n";
  }
  if (coarse > 0) {
    text +=
        "  Differences of values tell little here, from a jump or from rounding. An error is relative to the most that\n"
        "  they leave open, where that is more than the component.\n";
  }
  return text;
}

std::string json_text(const Spec& spec, const GradcheckReport& report) {
  Json rows = Json::array();
  for (const GradientComponent& c : worst(report)) {
    rows.push_back({{"point", c.point},
                    {"coordinate", c.coordinate},
                    {"analytic", number_or_null(c.analytic)},
                    {"numeric", number_or_null(c.numeric)},
                    {"relative_error", number_or_null(c.relative_error)},
                    {"kink", c.kink}});
  }
  const Json json = {{"name", spec.name},
                     {"precision", Codec<Precision>::word(spec.precision)},
                     {"seed", spec.seed},
                     {"passed", report.passed()},
                     {"tolerance", report.tolerance},
                     {"worst_error", number_or_null(report.worst_error())},
                     {"above", report.above()},
                     {"coarse", report.coarse()},
                     {"kinks", report.kinks()},
                     {"dimension", report.dimension},
                     {"points", report.points},
                     {"coordinates", report.coordinates},
                     {"worst", rows}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Checked<GradcheckReport> checked(const Spec& spec, const GradcheckRequest& request, const Console& console) {
  const auto planned = plan_with_notes(spec, console);
  if (!planned) return planned.faults();
  return gradcheck(*planned->plan, *planned->pool, request);
}

// The request the options make; faults name the option.
Checked<GradcheckRequest> request_of(const GradcheckOptions& options) {
  GradcheckRequest request;
  Faults faults;
  const auto count = [&](const std::string& name, const std::string& text, Index least, Index most,
                         Index& value) {
    if (text.empty()) return;
    const auto number = parse_integer(text);
    if (number && *number >= least && *number <= most) {
      value = static_cast<Index>(*number);
    } else {
      faults.push_back({FaultKind::usage,
                        {name + " " + text, 0, 0},
                        "must be an integer from " + to_text(least) + " to " + to_text(most),
                        ""});
    }
  };
  count("--points", options.points, 0, 1000, request.points);
  count("--most", options.most, 1, 100000000, request.most);
  if (!options.tolerance.empty()) {
    request.tolerance = parse_number(options.tolerance);
    if (!request.tolerance || !(*request.tolerance > 0 && std::isfinite(*request.tolerance))) {
      faults.push_back(
          {FaultKind::usage, {"--tolerance " + options.tolerance, 0, 0}, "must be a number > 0", ""});
    }
  }
  if (!faults.empty()) return faults;
  return request;
}

}  // namespace

CLI::App* add_gradcheck(CLI::App& app, GradcheckOptions& options) {
  CLI::App* command = app.add_subcommand("gradcheck", "check a problem's gradient against finite differences")
                          ->group("Problems");
  command->add_option("FILE", options.file, "problem file; - is standard input")->required();
  add_settings(*command, options.set);
  command
      ->add_option("--points", options.points,
                   "random points near the start, beside the start itself; default 2")
      ->type_name("N");
  command
      ->add_option("--tolerance", options.tolerance,
                   "largest relative error; default 1e-6, with precision: single 1e-3")
      ->type_name("E");
  command
      ->add_option("--most", options.most,
                   "coordinates at a point, a random choice where there are more; default 100")
      ->type_name("N");
  command->add_flag("--json", options.json, "print the report as JSON");
  command->footer(
      "The objective is that of all rows with l2 and without noise. Exit code 7 where a component is above the "
      "tolerance.\n\n"
      "Example\n"
      "  lookahead gradcheck problem.yaml --points 10");
  return command;
}

int run_gradcheck(const GradcheckOptions& options, const Console& console) {
  const auto request = request_of(options);
  if (!request) return console.fail(request.faults());
  const auto spec = load_problem(options.file, options.set, console);
  if (!spec) return console.fail(spec.faults());
  const auto report = checked(*spec, *request, console);
  if (!report) return console.fail(report.faults());
  const int printed =
      print_result(console, options.json ? json_text(*spec, *report) : gradcheck_summary(*spec, *report));
  if (printed != 0) return printed;
  if (report->passed()) return 0;
  console.warn("the gradient and the differences do not agree within the tolerance");
  return exit_unmet;
}

}  // namespace lookahead::cmd
