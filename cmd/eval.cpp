#include <CLI/CLI.hpp>
#include <cmath>

#include "base/text.hpp"
#include "commands.hpp"
#include "data/columns.hpp"
#include "data/read/layout.hpp"
#include "delivery.hpp"
#include "parallel/pool.hpp"
#include "run/evaluate_points.hpp"

namespace lookahead::cmd {
namespace {

Fault unfit(const std::string& option, const std::string& text, const std::string& problem,
            const std::string& cure) {
  return {FaultKind::usage, {option + " " + text, 0, 0}, problem, cure};
}

// "[1, 2]" or "1, 2".
Checked<std::vector<double>> numbers_of(const std::string& option, const std::string& text) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  std::vector<double> numbers;
  while (true) {
    const std::size_t comma = rest.find(',');
    const auto number = parse_number(trimmed(rest.substr(0, comma)));
    if (!number) return unfit(option, text, "must be a list of numbers", "for example '[1, 2]'");
    numbers.push_back(*number);
    if (comma == std::string_view::npos) return numbers;
    rest = rest.substr(comma + 1);
  }
}

Checked<PointsRequest::Axis> axis_of(const std::string& text) {
  const auto parts = [&] {
    std::vector<std::string> list;
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find(':', begin)) != std::string::npos; begin = end + 1)
      list.push_back(text.substr(begin, end - begin));
    list.push_back(text.substr(begin));
    return list;
  }();
  const auto fault = [&] {
    return unfit("--grid", text, "must be LOW:HIGH:N, two numbers and a count",
                 "for example --grid='-2:2:41'");
  };
  if (parts.size() != 3) return fault();
  const auto low = parse_number(parts[0]), high = parse_number(parts[1]);
  const auto count = parse_integer(parts[2]);
  constexpr std::int64_t most = 1'000'000;
  if (!low || !high || !count || !(std::isfinite(*low) && std::isfinite(*high) && *low <= *high))
    return fault();
  if (*count < 1 || *count > most) return fault();
  return PointsRequest::Axis{*low, *high, static_cast<Index>(*count)};
}

// The columns with the coordinates, in order: x_0, x_1, ..., where there are such names, as in what `eval`
// prints; otherwise all.
Checked<std::vector<std::string>> coordinates_of(const std::string& file,
                                                 const std::vector<std::string>& names) {
  const auto numbered = std::ranges::count_if(
      names, [](const std::string& name) { return name.starts_with("x_") && parse_integer(name.substr(2)); });
  if (numbered == 0) return names;
  std::vector<std::string> coordinates;
  for (std::int64_t i = 0; i < numbered; ++i) {
    coordinates.push_back("x_" + to_text(i));
    if (std::ranges::find(names, coordinates.back()) != names.end()) continue;
    return Fault{FaultKind::data,
                 {file, 1, 0},
                 "has " + to_text(std::int64_t{numbered}) + " columns x_..., but no " + coordinates.back(),
                 "name the coordinates x_0 to x_" + to_text(std::int64_t{numbered - 1})};
  }
  return coordinates;
}

// The points in the rows of a CSV file.
Checked<std::vector<std::vector<double>>> points_in(const std::string& file, Index threads) {
  auto table = CsvFile::open(file);
  if (!table) return table.faults();
  const auto layout = find_layout(*table, DataOptions{});
  if (!layout) return layout.faults();
  const auto names = coordinates_of(file, layout->names);
  if (!names) return names.faults();
  const auto columns = read_columns(std::move(*table), *layout, *names, threads);
  if (!columns) return columns.faults();
  std::vector<std::vector<double>> points(columns->front().size(), std::vector<double>(columns->size()));
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = 0; k < columns->size(); ++k) points[i][k] = (*columns)[k][i];
  }
  return points;
}

Checked<std::string> evaluated(const EvalOptions& options, const Console& console) {
  const auto spec = load_problem(options.file, options.set, console);
  if (!spec) return spec.faults();
  const Index threads = threads_of(*spec);
  PointsRequest request;
  request.gradient = !options.value_only;
  for (const std::string& text : options.at) {
    auto point = numbers_of("--at", text);
    if (!point) return point.faults();
    request.points.push_back(std::move(*point));
  }
  if (!options.points.empty()) {
    auto points = points_in(options.points, threads);
    if (!points) return points.faults();
    for (auto& point : *points) request.points.push_back(std::move(point));
  }
  if (!options.grid.empty()) {
    const auto axis = axis_of(options.grid);
    if (!axis) return axis.faults();
    request.grid = *axis;
  }
  if (!options.direction.empty()) {
    auto direction = numbers_of("--direction", options.direction);
    if (!direction) return direction.faults();
    if (!std::ranges::all_of(*direction, [](double number) { return std::isfinite(number); }))
      return unfit("--direction", options.direction, "must be finite", "");
    request.direction = std::move(*direction);
  }
  const auto problem = open_problem(*spec);
  if (!problem) return problem.faults();
  Pool pool(threads);
  auto table = evaluate_points(**problem, request, pool);
  if (table) return table;
  Faults faults = table.faults();
  for (Fault& fault : faults) {
    if (fault.place.source.empty()) fault.place.source = options.file;
  }
  return faults;
}

}  // namespace

CLI::App* add_eval(CLI::App& app, EvalOptions& options) {
  CLI::App* eval = app.add_subcommand("eval", "print the objective's value and gradient at points, as CSV")
                       ->group("Problems");
  eval->add_option("FILE", options.file, "problem file; - is standard input")->required();
  add_settings(*eval, options.set);
  CLI::Option* at = eval->add_option("--at", options.at, "a point: '[1, 2]' (repeatable)")
                        ->type_name("POINT")
                        ->allow_extra_args(false);
  CLI::Option* grid =
      eval->add_option("--grid", options.grid, "N points from LOW to HIGH along every coordinate")
          ->type_name("LOW:HIGH:N");
  CLI::Option* points =
      eval->add_option(
              "--points", options.points,
              "a CSV file with a point in every row: columns x_0, x_1, ..., or one for each coordinate")
          ->type_name("FILE");
  eval->add_option("--direction", options.direction, "also the curvature along it: '[1, 0]'")
      ->type_name("POINT");
  eval->add_flag("--value-only", options.value_only, "no gradients");
  eval->add_option("-o,--output", options.output, output_sentence)->type_name("FILE");
  eval->footer(
      "Examples\n"
      "  lookahead eval problem.yaml --at '[1, 2]'\n"
      "  lookahead eval problem.yaml --grid -2:2:41 --value-only >surface.csv");
  eval->final_callback([=] {
    if (at->empty() && grid->empty() && points->empty())
      throw CLI::ValidationError("eval needs points: --at, --grid or --points");
  });
  return eval;
}

int run_eval(const EvalOptions& options, const Console& console) {
  if (const auto fault = overwritten_input("-o", options.output, {options.file, options.points}))
    return console.fail(*fault);
  const auto table = evaluated(options, console);
  if (!table) return console.fail(table.faults());
  return deliver(console, *table, options.output);
}

}  // namespace lookahead::cmd
