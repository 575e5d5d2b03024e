#pragma once
#include "data/encode/reading.hpp"
#include "data/prepare.hpp"
#include "data/read/reader.hpp"

namespace lookahead {

// What the records of a CsvFile are.
enum class Extent {
  file,  // all there are: weights are divided by their mean
  piece  // some of a file: weights stay as they are
};

inline Dialect dialect_of(const Encoding& encoding) {
  return {encoding.separator.value, encoding.comment.value};
}

// A file that is to be read like the training file, out of its bytes.
inline Checked<CsvFile> open_csv(const Encoding& encoding, Checked<ByteSource> source, const TestFile& file) {
  return CsvFile::open(std::move(source), file.skip_lines.value_or(encoding.skip_lines),
                       encoding.comment.value);
}

// Reads and encodes all records of `file` as `matched` says of its fields; the notes stay empty. `order` and
// `unseen` as in encode_rows(). Faults, of kind data: those of read_table() and encode_rows(), cells that the encoding
// does not allow.
template <Scalar T>
Checked<Encoded<T>> encode_csv(CsvFile file, const Matched& matched, const Encoding& encoding,
                               TargetNeed need, Extent extent, const RowOrder& order,
                               std::vector<Index>& unseen);

// What is to be said of records encoded so: `dropped` of them for missing cells.
std::vector<std::string> row_notes(const Encoding& encoding, const Sources& sources, const std::string& file,
                                   Index records, Index dropped, const std::vector<Index>& unseen);

}  // namespace lookahead
