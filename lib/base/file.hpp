#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/checked.hpp"
#include "base/checksum.hpp"

namespace lookahead {

// The whole of a file, or of standard input for "-". Refuses directories, unreadable files and anything
// longer than `most` bytes; a fault carries `kind` and the file as its place.
Checked<std::string> read_file(const std::string& file, FaultKind kind, std::size_t most);
// The first so many bytes of it, or all where there are fewer; faults as those of read_file().
Checked<std::string> read_beginning(const std::string& file, FaultKind kind, std::size_t bytes);

// Puts `content` at `path` so that a crash, a full disk or a power cut leaves either the old file or the new
// one: written beside it, synchronized, renamed, with the permissions of the old one. Devices and pipes are
// written in place. Faults are of kind output.
Checked<Done> write_atomically(const std::filesystem::path& path, std::string_view content);
// The same of a file in two parts.
Checked<Done> write_atomically(const std::filesystem::path& path, std::string_view head,
                               std::string_view body);

// Of an error number: whether the disk, or a share of it, is full; and whether the file is one of those that cannot be
// synchronized, as devices, pipes and those of some file systems, which is no failure.
bool is_full(int error);
bool knows_no_synchronizing(int error);

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
  // The same, but the earlier file stays until close() has put the new one in its place, with its permissions; without
  // close() it stays for good. Devices and pipes are written in place.
  static Checked<OutputFile> replace(const std::filesystem::path& path);
  // Opens an earlier one whose first `size` bytes have this checksum, to go on there once what follows them is
  // cut. A fault where the file is another one.
  static Checked<OutputFile> reopen(const std::filesystem::path& path, std::size_t size,
                                    std::uint32_t checksum);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  // Takes back what follows the bytes that were read or flushed.
  Checked<Done> cut_back();
  // Appends one whole line; flushed to the system only in whole lines, at 64 KiB.
  Checked<Done> append(std::string_view line);
  Checked<Done> flush();
  // Of the bytes that were flushed.
  std::size_t size() const { return size_; }
  std::uint32_t checksum() const { return checksum_.value(); }
  // Waits until these are on the disk. May be called while another thread appends.
  Checked<Done> synchronize() const;
  // Flushes, waits until the bytes are on the disk, closes.
  Checked<Done> close();

 private:
  OutputFile(std::filesystem::path path, int descriptor);
  std::filesystem::path path_;
  std::string beside_;  // the file that is written meanwhile; empty: path_ itself
  int descriptor_;
  std::string buffer_;
  std::size_t size_ = 0;  // bytes of the file
  Checksum checksum_;     // of them
  std::optional<Fault> failed_;
};

}  // namespace lookahead
