#include <limits>

#include "base/file.hpp"
#include "base/text.hpp"
#include "study/judging_column.hpp"
#include "study/statistics/quantiles.hpp"
#include "study/sweep/sweep_directory.hpp"
#include "trace/csv_text.hpp"

// What a sweep writes for people and programs.
namespace lookahead {
namespace {

// The columns of the results of all runs, in the order in which they occur.
std::vector<std::string> result_columns(const Roster& roster, const FinishedRuns& finished) {
  std::vector<std::string> columns;
  std::unordered_map<std::string, bool> known;
  for (Index run = 0; run < roster.grid().runs(); ++run) {
    for (const auto& [name, text] : finished.row(roster.key_of(run)).cells) {
      if (is_leading_cell(name) || is_trailing_cell(name)) continue;
      if (known.emplace(name, true).second) columns.push_back(name);
    }
  }
  return columns;
}

// Which column the runs are judged by, as in compare.
std::string judged_by(const Roster& roster, const FinishedRuns& finished) {
  const Grid& grid = roster.grid();
  JudgingColumn judging;
  for (Index run = 0; run < grid.runs(); ++run) {
    const RunRow row = finished.row(roster.key_of(run));
    const auto status = row.status();
    if (status != StudyStatus::finished && status != StudyStatus::diverged) continue;
    const auto problem = static_cast<Index>(grid.point(run / grid.seeds()).problem);
    judging.add(problem, !row.find("gap").empty(), !row.find("val_loss").empty());
  }
  return judging.name();
}

std::string point_summary(const std::vector<RunRow>& rows, const std::string& column) {
  const bool is_dropped = std::any_of(rows.begin(), rows.end(),
                                      [](const RunRow& row) { return row.status() == StudyStatus::dropped; });
  std::vector<double> values;
  Index failures = 0;
  for (const RunRow& row : rows) {
    const auto status = row.status();
    if (status == StudyStatus::failed) ++failures;
    // What is left of a point that halving dropped are seeds that had diverged before: it takes no part.
    if (!status || status == StudyStatus::failed || is_dropped) continue;
    const auto value = parse_number(row.find(column));
    if (status == StudyStatus::diverged) values.push_back(std::numeric_limits<double>::infinity());
    if (status == StudyStatus::finished && value) values.push_back(*value);
  }
  const std::size_t count = values.size();
  std::string text = column + ',' + to_text(count) + ',' + to_text(failures);
  if (count == 0) return text + ",,,,,";
  const statistics::Quartiles at = statistics::quartiles(std::move(values));
  for (const double value : {at.median, at.lower, at.upper, at.least, at.most}) {
    text += ',';
    append_real(text, value);
  }
  return text;
}

Checked<Done> write_runs(const std::filesystem::path& folder, const Roster& roster,
                         const FinishedRuns& finished) {
  const Grid& grid = roster.grid();
  const auto results = result_columns(roster, finished);
  const auto trailing = trailing_cells(grid.file().targets);
  std::string text = "index," + point_header(grid) + ",seed";
  for (const auto* names : {&leading_cells(), &results, &trailing}) {
    for (const std::string& name : *names) text += ',' + csv_cell(name);
  }
  text += '\n';
  std::string failures;
  for (Index run = 0; run < grid.runs(); ++run) {
    const RunRow row = finished.row(roster.key_of(run));
    if (row.cells.empty()) continue;
    const std::string index = to_text(run + 1);
    text +=
        index + ',' + point_cells(grid, grid.point(run / grid.seeds())) + ',' + to_text(roster.seed_of(run));
    for (const auto* names : {&leading_cells(), &results, &trailing}) {
      for (const std::string& name : *names) {
        text += ',';
        text += csv_cell(std::string(row.find(name)));
      }
    }
    text += '\n';
    if (const auto message = row.find("message"); !message.empty())
      failures += index + ',' + csv_cell(std::string(message)) + '\n';
  }
  std::error_code gone;
  const auto file = folder / sweep_files::failures;
  if (failures.empty()) {
    std::filesystem::remove(file, gone);
  } else if (auto written = write_atomically(file, "index,message\n" + failures); !written) {
    return written;
  }
  return write_atomically(folder / sweep_files::runs, text);
}

Checked<Done> write_points(const std::filesystem::path& folder, const Roster& roster,
                           const FinishedRuns& finished) {
  const Grid& grid = roster.grid();
  const std::string column = judged_by(roster, finished);
  std::string text =
      point_header(grid) + ",value,count,failures,median,lower_quartile,upper_quartile,least,most\n";
  for (Index point = 0; point < grid.points(); ++point) {
    std::vector<RunRow> rows;
    for (Index seed = 0; seed < grid.seeds(); ++seed)
      rows.push_back(finished.row(roster.key_of(point * grid.seeds() + seed)));
    text += point_cells(grid, grid.point(point)) + ',' + point_summary(rows, column) + '\n';
  }
  return write_atomically(folder / sweep_files::points, text);
}

}  // namespace

std::string point_cells(const Grid& grid, const Grid::Point& point) {
  std::string text = csv_cell(grid.file().methods[point.method].label);
  if (grid.file().problems.size() > 1) text += ',' + csv_cell(grid.file().problems[point.problem].label);
  for (const Node* setting : point.settings) {
    text += ',';
    if (setting != nullptr) text += csv_cell(setting_text(*setting));
  }
  return text;
}

std::string point_header(const Grid& grid) {
  std::string text = "method";
  if (grid.file().problems.size() > 1) text += ",problem";
  for (const std::string& key : grid.keys()) text += ',' + csv_cell(key);
  return text;
}

Checked<Done> write_sweep_tables(const std::filesystem::path& folder, const Roster& roster,
                                 const FinishedRuns& finished) {
  if (auto written = write_points(folder, roster, finished); !written) return written;
  return write_runs(folder, roster, finished);
}

}  // namespace lookahead
