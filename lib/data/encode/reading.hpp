#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/encode/encode.hpp"
#include "data/encode/encoding.hpp"
#include "data/options.hpp"
#include "data/read/layout.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// How much a file must say about the target.
enum class TargetNeed {
  required,  // its column is there and every cell is a known class or a number; faults otherwise
  optional   // the column may be absent, cells may be missing or of an unknown class
};

// What is to be read of a training file; every column is a feature while no target is chosen. Faults, of kind
// data: columns of the options that are not there, no column besides the target.
Checked<TableReading> reading_of_training(const Layout& layout, const DataOptions& options,
                                          std::optional<Task> task, const std::string& file);

// The fields of a file that has to fit the encoding, and where the encoding's columns are among them.
struct Matched {
  TableReading reading;
  Sources sources;
  std::vector<std::string> notes;  // what was found in the header
};

// The same of a file, with these fields, that is to be encoded like the training file. Faults, of kind data:
// another number of fields, columns that are not there.
Checked<Matched> match(const Encoding& encoding, Fields fields, TargetNeed need, const TestFile& file);

// The fields that files beside the first training file have with its reading: with or without one behind the
// last separator.
void fit_trailing(TableReading& reading, bool trailing);

}  // namespace lookahead
