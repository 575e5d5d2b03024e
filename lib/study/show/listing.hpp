#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "run/json.hpp"
#include "study/table.hpp"

namespace lookahead {

// A run or a sweep that was found: what it is, how it ended, its best value.
struct ListedStudy {
  std::filesystem::path folder;
  StudyFolder kind = StudyFolder::run;
  std::filesystem::file_time_type changed;  // its result
  std::string name;
  std::string what;                  // "adam, lookahead k = 5", "2 methods, 30 points, 300 runs"
  std::string ended;                 // "finished (steps)", "killed at step 4000", "300 runs, 3 diverged"
  std::optional<Index> steps;        // of a run
  std::optional<std::int64_t> seed;  // of a run
  std::string value;                 // the column of `best`: "gap"; empty: there is none
  std::optional<double> best;        // of a sweep the least median of its points; may be infinite
  std::string best_at;               // of a sweep: "lookahead, optimizer.lr = 0.01"
};

struct StudyListing {
  std::vector<ListedStudy> found;  // the newest first
  Faults faults;                   // of folders that are damaged or cannot be read
};

// All runs and sweeps below these folders, themselves included; what lies within a run or a sweep is a part of
// it. Hidden folders and symbolic links are left out. A fault for a folder that is not there.
StudyListing list_studies(const std::vector<std::string>& folders);

// A listing for people, and as rows of CSV, markdown, an array of objects.
std::string listing_text(const StudyListing& listing);
std::string listing_markdown(const StudyListing& listing);
std::string listing_csv(const StudyListing& listing);
Json listing_json(const StudyListing& listing);

// One run in full. A fault where its run.json cannot be read.
Checked<std::string> run_text(const std::filesystem::path& folder);
// Its run.json, with its folder and what became of it.
Checked<Json> run_object(const std::filesystem::path& folder);

// What a run's run.json says of its end, looking whether it is alive where that says that it runs: "finished
// (steps)", "still running", "killed at step 4000".
Checked<std::string> ending_of(const std::filesystem::path& folder);

}  // namespace lookahead
