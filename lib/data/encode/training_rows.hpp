#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/encode/identifiers.hpp"
#include "data/options.hpp"
#include "data/read/layout.hpp"
#include "data/read/source.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// The rows of a table for training, and what is not used of them.
struct TrainingRows {
  Layout layout;
  Table table;
  std::vector<LeftOut> left_out;   // of the table
  std::vector<std::string> notes;  // what was guessed and left out
};

// Reads the training files, one after the other, as one table laid out like the first of them that has two
// records; files without a row are passed over with a note, unless none has one. `last`: the files will not
// be read again. `single`: single precision is enough. Faults, of kind data: those of find_layout(),
// reading_of_training() and read_table(), headers that differ.
Checked<TrainingRows> read_training(const DataOptions& options, std::span<InputFile> files,
                                    std::optional<Task> task, Index threads, bool single, bool last);

}  // namespace lookahead
