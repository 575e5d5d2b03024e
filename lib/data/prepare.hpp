#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/dataset.hpp"
#include "data/encode/encoding.hpp"
#include "data/encode/reading.hpp"
#include "data/encode/row_parts.hpp"
#include "data/options.hpp"

namespace lookahead {

// The data of a problem, read and encoded.
template <Scalar T>
struct Prepared {
  Encoding encoding;
  Dataset<T> train;
  std::optional<Dataset<T>> validation, test;
  std::vector<std::string> notes;  // what was guessed, dropped and filled, for the user to read
};

// Reads the training file, finds its encoding, and encodes it together with the validation and the test rows,
// which never have a say in the encoding. `imposed` is the task that the model implies, if it does. Paths are
// taken as they are, relative to the current directory. The memory in use stays below the encoded rows, at 8
// bytes a number in double and 4 in single precision, plus 100 MB. `threads` read and encode; what comes out
// is the same for any number of them. Faults: up to 20 of a file, kind data, each with file and where known
// line and field; a task that contradicts `imposed` is of kind problem.
template <Scalar T>
Checked<Prepared<T>> prepare(const DataOptions& options, std::optional<Task> imposed, Index threads = 1);

// Moves the rows of the parts there are into what is prepared.
template <Scalar T>
void take_parts(const RowParts& parts, PartSets<T>& sets, Prepared<T>& prepared) {
  prepared.train = std::move(sets[RowPart::training]);
  if (has_part(parts, RowPart::validation)) prepared.validation = std::move(sets[RowPart::validation]);
  if (has_part(parts, RowPart::test)) prepared.test = std::move(sets[RowPart::test]);
}

// The rows of another file in the encoding of a training file.
template <Scalar T>
struct Encoded {
  Dataset<T> data;             // without targets where the file has none
  bool has_target = false;     // whether the target's column is there
  Index unlabeled = 0;         // rows whose target is missing or of an unknown class: NaN among the targets
  Index records = 0;           // rows in the file; data.rows + dropped.size()
  std::vector<Index> dropped;  // rows left out for missing cells (missing: drop), counted from 0, ascending
  // Of every record, the cells of the columns that are passed through, one after the other.
  std::vector<std::string> passed;
  std::vector<std::string> notes;
};

// Reads and encodes a file. With a header columns go by name and others are ignored; without one by position,
// with or without the target's. Missing cells are treated as in the training file. The rows lie as `order`
// says. `key`: what the file stands under in a problem, for cures. Faults as in prepare().
template <Scalar T>
Checked<Encoded<T>> encode_file(const Encoding& encoding, const TestFile& file, TargetNeed need,
                                Index threads = 1, const RowOrder& order = {}, const std::string& key = {});

}  // namespace lookahead
