#pragma once
#include <memory>

#include "data/prepare.hpp"

namespace lookahead {

// The rows of a file in the encoding of a training file, like encode_file(), but piece by piece: the memory
// in use does not depend on the length of the file. A fault in a piece follows after the rows before it were
// given. A libsvm file is one piece.
template <Scalar T>
class RowStream {
 public:
  // Opens the file, whose bytes `source` has, and matches its columns. `encoding` must outlive the stream; `threads` read and encode.
  // piece_bytes: of the file, read at a time; 0: chosen by the width of the encoded rows. `passed`: columns
  // whose cells are passed through as they stand; a fault, of kind data, names those that are not there.
  static Checked<RowStream> open(const Encoding& encoding, Checked<ByteSource> source, const TestFile& file,
                                 TargetNeed need, Index threads, std::size_t piece_bytes,
                                 const std::vector<std::string>& passed);
  // The same of the file that `file` names, and without columns to pass through.
  static Checked<RowStream> open(const Encoding& encoding, const TestFile& file, TargetNeed need,
                                 Index threads, std::size_t piece_bytes = 0);
  RowStream(RowStream&&) noexcept;
  RowStream& operator=(RowStream&&) = delete;
  ~RowStream();

  bool has_target() const;
  // The next rows, with `dropped` counted from the piece's first record and weights as they stand in the
  // file; without records at the end of the file. The notes are empty.
  Checked<Encoded<T>> next();
  // What is to be said of all rows given so far.
  std::vector<std::string> notes() const;

 private:
  struct State;
  explicit RowStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lookahead
