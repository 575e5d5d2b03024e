#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/checked.hpp"

namespace lookahead {

// The whole of a file, or of standard input for "-". Refuses directories, unreadable files and anything
// longer than `most` bytes; a fault carries `kind` and the file as its place.
Checked<std::string> read_file(const std::string& path, FaultKind kind, std::size_t most);

// Puts `content` at `path` so that a crash, a full disk or a power cut leaves either the old file or the new
// one: written beside it, synchronized, renamed. Devices and pipes are written in place. Faults are of kind
// output.
Checked<Done> write_atomically(const std::filesystem::path& path, std::string_view content);

// Whether a fault of write_atomically or OutputFile tells of a disk, or a share of it, that is full.
bool tells_full_disk(const Fault& fault);

// Takes whole lines of at least so many bytes off the end of a file of lines, but not its first one; whether
// it could.
bool take_back_lines(const std::filesystem::path& path, std::size_t bytes);

// Whether a file's name is of those that write_atomically writes to before it renames: what a kill leaves of
// it.
bool is_temporary(std::string_view name);

// A file written from front to back through a buffer. The first error is kept and returned by every later
// call.
class OutputFile {
 public:
  // Creates or empties the file.
  static Checked<OutputFile> create(const std::filesystem::path& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  // Appends one whole line; flushed to the system only in whole lines, at 64 KiB.
  Checked<Done> append(std::string_view line);
  Checked<Done> flush();
  // Flushes, waits until the bytes are on the disk, closes.
  Checked<Done> close();

 private:
  OutputFile(std::filesystem::path path, int descriptor);
  std::filesystem::path path_;
  int descriptor_;
  std::string buffer_;
  std::size_t size_ = 0;  // bytes of the file
  std::optional<Fault> failed_;
};

}  // namespace lookahead
