#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/system_reason.hpp"

namespace lookahead {
namespace {

constexpr std::size_t flush_size = std::size_t{1} << 16;

Fault output_fault(const std::filesystem::path& path, const std::string& what, int error) {
  const std::string cure = error == ENOSPC ? "free some space; what was written before is kept" : "";
  return {FaultKind::output, {path.string(), 0, 0}, what + ": " + system_reason(error), cure};
}

// Writes all of `text`; 0, or the error number. `done` gets how many bytes were written.
int write_all(int descriptor, std::string_view text, std::size_t& done) {
  done = 0;
  while (done < text.size()) {
    const auto written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    done += static_cast<std::size_t>(written);
  }
  return 0;
}

// Writes whole lines to a file that ends at `size`. A kill may cut a write at every page's end, so the lines
// that lie within one page go in a write of their own, and so does a line across two.
int write_lines(int descriptor, std::size_t size, std::string_view text, std::size_t& done) {
  constexpr std::size_t page = 4096;
  done = 0;
  while (done < text.size()) {
    const std::string_view rest = text.substr(done);
    const std::string_view here = rest.substr(0, page - (size + done) % page);
    auto end = here.rfind('\n');
    if (end == std::string_view::npos) end = std::min(rest.find('\n'), rest.size() - 1);
    std::size_t written = 0;
    const int error = write_all(descriptor, rest.substr(0, end + 1), written);
    done += written;
    if (error != 0) return error;
  }
  return 0;
}

}  // namespace

Checked<std::string> read_file(const std::string& path, FaultKind kind, std::size_t most) {
  const bool standard_input = path == "-";
  const Place place{standard_input ? "<stdin>" : path, 0, 0};
  const int descriptor = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const std::string cure =
        errno == ENOENT ? "check the path; it is taken relative to the current directory" : "";
    return Fault{kind, place, "cannot read the file: " + system_reason(errno), cure};
  }
  std::string content;
  std::array<char, 1 << 16> block{};
  int error = 0;
  while (content.size() <= most) {
    const auto got = ::read(descriptor, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error = errno;
    if (got <= 0) break;
    content.append(block.data(), static_cast<std::size_t>(got));
  }
  if (!standard_input) ::close(descriptor);
  if (error == EISDIR) return Fault{kind, place, "is a directory, not a file", ""};
  if (error != 0) return Fault{kind, place, "cannot read the file: " + system_reason(error), ""};
  if (content.size() > most) {
    return Fault{kind, place, "is longer than " + std::to_string(most) + " bytes",
                 "is it the file you meant?"};
  }
  return content;
}

Checked<Done> write_atomically(const std::filesystem::path& path, std::string_view content) {
  // A device or a pipe is written where it is: renaming would put a plain file in its place.
  std::error_code unknown;
  const bool in_place = std::filesystem::is_other(path, unknown);
  const std::filesystem::path beside = in_place ? path.string() : path.string() + ".tmp";
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return output_fault(path, "cannot write", errno);
  std::size_t done = 0;
  int error = write_all(descriptor, content, done);
  if (error == 0 && ::fsync(descriptor) != 0 && !(in_place && errno == EINVAL)) error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && !in_place && std::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    if (!in_place) ::unlink(beside.c_str());
    return output_fault(path, "cannot write", error);
  }
  // The rename itself must survive a power cut too.
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return Done{};
}

OutputFile::OutputFile(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_),
      failed_(std::move(other.failed_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  if (!failed_) (void)flush();
  ::close(descriptor_);
}

Checked<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return output_fault(path, "cannot create", errno);
  return OutputFile(path, descriptor);
}

Checked<Done> OutputFile::append(std::string_view line) {
  if (failed_) return *failed_;
  buffer_ += line;
  if (buffer_.size() >= flush_size) return flush();
  return Done{};
}

Checked<Done> OutputFile::flush() {
  if (failed_) return *failed_;
  std::size_t done = 0;
  if (const int error = write_lines(descriptor_, size_, buffer_, done); error != 0) {
    failed_ = output_fault(path_, "cannot write", error);
    // Whole lines only: the one that was cut is taken back. Devices and pipes take nothing back.
    const auto whole = std::string_view(buffer_).substr(0, done).rfind('\n');
    const std::size_t kept = size_ + (whole == std::string_view::npos ? 0 : whole + 1);
    if (done > 0 && ::ftruncate(descriptor_, static_cast<off_t>(kept)) != 0) errno = 0;
    return *failed_;
  }
  size_ += buffer_.size();
  buffer_.clear();
  return Done{};
}

Checked<Done> OutputFile::close() {
  if (descriptor_ < 0) return failed_ ? Checked<Done>(*failed_) : Done{};
  if (const auto flushed = flush(); !flushed) failed_ = flushed.faults().front();
  // Devices and pipes cannot be synchronized; that is no failure.
  if (!failed_ && ::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) {
    failed_ = output_fault(path_, "cannot write", errno);
  }
  if (::close(descriptor_) != 0 && !failed_) failed_ = output_fault(path_, "cannot write", errno);
  descriptor_ = -1;
  if (failed_) return *failed_;
  return Done{};
}

}  // namespace lookahead
