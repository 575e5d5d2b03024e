#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/prepare.hpp"

namespace lookahead {

// What a column of a table looks like, to somebody who has yet to choose what is to be learned.
struct ColumnOverview {
  enum class Kind { numbers, text, dates, empty };
  std::string name;  // its header, otherwise its number from 1
  Kind kind = Kind::numbers;
  Index different = 0;       // values; of numbers at most most_counted
  Index missing = 0;         // cells
  std::string example;       // the first cell that is not missing
  std::optional<Task> task;  // with it as the target; nothing where it can be none
  std::string reason;        // why not: "all different"

  static constexpr Index most_counted = 1000;
};

// What training rows turn out to be, for somebody who has yet to say what to do with them.
struct Survey {
  Layout layout;     // of a table
  char comment = 0;  // of a table: what its comments begin with, also where it was guessed
  // Of all rows, filling missing cells; its marks include texts found among numbers, its numbers are written
  // as most of them are found to be. Empty where options.target does not say what to learn from a table.
  Encoding encoding;
  Index rows = 0;
  std::vector<std::pair<std::string, Index>> missing;         // used columns with missing cells, and how many
  std::vector<std::pair<std::string, std::string>> left_out;  // columns that say nothing, and why
  std::vector<std::pair<std::string, std::string>> unusable;  // columns to drop, and why
  std::vector<std::string> numbered;  // used columns with a different whole number in every row, as ids have
  std::string why;                    // it is that task; empty where it was given
  std::vector<std::string> notes;     // what was guessed, left out, and what is odd
  // Of a table whose target is not chosen, in the order of the file; `rows`, `layout` and `notes` are its
  // too.
  std::vector<ColumnOverview> columns;
};

// Reads options.train, a table or sparse rows, and looks at it; `task` is that of the model to be, where it
// is known. guess_comments: where no line is to be left out, lines at the start that '#' begins may be comments. Faults
// as in prepare().
Checked<Survey> survey(DataOptions options, std::optional<Task> task, Index threads,
                       bool guess_comments = true);

}  // namespace lookahead
