#pragma once
#include <string>
#include <utility>
#include <vector>

#include "study/table.hpp"

// How the two kinds of studies are read; for read_study() alone.
namespace lookahead {

Checked<Study> read_sweep(const std::filesystem::path& folder);
Checked<Study> read_runs(const std::vector<std::string>& folders);

// Whether a key changes what is solved, not how.
bool is_key_of_problem(const std::string& key);

// A column with what its name tells.
StudyColumn column_of(std::string name);

// Numbers of a key's values where all of them are.
void fill_numbers(StudyKey& key);

// What one of a study's problems is called before the varied keys are looked at.
struct ProblemBase {
  // Where keys of the problem, and what they are set to, decide how many coordinates there are.
  struct Size {
    Index dimension = 0;
    std::vector<std::pair<std::string, std::string>> where;
  };
  std::string label;
  Index dimension = 0;
  std::string definition = {};
  std::vector<Size> sizes = {};  // empty: all have `dimension`
};

// Fills Study::problems and the problem of every run, which is the number of its base so far, by the bases
// and the keys of_problem.
void settle_problems(Study& study, const std::vector<ProblemBase>& bases);

// Two runs, by their numbers, of the same method, problem, settings and seed; nothing where there are none.
std::optional<std::pair<Index, Index>> equal_runs(const Study& study);

}  // namespace lookahead
