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
  optional   // the column may be absent, cells may be missing or of an unknown class; so may those of weights
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

// The same of a file, with these fields, that is to be encoded like the training file; `key` is what it
// stands under, data.test for example, if it does. Faults, of kind data: another number of fields, columns
// that are not there.
Checked<Matched> match(const Encoding& encoding, Fields fields, TargetNeed need, const TestFile& file,
                       const std::string& key = {});

// What separates the fields of a file, where it is something else than in the training file: a fault of kind
// data; nothing where that does not explain why the file does not match.
std::optional<Fault> other_separator(const CsvFile& file, const Encoding& encoding);

// The fields that files beside the first training file have with its reading: so many behind the last
// separator of those that have names.
void fit_trailing(TableReading& reading, std::size_t trailing);

}  // namespace lookahead
