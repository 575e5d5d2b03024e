#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/fault.hpp"
#include "base/scalar.hpp"
#include "data/read/dictionary.hpp"
#include "data/read/source.hpp"
#include "data/sparse/entry_chunks.hpp"

namespace lookahead {

// Rows as they stand in files of the format that LIBSVM and svmlight share, a line for every row:
//   label index:value index:value ... # comment
// Indices are whole numbers that rise; values that are 0 are not kept.
struct SparseTable {
  static constexpr std::uint32_t no_label = 0xFFFF'FFFF;

  // on_disk: EntryChunks::on_disk().
  explicit SparseTable(bool on_disk = false) : entries(on_disk) {}

  std::string file;                   // the files' names, for messages
  EntryChunks entries;                // their indices as in the file
  std::vector<std::uint32_t> labels;  // of every row: its label's number in `texts`, or no_label
  Dictionary texts;                   // the labels; numbers in their shortest form: 1 for +1 and 1.0
  std::uint32_t largest = 0;          // index
  Place first_unlabeled;              // where the first row without a label stands
  bool has_zero = false;              // the index 0 occurs
  bool has_query = false;             // there are fields qid:n, which are not kept

  Index rows() const { return static_cast<Index>(labels.size()); }
};

// Appends the rows of a file, plain or gzip, without its first `skip_lines` lines. Faults, up to 20, of kind
// data, with line and field: what is no index:value, indices that do not rise, values that are not finite,
// several labels. Or one where the rows lie on disk, and it has no room. Throws what EntryChunks::end_row() does where
// they do not.
Checked<Done> read_libsvm(Checked<ByteSource> source, Index skip_lines, SparseTable& table);

// The fault of a file without rows.
Fault no_sparse_rows(const std::string& file);

// Whether a file is of that format by its name (.svm, .libsvm, .svmlight) or else by its first rows; nothing
// where it has none, or can not be read. It can be opened again.
std::optional<bool> is_libsvm(InputFile& file, Index skip_lines = 0);

}  // namespace lookahead
