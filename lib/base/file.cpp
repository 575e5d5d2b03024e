#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/path_cure.hpp"
#include "base/retried.hpp"
#include "base/system_reason.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

constexpr std::size_t flush_size = std::size_t{1} << 16;

// `opened`: the file that the error is about, where it is another one.
Fault output_fault(const std::filesystem::path& path, const std::string& what, int error,
                   const std::filesystem::path& opened = {}) {
  const std::string cure = is_full(error) ? "free some space; what was written before is kept"
                                          : cure_of_writing(opened.empty() ? path : opened, error);
  return {FaultKind::output, {path.string(), 0, 0}, what + ": " + system_reason(error), cure, is_full(error)};
}

// Writes all of `text`; 0, or the error number. `done` gets how many bytes were written.
int write_all(int descriptor, std::string_view text, std::size_t& done) {
  done = 0;
  while (done < text.size()) {
    const auto written = retried([&] { return ::write(descriptor, text.data() + done, text.size() - done); });
    if (written < 0) return errno;
    done += static_cast<std::size_t>(written);
  }
  return 0;
}

// Waits until what was written is on the disk; 0, or the error number.
int synchronize(int descriptor) {
  if (retried([&] { return ::fsync(descriptor); }) == 0) return 0;
  return knows_no_synchronizing(errno) ? 0 : errno;
}

constexpr std::string_view temporary_ending = ".tmp";

// A new file beside `path`, NAME.<process>-<number>.tmp: nothing that is there is opened, no link and no
// pipe, and no two processes share one.
int create_beside(const std::filesystem::path& path, std::string& name) {
  static std::atomic<std::int64_t> number{0};
  constexpr int most_tries = 1000;  // processes of several machines may have one number
  int descriptor = -1;
  // A name may have 255 bytes.
  constexpr std::size_t most_stem = 200;
  std::string stem = path.string();
  if (const std::string last = path.filename().string(); last.size() > most_stem)
    stem.resize(stem.size() - last.size() + most_stem);
  for (int i = 0; i < most_tries; ++i) {
    name = stem + "." + to_text(std::int64_t{::getpid()}) + "-" + to_text(++number);
    name += temporary_ending;
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    descriptor = retried([&] { return ::open(name.c_str(), flags, 0666); });
    if (descriptor >= 0 || errno != EEXIST) break;
  }
  return descriptor;
}

// Gives a new file the permissions of the one whose place it is to take, if there is one.
void keep_permissions(int descriptor, const std::filesystem::path& path) {
  struct stat before {};
  constexpr mode_t permissions = 07777;
  if (::stat(path.c_str(), &before) == 0 && S_ISREG(before.st_mode))
    static_cast<void>(::fchmod(descriptor, before.st_mode & permissions));
}

// The rename of a file must survive a power cut too.
void synchronize_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const int directory = retried([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (directory < 0) return;
  synchronize(directory);
  ::close(directory);
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

bool is_full(int error) { return error == ENOSPC || error == EDQUOT; }

bool knows_no_synchronizing(int error) {
  return error == EINVAL || error == EROFS || error == ENOSYS || error == EOPNOTSUPP;
}

namespace {

// The file, but for what follows more than `most` of its bytes.
Checked<std::string> read_up_to(const std::string& file, FaultKind kind, std::size_t most) {
  const bool standard_input = file == "-";
  const Place place{standard_input ? "<stdin>" : file, 0, 0};
  const int descriptor =
      standard_input ? STDIN_FILENO : retried([&] { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor < 0) {
    const int error = errno;
    return Fault{kind, place, "cannot read the file: " + system_reason(error), cure_of_reading(file, error)};
  }
  std::string content;
  std::array<char, 1 << 16> block{};
  int error = 0;
  while (content.size() <= most) {
    const auto got = retried([&] { return ::read(descriptor, block.data(), block.size()); });
    if (got < 0) error = errno;
    if (got <= 0) break;
    content.append(block.data(), static_cast<std::size_t>(got));
  }
  if (!standard_input) ::close(descriptor);
  if (error == EISDIR) return Fault{kind, place, "is a directory, not a file", ""};
  if (error != 0) return Fault{kind, place, "cannot read the file: " + system_reason(error), ""};
  return content;
}

}  // namespace

Checked<std::string> read_file(const std::string& file, FaultKind kind, std::size_t most) {
  auto content = read_up_to(file, kind, most);
  if (content && content->size() > most) {
    return Fault{kind,
                 {file == "-" ? "<stdin>" : file, 0, 0},
                 "is longer than " + std::to_string(most) + " bytes",
                 "is it the file you meant?"};
  }
  return content;
}

Checked<std::string> read_beginning(const std::string& file, FaultKind kind, std::size_t bytes) {
  auto content = read_up_to(file, kind, bytes);
  if (content && content->size() > bytes) content->resize(bytes);
  return content;
}

bool take_back_lines(const std::filesystem::path& path, std::size_t bytes) {
  const int descriptor = retried([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); });
  if (descriptor < 0) return false;
  // From where the lines must have ended back to the end of one.
  std::array<char, 1 << 12> block{};
  off_t end = ::lseek(descriptor, 0, SEEK_END) - static_cast<off_t>(bytes);
  bool cut = false;
  while (end > 0 && !cut) {
    const off_t from = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const auto count = static_cast<std::size_t>(end - from);
    if (retried([&] { return ::pread(descriptor, block.data(), count, from); }) != end - from) break;
    const auto last = std::string_view(block.data(), count).rfind('\n');
    end = last == std::string_view::npos ? from : from + static_cast<off_t>(last) + 1;
    cut = last != std::string_view::npos && retried([&] { return ::ftruncate(descriptor, end); }) == 0;
  }
  ::close(descriptor);
  return cut;
}

bool is_temporary(std::string_view name) {
  if (!name.ends_with(temporary_ending)) return false;
  name.remove_suffix(temporary_ending.size());
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string_view numbers = name.substr(dot + 1);
  const auto dash = numbers.find('-');
  const auto is_number = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return dash != std::string_view::npos && is_number(numbers.substr(0, dash)) &&
         is_number(numbers.substr(dash + 1));
}

Checked<Done> write_atomically(const std::filesystem::path& path, std::string_view content) {
  return write_atomically(path, content, {});
}

Checked<Done> write_atomically(const std::filesystem::path& path, std::string_view head,
                               std::string_view body) {
  // A device or a pipe is written where it is: renaming would put a plain file in its place.
  std::error_code unknown;
  const bool in_place = std::filesystem::is_other(path, unknown);
  if (std::filesystem::is_directory(path, unknown))
    return Fault{
        FaultKind::output, {path.string(), 0, 0}, "cannot write: it is a folder", "name a file in it"};
  std::string beside = path.string();
  const int descriptor = in_place ? retried([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); })
                                  : create_beside(path, beside);
  if (descriptor < 0) return output_fault(path, "cannot write", errno, beside);
  if (!in_place) keep_permissions(descriptor, path);
  std::size_t done = 0;
  int error = write_all(descriptor, head, done);
  if (error == 0) error = write_all(descriptor, body, done);
  if (error == 0) error = synchronize(descriptor);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && !in_place && std::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    if (!in_place) ::unlink(beside.c_str());
    return output_fault(path, "cannot write", error);
  }
  synchronize_folder_of(path);
  return Done{};
}

OutputFile::OutputFile(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      beside_(std::exchange(other.beside_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_),
      checksum_(other.checksum_),
      failed_(std::move(other.failed_)) {}

OutputFile::~OutputFile() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
  if (descriptor_ < 0) return;
  if (!failed_ && beside_.empty()) (void)flush();
  ::close(descriptor_);
}

Checked<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  const int descriptor = retried([&] { return ::open(path.c_str(), flags, 0666); });
  if (descriptor < 0) return output_fault(path, "cannot create", errno);
  return OutputFile(path, descriptor);
}

Checked<OutputFile> OutputFile::replace(const std::filesystem::path& path) {
  std::error_code unknown;
  if (std::filesystem::is_other(path, unknown)) return create(path);
  std::string beside = path.string();
  const int descriptor = create_beside(path, beside);
  if (descriptor < 0) return output_fault(path, "cannot write", errno, beside);
  keep_permissions(descriptor, path);
  OutputFile file(path, descriptor);
  file.beside_ = std::move(beside);
  return file;
}

Checked<OutputFile> OutputFile::reopen(const std::filesystem::path& path, std::size_t size,
                                       std::uint32_t checksum) {
  const int descriptor = retried([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); });
  if (descriptor < 0) return output_fault(path, "cannot open", errno);
  OutputFile file(path, descriptor);
  std::array<char, 1 << 16> block{};
  while (file.size_ < size) {
    const auto got =
        retried([&] { return ::read(descriptor, block.data(), std::min(block.size(), size - file.size_)); });
    if (got < 0) return output_fault(path, "cannot read the file", errno);
    if (got == 0) break;
    file.checksum_.add(std::span(block).first(static_cast<std::size_t>(got)));
    file.size_ += static_cast<std::size_t>(got);
  }
  if (file.size_ < size || file.checksum() != checksum) {
    return Fault{
        FaultKind::output,
        {path.string(), 0, 0},
        "is not the file that the run wrote: its first " + std::to_string(size) + " bytes are others",
        "it was changed, or comes from another run; start the run anew"};
  }
  return file;
}

Checked<Done> OutputFile::cut_back() {
  if (retried([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size_)); }) != 0)
    return output_fault(path_, "cannot write", errno);
  return Done{};
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
    if (done > 0)
      static_cast<void>(retried([&] { return ::ftruncate(descriptor_, static_cast<off_t>(kept)); }));
    return *failed_;
  }
  size_ += buffer_.size();
  checksum_.add(buffer_);
  buffer_.clear();
  return Done{};
}

Checked<Done> OutputFile::synchronize() const {
  if (const int error = lookahead::synchronize(descriptor_); error != 0)
    return output_fault(path_, "cannot write", error);
  return Done{};
}

Checked<Done> OutputFile::close() {
  if (descriptor_ < 0) return failed_ ? Checked<Done>(*failed_) : Done{};
  if (const auto flushed = flush(); !flushed) failed_ = flushed.faults().front();
  if (!failed_) {
    if (const auto synchronized = synchronize(); !synchronized) failed_ = synchronized.faults().front();
  }
  if (::close(descriptor_) != 0 && !failed_) failed_ = output_fault(path_, "cannot write", errno);
  descriptor_ = -1;
  if (!failed_ && !beside_.empty()) {
    if (std::rename(beside_.c_str(), path_.c_str()) == 0) {
      beside_.clear();
      synchronize_folder_of(path_);
    } else {
      failed_ = output_fault(path_, "cannot write", errno);
    }
  }
  if (failed_) return *failed_;
  return Done{};
}

}  // namespace lookahead
