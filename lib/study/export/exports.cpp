#include "study/export/exports.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/file.hpp"
#include "base/path_cure.hpp"
#include "base/text.hpp"
#include "study/export/progress.hpp"
#include "study/place.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

std::string whole(double number) { return to_text(static_cast<std::int64_t>(number)); }

// A label as the name of a folder that every system and cocopp take; unique among those made so far.
std::string folder_name(const std::string& label, std::set<std::string>& made) {
  std::string name;
  for (const char c : label) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    name += plain ? c : '_';
  }
  if (name.empty() || name.front() == '.') name.insert(0, "_");
  constexpr std::size_t most = 80;
  name.resize(std::min(name.size(), most));
  std::string unique = name;
  for (std::int64_t i = 2; !made.insert(unique).second; ++i) unique = name + "-" + to_text(i);
  return unique;
}

Fault no_folder(const fs::path& folder, const std::string& why, const std::error_code& error = {}) {
  const std::string elsewhere = "choose another place with --coco";
  if (!error) return {FaultKind::output, {folder.string(), 0, 0}, why, elsewhere};
  return {FaultKind::output,
          {folder.string(), 0, 0},
          why + ": " + error.message(),
          both_cures(cure_of_writing(folder, error.value()), elsewhere)};
}

// The folder, made where it is not there; a fault where it holds something.
Checked<Done> empty_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return no_folder(folder, "cannot make the folder", error);
  const bool empty = fs::is_empty(folder, error);
  if (error) return no_folder(folder, "cannot read the folder", error);
  if (!empty) return no_folder(folder, "the folder is not empty");
  return Done{};
}

// A group's runs on one problem in the two kinds of files.
struct CocoData {
  std::string info;  // "1:100|3.4e-05, 2:100|1.0e-06"
  std::string rows;
};

Checked<CocoData> coco_data(const Study& study, const std::vector<Index>& runs) {
  CocoData data;
  const auto loss = study.find_column("loss_slow"), gap = study.find_column("gap");
  for (const Index run : runs) {
    const auto progress = progress_of(study, run);
    if (!progress) return progress.faults();
    if (progress->empty()) continue;
    double minimum = 0;
    if (loss && gap) {
      const double value =
          study.columns[place(*loss)].cells[place(run)] - study.columns[place(*gap)].cells[place(run)];
      if (std::isfinite(value)) minimum = value;
    }
    data.rows.append("% f evaluations | g evaluations | best noise-free fitness - Fopt (")
        .append(short_text(minimum, 13))
        .append(
            ") + sum g_i+ | measured fitness | best measured fitness or single-digit g-values | x1 | x2...\n");
    for (const ProgressStep& step : *progress) {
      const std::string value = short_text(step.gap + minimum, 10);
      data.rows += joined({whole(step.evaluations), "0", short_text(step.gap, 10), value, value}, " ");
      data.rows += '\n';
    }
    data.info += joined({", ", to_text(study.runs[place(run)].seed), ":", whole(progress->back().evaluations),
                         "|", short_text(progress->back().gap, 2)},
                        "");
  }
  return data;
}

// The number of a section's problem in the study.
std::size_t problem_of(const Study& study, const ComparedSection& section) {
  for (std::size_t p = 0; p < study.problems.size(); ++p) {
    if (study.problems[p].label == section.problem) return p;
  }
  return 0;
}

// Each group at one point of its own on every problem is what can be exported.
std::optional<Fault> unfit(const Comparison& comparison) {
  const bool points = !comparison.sections.empty() && !comparison.sections.front().point.empty();
  if (!points && comparison.by != "problem") return std::nullopt;
  return Fault{FaultKind::usage,
               {points ? "--at point" : "--by problem", 0, 0},
               "does not go with an export, in which each group has one point on every problem",
               ""};
}

}  // namespace

Checked<Done> write_coco(const Study& study, const Comparison& comparison, const fs::path& folder) {
  if (const auto fault = unfit(comparison)) return *fault;
  // All that can be wrong with the runs is known before anything is written.
  std::map<fs::path, std::string> files;
  std::vector<std::string> names;
  std::set<std::string> made;
  for (const std::string& label : comparison.labels) names.push_back(folder_name(label, made));
  for (const ComparedSection& section : comparison.sections) {
    const std::size_t problem = problem_of(study, section);
    const std::string number = to_text(problem + 1);
    const std::string dimension = to_text(study.problems[problem].dimension);
    for (const GroupResult& group : section.groups) {
      const auto data = coco_data(study, group.members);
      if (!data) return data.faults();
      const std::string& name = names[place(group.group)];
      const std::string file = joined({"lookahead_f", number, "_DIM", dimension}, "");
      const std::string data_file = joined({"data_f", number, "/", file}, "");
      // On one line, whatever the names are.
      std::vector<std::string> comment = {visible(study.problems[problem].label),
                                          visible(comparison.labels[place(group.group)])};
      if (!group.settings.empty()) comment.push_back("at " + visible(group.settings));
      files[fs::path(name) / (file + ".info")] =
          joined({"suite = 'lookahead', funcId = ", number, ", DIM = ", dimension,
                  ", Precision = 1.000e-08, algId = '", name,
                  "', coco_version = '', logger = 'lookahead', data_format = 'bbob-new2'\n% ",
                  joined(comment, " "), "\n", data_file, ".dat", data->info, "\n"},
                 "");
      for (const char* ending : {".dat", ".tdat"}) files[fs::path(name) / (data_file + ending)] = data->rows;
    }
  }
  if (auto ready = empty_folder(folder); !ready) return ready;
  for (const auto& [file, content] : files) {
    std::error_code error;
    const fs::path path = folder / file;
    fs::create_directories(path.parent_path(), error);
    if (error) return no_folder(path.parent_path(), "cannot make the folder", error);
    if (auto written = write_atomically(path, content); !written) return written;
  }
  return Done{};
}

Checked<std::string> ioh_csv(const Study& study, const Comparison& comparison) {
  if (const auto fault = unfit(comparison)) return *fault;
  std::string out = "evaluations,value,function,algorithm,dimension,run\n";
  for (const ComparedSection& section : comparison.sections) {
    const StudyProblem& problem = study.problems[problem_of(study, section)];
    for (const GroupResult& group : section.groups) {
      for (const Index run : group.members) {
        const auto progress = progress_of(study, run);
        if (!progress) return progress.faults();
        for (const ProgressStep& step : *progress) {
          out += whole(step.evaluations) + ",";
          append_real(out, step.gap);
          out += "," + csv_cell(problem.label) + "," + csv_cell(comparison.labels[place(group.group)]) + "," +
                 to_text(problem.dimension) + "," + to_text(study.runs[place(run)].seed) + "\n";
        }
      }
    }
  }
  return out;
}

}  // namespace lookahead
