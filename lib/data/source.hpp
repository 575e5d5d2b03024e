#pragma once
#include <memory>
#include <span>
#include <string>

#include "base/checked.hpp"
#include "base/scalar.hpp"

namespace lookahead {

// The bytes of a data file from front to back: plain or gzip (known by its first bytes), "-" for standard
// input. Faults are of kind data and name the file: not there, a directory, not readable, a gzip file that is
// damaged or ends too early.
class ByteSource {
 public:
  static Checked<ByteSource> open(const std::string& path);
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
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lookahead
