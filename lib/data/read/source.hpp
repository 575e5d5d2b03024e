#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/scalar.hpp"

namespace lookahead {

struct OpenFile;

// The bytes of a data file from front to back: plain or gzip (known by its first bytes), "-" for standard
// input. Faults are of kind data and name the file: not there, a directory, not readable, a gzip file that is
// damaged or ends too early.
class ByteSource {
 public:
  static Checked<ByteSource> open(const std::string& file);
  // No bytes, under a name.
  static ByteSource empty(std::string name);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) = delete;
  ~ByteSource();

  // Fills `out` from the front; how many bytes were written, fewer than asked for only at the end of the
  // file.
  Checked<Index> read(std::span<char> out);

  // What the file is called in messages.
  const std::string& name() const;

 private:
  friend class InputFile;
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A file that can be read from its beginning more than once. What is no regular file (a pipe, standard input)
// is opened and read once all the same: what was read of it is kept in memory until the last reading.
class InputFile {
 public:
  explicit InputFile(std::string file) : path_(std::move(file)) {}

  const std::string& path() const { return path_; }
  // The bytes from the beginning; `last`: they will not be asked for again. Sources are read one after the
  // other. Faults as those of ByteSource::open().
  Checked<ByteSource> open(bool last);

 private:
  std::string path_;
  std::shared_ptr<OpenFile> stream_;
};

// Where two of the names are those of one file that can be read only once, the second of them.
std::optional<std::string> read_twice(const std::vector<std::string>& names);

}  // namespace lookahead
