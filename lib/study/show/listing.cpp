#include "study/show/listing.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "base/counted.hpp"
#include "base/folder.hpp"
#include "base/path_cure.hpp"
#include "base/text.hpp"
#include "run/directory.hpp"
#include "run/run_summary.hpp"
#include "spec/run_files.hpp"
#include "study/place.hpp"
#include "study/statistics/quantiles.hpp"
#include "study/sweep_state.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

std::string word_of(const JsonRead& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// A run.json that may have been edited: whatever it says of the optimizers, or nothing.
std::string what_of(const JsonRead& json) {
  std::string text;
  if (const auto optimizer = json.find("optimizer"); optimizer != json.end() && optimizer->is_object())
    text = word_of(*optimizer, "name");
  const auto slow = json.find("lookahead");
  if (slow == json.end()) return text;
  if (slow->is_boolean()) return text + ", plain";
  if (slow->is_array()) return text + ", " + counted(static_cast<std::int64_t>(slow->size()), "level");
  const auto k = slow->find("k");
  if (slow->is_object() && k != slow->end() && k->is_number_integer())
    return text + ", k = " + to_text(k->get<std::int64_t>());
  return text + ", lookahead";
}

void add_best(ListedStudy& listed, const JsonRead& json) {
  const auto result = json.find("result");
  if (result == json.end() || !result->is_object()) return;
  for (const char* key : {"gap", "val_loss", "loss_slow"}) {
    const auto found = result->find(key);
    if (found == result->end() || !found->is_number()) continue;
    listed.value = key;
    listed.best = found->get<double>();
    return;
  }
}

Checked<ListedStudy> listed_run(const fs::path& folder) {
  const auto summary = read_summary(folder);
  if (!summary) return summary.faults();
  auto ended = ending_of(folder);
  if (!ended) return ended.faults();
  ListedStudy listed;
  listed.name = word_of(summary->json, "name");
  listed.what = what_of(summary->json);
  listed.ended = std::move(*ended);
  const auto running = running_state(folder);
  if (!running) return running.faults();
  // Until it ends, run.json has no counts of it.
  if (*running) {
    listed.steps = (*running)->checkpoint;
  } else if (const auto steps = summary->json.find("steps");
             steps != summary->json.end() && steps->is_number_integer()) {
    listed.steps = steps->get<Index>();
  }
  if (const auto seed = summary->json.find("seed"); seed != summary->json.end() && seed->is_number_integer())
    listed.seed = seed->get<std::int64_t>();
  add_best(listed, summary->json);
  return listed;
}

// A sweep that has not ended yet, or was killed before it wrote a table.
Checked<ListedStudy> listed_beginning(const fs::path& folder) {
  const auto state = state_of_sweep(folder);
  if (!state) return state.faults();
  ListedStudy listed;
  listed.kind = StudyFolder::sweep;
  listed.name = state->name;
  listed.what = counted(state->planned, "run");
  listed.ended = (state->alive || state->in_parts ? "" : "killed after ") + state->text();
  return listed;
}

Checked<ListedStudy> listed_sweep(const fs::path& folder) {
  const auto table = has_table(folder);
  if (!table) return table.faults();
  if (!*table) return listed_beginning(folder);
  const auto study = read_study({folder.string()});
  if (!study) return study.faults();
  ListedStudy listed;
  listed.kind = StudyFolder::sweep;
  listed.name = study->name;
  const auto points = study->points();
  const auto many = [](std::size_t count, const char* thing) {
    return counted(static_cast<std::int64_t>(count), thing);
  };
  listed.what = many(study->methods.size(), "method") + ", " + many(points.size(), "point");
  if (study->problems.size() > 1) listed.what += ", " + many(study->problems.size(), "problem");
  listed.ended = many(study->runs.size(), "run");
  if (study->missing > 0) {
    // Without its journals the table says it alone.
    const auto state = state_of_sweep(folder, std::ssize(study->runs));
    listed.ended = state ? state->text()
                         : to_text(study->runs.size()) + " of " +
                               many(study->runs.size() + static_cast<std::size_t>(study->missing), "run");
  }
  for (const auto& word : Words<StudyStatus>::table) {
    const auto count = std::count_if(study->runs.begin(), study->runs.end(),
                                     [&](const StudyRun& run) { return run.status == word.second; });
    if (word.second != StudyStatus::finished && count > 0)
      listed.ended += ", " + to_text(count) + " " + word.first;
  }
  const Index column = default_column(*study);
  for (const StudyPoint& point : points) {
    std::vector<double> values;
    for (const Index run : point.runs) {
      if (const auto value = study->value_of(run, column)) values.push_back(*value);
    }
    // Values of several problems have no common scale.
    if (values.empty() || study->problems.size() > 1) continue;
    const double median = statistics::median(std::move(values));
    if (listed.best && median >= *listed.best) continue;
    listed.best = median;
    listed.value = study->columns[place(column)].name;
    const std::string settings = study->settings_text(point.settings);
    listed.best_at = study->methods[place(point.method)] + (settings.empty() ? "" : ", " + settings);
  }
  return listed;
}

Fault unseen(const fs::path& path, const std::error_code& error) {
  return {FaultKind::data, {path.string(), 0, 0}, "cannot be looked at: " + error.message(), ""};
}

void add(StudyListing& listing, const fs::path& folder, StudyFolder kind) {
  auto listed = kind == StudyFolder::run ? listed_run(folder) : listed_sweep(folder);
  if (!listed) {
    listing.faults.insert(listing.faults.end(), listed.faults().begin(), listed.faults().end());
    return;
  }
  listed->folder = folder.lexically_normal();
  std::error_code error;
  fs::path file = folder / (kind == StudyFolder::run ? run_files::summary : sweep_files::runs);
  if (kind == StudyFolder::sweep && !fs::exists(file, error) && !error) file = folder / sweep_files::plan;
  if (!error) listed->changed = fs::last_write_time(file, error);
  if (error) listing.faults.push_back(unseen(file, error));
  listing.found.push_back(std::move(*listed));
}

void walk_folder(StudyListing& listing, const fs::path& folder) {
  const auto kind = look_at_folder(folder);
  if (!kind) {
    listing.faults.insert(listing.faults.end(), kind.faults().begin(), kind.faults().end());
    return;
  }
  const auto begun =
      *kind == StudyFolder::sweep ? has_begun(folder) : Checked<bool>(*kind == StudyFolder::run);
  if (!begun) {
    listing.faults.insert(listing.faults.end(), begun.faults().begin(), begun.faults().end());
    return;
  }
  if (*begun) return add(listing, folder, *kind);
  std::error_code error;
  std::vector<fs::path> below;
  for (const std::string& name : names_in(folder, error)) {
    if (name.starts_with('.')) continue;
    std::error_code other;
    const bool is_folder = fs::symlink_status(folder / name, other).type() == fs::file_type::directory;
    if (other) listing.faults.push_back(unseen(folder / name, other));
    if (is_folder) below.push_back(folder / name);
  }
  if (error) {
    listing.faults.push_back(
        {FaultKind::data, {folder.string(), 0, 0}, "cannot read the folder: " + error.message(), ""});
  }
  for (const fs::path& each : below) walk_folder(listing, each);
}

}  // namespace

Checked<std::string> ending_of(const fs::path& folder) {
  const auto summary = read_summary(folder);
  if (!summary) return summary.faults();
  const auto running = running_state(folder);
  if (!running) return running.faults();
  const std::string stop = word_of(summary->json, "stop");
  if (!*running) return Codec<Status>::word(summary->status) + (stop.empty() ? "" : " (" + stop + ")");
  if ((*running)->alive) return std::string("still running");
  const auto& checkpoint = (*running)->checkpoint;
  return "killed" + (checkpoint ? " after step " + to_text(*checkpoint) : std::string());
}

StudyListing list_studies(const std::vector<std::string>& folders) {
  StudyListing listing;
  for (const std::string& folder : folders) {
    std::error_code error;
    const fs::file_status there = fs::status(folder, error);
    if (fs::is_directory(there)) {
      walk_folder(listing, fs::path(folder).lexically_normal());
    } else {
      const bool missing = there.type() == fs::file_type::not_found;
      const std::string why = missing ? "there is no such folder"
                              : error ? "cannot be looked at: " + error.message()
                                      : "is no folder";
      listing.faults.push_back(
          {FaultKind::data,
           {folder, 0, 0},
           why,
           missing ? cure_of_reading(folder, ENOENT) : "give folders with runs or sweeps below"});
    }
  }
  std::stable_sort(listing.found.begin(), listing.found.end(),
                   [](const ListedStudy& a, const ListedStudy& b) {
                     return a.changed != b.changed ? a.changed > b.changed : a.folder < b.folder;
                   });
  return listing;
}

}  // namespace lookahead
