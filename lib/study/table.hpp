#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/note.hpp"
#include "base/scalar.hpp"
#include "spec/sweep_files.hpp"
#include "study/status.hpp"

namespace lookahead {

// The runs of an experiment as one table: a sweep's, or runs that were made one by one. What compare, show,
// plot and report read.

// A varied key and the values it took.
struct StudyKey {
  std::string name;                 // "optimizer.lr"
  std::vector<std::string> values;  // as text, in the order of the grid: "0.001", "{k: 5, alpha: 0.5}"
  std::vector<double> numbers;      // the same as numbers where each of them is one, else empty
  bool of_problem = false;          // it changes what is solved (objective, data, start): see StudyProblem
};

// What is solved: one of the sweep's problem files, together with the values of the keys of_problem. Methods
// are compared within each.
struct StudyProblem {
  std::string label;            // "wine", "wine, objective.dim = 10"; unique
  Index dimension = 0;          // coordinates of its point; 0: not known
  std::string definition = {};  // the problem file as YAML; empty: single runs
  std::string base = {};        // the label without the values of keys: "wine"
};

// A column of numbers, one for each run.
struct StudyColumn {
  std::string name;               // "gap", "val_accuracy", "evals_to_0.01"
  bool larger_is_better = false;  // a metric such as accuracy; its worst value is -infinity
  bool to_target = false;         // of a sweep's steps_to_T, ...: an empty cell is a target missed
  std::vector<double> cells;      // by run; NaN where the cell is empty, infinities are numbers
};

// A run of a study, but for its values, which stand in the columns.
struct StudyRun {
  static constexpr Index unset = -1;

  Index index = 0;  // from 1, the sweep's number of the run; of single runs the order of the command line
  Index method = 0, problem = 0;  // in Study::methods, Study::problems
  std::vector<Index> settings;    // by Study::keys: which of its values; unset where the method lacks the key
  std::int64_t seed = 0;
  StudyStatus status = StudyStatus::finished;
  std::string stop;  // why it ended: "steps"; may be empty
};

// A method with values of the varied keys, on one problem: the runs that differ by their seeds alone.
struct StudyPoint {
  Index method = 0, problem = 0;
  std::vector<Index> settings;  // as those of its runs
  std::vector<Index> runs;      // in Study::runs, by seed
};

// The runs of a sweep, or single runs, as a table to compare and to draw.
struct Study {
  std::string name;              // of the sweep; of single runs that of the first problem
  std::filesystem::path folder;  // of the sweep; empty: single runs
  std::vector<std::string> methods;
  std::vector<StudyProblem> problems;
  std::vector<StudyKey> keys;
  std::vector<StudyColumn> columns;
  std::vector<StudyRun> runs;                  // in the order of the grid, or of the command line
  std::vector<std::string> targets;            // T of the columns *_to_T, as they are written there
  std::vector<std::filesystem::path> folders;  // of single runs, by run
  Index missing = 0;                           // runs that a sweep has still to carry out
  std::vector<Note> notes;                     // what whoever reads the study's figures should know

  bool is_sweep() const { return !folder.empty(); }
  // The folder with the run's trace, whether or not the sweep has kept it.
  std::filesystem::path folder_of(Index run) const;

  std::optional<Index> find_column(std::string_view wanted) const;
  std::optional<Index> find_key(std::string_view wanted) const;
  std::optional<Index> find_method(std::string_view label) const;

  // The column of this name; "" is the default one. A fault of kind usage, with a suggestion, where there is
  // none. `option` is what asked for it: "--value".
  Checked<Index> column(const std::string& wanted, const std::string& option) const;

  // What a run counts for by a column. Diverged runs: infinite (-infinity where larger is better), whatever
  // the cell shows; a missed target: infinity. Nothing where the run takes no part: dropped, failed and
  // unfinished ones, and those whose cell is empty.
  std::optional<double> value_of(Index run, Index column) const;

  // All points, in the order of their first runs.
  std::vector<StudyPoint> points() const;

  // "optimizer.lr = 0.01, batch = 32": a point's values but those of the problem; "" where nothing varies.
  std::string settings_text(const std::vector<Index>& settings) const;
};

// Which column is compared where nobody says so: gap where the minimum is known of every problem, otherwise
// val_loss where there is one, otherwise loss_slow.
Index default_column(const Study& study);

// Reads one sweep's folder (runs.csv and sweep.yaml), or the folders of one or more runs (run.json and
// config.yaml each). Runs by themselves get the method "plain" or "lookahead" and the optimizer's name where
// they differ by these, else the settings that differ, "optimizer.lr = 0.1", else the name of their folder;
// the varied keys are the settings in which they differ. Faults (kind data) for every folder or file that is
// missing, damaged or not what it should be.
Checked<Study> read_study(const std::vector<std::string>& folders);

// Whether a folder is a sweep's, a run's, or neither. A fault (kind data) where it cannot be looked at.
enum class StudyFolder { none, sweep, run };
Checked<StudyFolder> look_at_folder(const std::filesystem::path& folder);
// The same, neither where it cannot be looked at.
StudyFolder kind_of_folder(const std::filesystem::path& folder);

}  // namespace lookahead
