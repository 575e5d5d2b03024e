#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "spec/sweep_files.hpp"
#include "study/sweep/roster.hpp"

namespace lookahead {

// The folder of a sweep: sweep.yaml, runs.csv, points.csv, failures.csv where runs failed, journals, and by
// `keep` the folders of runs.
// Makes the folder and writes sweep.yaml, or compares with the one that is there: methods, values and seeds may
// have been added, anything else that differs is a fault (output) with its key. `dimensions`: what stands there
// under this key. `replace`: what an earlier sweep left there goes first. `in_part`: other processes carry out the
// rest, so that folders of runs that are kept must not get other numbers.
Checked<Done> take_sweep_directory(const std::filesystem::path& folder, const Grid& grid,
                                   const Node& dimensions, bool replace, bool in_part);

// The fault with which take_sweep_directory() would refuse the folder, which stays as it is.
std::optional<Fault> holds_other_sweep(const std::filesystem::path& folder, const Grid& grid,
                                       const Node& dimensions, bool in_part);

// The fault where a folder is neither new nor empty nor that of a sweep, beside whose files others may lie.
std::optional<Fault> sweep_directory_in_use(const std::filesystem::path& folder);

// The folder of what is kept of run `number`, from 0.
std::filesystem::path kept_folder(const std::filesystem::path& folder, Index number);

// Why a run may not write to this folder: it is kept of a run of a sweep, whose table would no longer tell of it.
std::optional<Fault> is_of_sweep(const std::filesystem::path& folder);

// Which run a kept folder is of: written when it is complete.
Checked<Done> mark_kept(const std::filesystem::path& kept, const RunKey& key);
bool is_kept(const std::filesystem::path& kept, const RunKey& key);

// Gives the folders of runs the numbers that they have in this grid; those of runs that are not among them are
// removed, and what is not called by a number stays. Before any of them moves runs.csv goes, which names them.
Checked<Done> arrange_kept(const std::filesystem::path& folder, const Roster& roster);

// The columns method, problem (where there are several) and the varied keys: their header, and of a point.
std::string point_header(const Grid& grid);
std::string point_cells(const Grid& grid, const Grid::Point& point);

// Writes runs.csv, points.csv and failures.csv of all runs that are finished.
Checked<Done> write_sweep_tables(const std::filesystem::path& folder, const Roster& roster,
                                 const FinishedRuns& finished);

}  // namespace lookahead
