#include "study/table.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "base/folder.hpp"
#include "base/path_cure.hpp"
#include "base/text.hpp"
#include "spec/metric_names.hpp"
#include "spec/run_files.hpp"
#include "study/judging_column.hpp"
#include "study/place.hpp"
#include "study/reading.hpp"
#include "study/sweep/target.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T, class Name>
std::optional<Index> index_of(const std::vector<T>& all, std::string_view name, const Name& name_of) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const T& one) { return name_of(one) == name; });
  if (found == all.end()) return std::nullopt;
  return found - all.begin();
}

// Everything a point is known by, for sorting.
std::vector<Index> point_of(const StudyRun& run) {
  std::vector<Index> point = {run.method, run.problem};
  point.insert(point.end(), run.settings.begin(), run.settings.end());
  return point;
}

}  // namespace

fs::path Study::folder_of(Index run) const {
  if (!is_sweep()) return folders[place(run)];
  return folder / sweep_files::kept / sweep_files::kept_name(runs[place(run)].index);
}

std::optional<Index> Study::find_column(std::string_view wanted) const {
  return index_of(columns, wanted, [](const StudyColumn& column) { return std::string_view(column.name); });
}

std::optional<Index> Study::find_key(std::string_view wanted) const {
  return index_of(keys, wanted, [](const StudyKey& key) { return std::string_view(key.name); });
}

std::optional<Index> Study::find_method(std::string_view label) const {
  return index_of(methods, label, [](const std::string& method) { return std::string_view(method); });
}

namespace {

// steps_to_1e-4 is the column steps_to_0.0001.
std::optional<Index> find_target_column(const Study& study, const std::string& wanted) {
  for (const std::string beginning : target_measures) {
    const auto number =
        wanted.starts_with(beginning) ? parse_number(wanted.substr(beginning.size())) : std::nullopt;
    for (Index i = 0; number && i < std::ssize(study.columns); ++i) {
      const std::string& name = study.columns[place(i)].name;
      if (name.starts_with(beginning) && parse_number(name.substr(beginning.size())) == number) return i;
    }
  }
  return std::nullopt;
}

}  // namespace

Checked<Index> Study::column(const std::string& wanted, const std::string& option) const {
  if (wanted.empty()) return default_column(*this);
  if (const auto found = find_column(wanted)) return *found;
  if (const auto found = find_target_column(*this, wanted)) return *found;
  std::vector<std::string> names;
  for (const StudyColumn& column : columns) names.push_back(column.name);
  const std::vector<std::string> of_text = {"method", "status", "stop", "message"};
  const bool is_text = std::find(of_text.begin(), of_text.end(), wanted) != of_text.end();
  const std::string near = is_text ? "" : suggestion(wanted, names);
  return Fault{FaultKind::usage,
               {option + " " + wanted, 0, 0},
               is_text ? "the column " + quoted(wanted) + " holds text, and runs are judged by numbers"
                       : "there is no column " + quoted(wanted),
               near.empty() ? "columns of numbers: " + joined(names, ", ") : near};
}

std::optional<double> Study::value_of(Index run, Index column) const {
  const StudyStatus status = runs[place(run)].status;
  const StudyColumn& values = columns[place(column)];
  if (status == StudyStatus::diverged) return values.larger_is_better ? -infinity : infinity;
  if (status != StudyStatus::finished) return std::nullopt;
  const double value = values.cells[place(run)];
  if (!std::isnan(value)) return value;
  if (values.to_target) return infinity;
  return std::nullopt;
}

std::vector<StudyPoint> Study::points() const {
  std::map<std::vector<Index>, Index> known;
  std::vector<StudyPoint> points;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto [found, is_new] = known.try_emplace(point_of(runs[i]), std::ssize(points));
    if (is_new) points.push_back({runs[i].method, runs[i].problem, runs[i].settings, {}});
    points[place(found->second)].runs.push_back(static_cast<Index>(i));
  }
  for (StudyPoint& point : points) {
    std::stable_sort(point.runs.begin(), point.runs.end(),
                     [&](Index a, Index b) { return runs[place(a)].seed < runs[place(b)].seed; });
  }
  return points;
}

std::string Study::settings_text(const std::vector<Index>& settings) const {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (keys[i].of_problem || settings[i] == StudyRun::unset) continue;
    parts.push_back(keys[i].name + " = " + keys[i].values[place(settings[i])]);
  }
  return joined(parts, ", ");
}

Index default_column(const Study& study) {
  const auto gap = study.find_column("gap"), val_loss = study.find_column("val_loss");
  JudgingColumn judging;
  for (std::size_t i = 0; i < study.runs.size(); ++i) {
    const StudyRun& run = study.runs[i];
    if (run.status != StudyStatus::finished && run.status != StudyStatus::diverged) continue;
    const auto has = [&](std::optional<Index> column) {
      return column && !std::isnan(study.columns[place(*column)].cells[i]);
    };
    judging.add(run.problem, has(gap), has(val_loss));
  }
  return study.find_column(judging.name()).value_or(0);
}

bool is_key_of_problem(const std::string& key) {
  const std::string block = key.substr(0, key.find('.'));
  return block == "objective" || block == "data" || block == "start";
}

StudyColumn column_of(std::string name) {
  StudyColumn column;
  column.larger_is_better = larger_is_better(name).value_or(false);
  for (const char* beginning : target_measures)
    column.to_target = column.to_target || name.starts_with(beginning);
  column.name = std::move(name);
  return column;
}

void fill_numbers(StudyKey& key) {
  key.numbers.clear();
  for (const std::string& value : key.values) {
    const auto number = parse_number(value);
    if (number && std::isfinite(*number)) key.numbers.push_back(*number);
  }
  if (key.numbers.size() != key.values.size()) key.numbers.clear();
}

namespace {

// The coordinates of the problem that a run is about.
Index dimension_of(const Study& study, const ProblemBase& base, const StudyRun& run) {
  const auto is_set = [&](const std::pair<std::string, std::string>& wanted) {
    const auto key = study.find_key(wanted.first);
    const Index setting = key ? run.settings[place(*key)] : StudyRun::unset;
    return setting != StudyRun::unset && study.keys[place(*key)].values[place(setting)] == wanted.second;
  };
  const auto found = std::ranges::find_if(
      base.sizes, [&](const ProblemBase::Size& size) { return std::ranges::all_of(size.where, is_set); });
  if (found != base.sizes.end()) return found->dimension;
  const auto key = study.find_key("objective.dim");
  const Index setting = key ? run.settings[place(*key)] : StudyRun::unset;
  if (setting == StudyRun::unset) return base.dimension;
  return static_cast<Index>(
      parse_integer(study.keys[place(*key)].values[place(setting)]).value_or(base.dimension));
}

}  // namespace

void settle_problems(Study& study, const std::vector<ProblemBase>& bases) {
  std::map<std::vector<Index>, Index> known;
  std::vector<Index> problems_of(bases.size());
  std::vector<const StudyRun*> first;  // of each problem
  std::vector<Index> base_of;
  for (StudyRun& run : study.runs) {
    std::vector<Index> problem = {run.problem};
    for (std::size_t i = 0; i < study.keys.size(); ++i) {
      if (study.keys[i].of_problem) problem.push_back(run.settings[i]);
    }
    const auto [found, is_new] = known.try_emplace(problem, std::ssize(base_of));
    if (is_new) {
      ++problems_of[place(run.problem)];
      base_of.push_back(run.problem);
      first.push_back(&run);
    }
    run.problem = found->second;
  }
  for (std::size_t p = 0; p < first.size(); ++p) {
    const ProblemBase& base = bases[place(base_of[p])];
    // The base's label alone where it is enough, the values alone where there is one base.
    std::vector<std::string> parts;
    if (bases.size() > 1) parts.push_back(base.label);
    for (std::size_t i = 0; i < study.keys.size(); ++i) {
      const StudyKey& key = study.keys[i];
      const Index setting = first[p]->settings[i];
      if (!key.of_problem || setting == StudyRun::unset) continue;
      if (problems_of[place(base_of[p])] > 1) parts.push_back(key.name + " = " + key.values[place(setting)]);
    }
    if (parts.empty()) parts.push_back(base.label);
    study.problems.push_back(
        {joined(parts, ", "), dimension_of(study, base, *first[p]), base.definition, base.label});
  }
}

std::optional<std::pair<Index, Index>> equal_runs(const Study& study) {
  for (const StudyPoint& point : study.points()) {
    for (std::size_t i = 1; i < point.runs.size(); ++i) {
      const Index a = point.runs[i - 1], b = point.runs[i];
      if (study.runs[place(a)].seed == study.runs[place(b)].seed) return std::pair(a, b);
    }
  }
  return std::nullopt;
}

Checked<StudyFolder> look_at_folder(const fs::path& folder) {
  for (const auto& [file, kind] :
       {std::pair(run_files::summary, StudyFolder::run), std::pair(sweep_files::plan, StudyFolder::sweep)}) {
    std::error_code error;
    if (fs::exists(folder / file, error)) return kind;
    // Where the folder is a file it has none in it.
    if (error && error != std::errc::not_a_directory)
      return Fault{
          FaultKind::data, {(folder / file).string(), 0, 0}, "cannot be looked at: " + error.message(), ""};
  }
  return StudyFolder::none;
}

StudyFolder kind_of_folder(const fs::path& folder) {
  const auto kind = look_at_folder(folder);
  return kind ? *kind : StudyFolder::none;
}

namespace {

// Of a run that is asked for without its number, runs/valley, the last one: runs/valley-012; else where the
// folder was looked for.
std::string cure_of_missing(const fs::path& path) {
  const std::string beginning = path.filename().string() + "-";
  std::string last;
  std::error_code error;
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (const std::string& name : names_in(parent, error)) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool numbers = name.starts_with(beginning) && name.size() > beginning.size() &&
                         std::all_of(name.begin() + std::ssize(beginning), name.end(), digit);
    if (numbers && (name.size() > last.size() || (name.size() == last.size() && name > last))) last = name;
  }
  return last.empty() ? cure_of_reading(path, ENOENT)
                      : "did you mean '" + (path.parent_path() / last).string() + "'?";
}

// Why a path is no study's.
Fault no_study(const fs::path& path) {
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  const Place place{path.string(), 0, 0};
  if (there.type() == fs::file_type::not_found)
    return {FaultKind::data, place, "there is no such folder", cure_of_missing(path)};
  if (error) return {FaultKind::data, place, "cannot be looked at: " + error.message(), ""};
  if (!fs::is_directory(there)) {
    const std::string ending = path.extension().string();
    if (ending == ".yaml" || ending == ".yml") {
      const std::string file = path.string();
      return {FaultKind::data, place, "is a problem or a sweep, not the directory of its results",
              "lookahead solve " + file + ", or lookahead sweep " + file + ", says where these are"};
    }
    return {FaultKind::data, place, "is a file, not a run or sweep directory", "give the directory it is in"};
  }
  const bool empty = fs::is_empty(path, error);
  if (error) return {FaultKind::data, place, "cannot read the folder: " + error.message(), ""};
  if (empty) return {FaultKind::data, place, "the folder is empty", "give a run or sweep directory"};
  if (fs::exists(path / sweep_files::runs, error)) {
    return {FaultKind::data, place,
            std::string("has ") + sweep_files::runs + ", but no " + sweep_files::plan + " beside it",
            "copy the whole sweep directory"};
  }
  return {FaultKind::data, place,
          std::string("is neither a sweep directory, which has ") + sweep_files::plan +
              ", nor a run directory, which has " + run_files::summary,
          "lookahead show lists what lies below a folder"};
}

}  // namespace

Checked<Study> read_study(const std::vector<std::string>& folders) {
  Faults faults;
  std::string sweep;
  std::size_t sweeps = 0;
  for (const std::string& folder : folders) {
    const auto kind = look_at_folder(folder);
    if (!kind) {
      faults.insert(faults.end(), kind.faults().begin(), kind.faults().end());
      continue;
    }
    if (*kind == StudyFolder::none) faults.push_back(no_study(folder));
    if (*kind != StudyFolder::sweep) continue;
    sweep = folder;
    ++sweeps;
  }
  if (!faults.empty()) return faults;
  if (!sweep.empty() && folders.size() > 1) {
    std::string cure = "give one sweep, or any number of runs";
    if (sweeps == folders.size())
      cure.append("; lookahead compare ")
          .append(folders[0])
          .append(" --against ")
          .append(folders[1])
          .append(" contrasts two sweeps, method by method");
    return Fault{
        FaultKind::usage, {sweep, 0, 0}, "is a sweep, and stands beside other folders", std::move(cure)};
  }
  return sweep.empty() ? read_runs(folders) : read_sweep(sweep);
}

}  // namespace lookahead
