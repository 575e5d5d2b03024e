#include "data/read/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/path_cure.hpp"
#include "base/retried.hpp"
#include "base/system_reason.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

constexpr std::size_t input_size = std::size_t{1} << 17;

}  // namespace

// An open file, and what was read of it where that is kept.
struct OpenFile {
  int descriptor = -1;
  bool kept = false;
  bool ended = false;
  std::string bytes;

  explicit OpenFile(int opened) : descriptor(opened) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { end(); }
  void end() {
    ended = true;
    if (descriptor > STDIN_FILENO) ::close(descriptor);
    descriptor = -1;
  }
};

struct ByteSource::State {
  std::string name;
  std::shared_ptr<OpenFile> stream;  // none: there are no bytes
  std::size_t again = 0;             // of the bytes kept, how many were read from here
  bool zipped = false;
  bool member_open = false;  // inside a gzip member; a file may have several
  std::unique_ptr<char[]> input = std::make_unique_for_overwrite<char[]>(input_size);
  std::size_t position = 0, filled = 0;
  z_stream inflater{};

  Fault fault(std::string text, std::string cure = {}) const {
    return {FaultKind::data, {name, 0, 0}, std::move(text), std::move(cure)};
  }

  // Reads on into `to`; the number of bytes, 0 at the end.
  Checked<Index> fetch(char* to, std::size_t most) {
    if (!stream) return Index{0};
    if (again < stream->bytes.size()) {
      const std::size_t count = std::min(most, stream->bytes.size() - again);
      std::memcpy(to, stream->bytes.data() + again, count);
      again += count;
      if (!stream->kept && again == stream->bytes.size()) stream->bytes = std::string(), again = 0;
      return static_cast<Index>(count);
    }
    if (stream->ended) return Index{0};
    const auto got = retried([&] { return ::read(stream->descriptor, to, most); });
    if (got < 0 && errno == EISDIR) return fault("is a directory, not a file");
    if (got < 0) return fault("cannot read the file: " + system_reason(errno));
    if (got == 0) stream->end();
    if (stream->kept) {
      stream->bytes.append(to, static_cast<std::size_t>(got));
      again += static_cast<std::size_t>(got);
    }
    return static_cast<Index>(got);
  }

  // Makes sure `input` holds unread bytes, unless the file has ended.
  Checked<Done> refill() {
    if (position < filled) return Done{};
    const auto got = fetch(input.get(), input_size);
    if (!got) return got.faults();
    position = 0;
    filled = static_cast<std::size_t>(*got);
    return Done{};
  }

  // Gives the buffer back at the end, for many short files may be open at once.
  void let_go() {
    input.reset();
    position = filled = 0;
  }

  Checked<Index> read_plain(std::span<char> out) {
    std::size_t count = std::min(out.size(), filled - position);
    std::memcpy(out.data(), input.get() + position, count);
    position += count;
    while (count < out.size()) {
      auto got = fetch(out.data() + count, out.size() - count);
      if (!got) return got;
      if (*got == 0) break;
      count += static_cast<std::size_t>(*got);
    }
    if (count < out.size()) let_go();
    return static_cast<Index>(count);
  }

  Checked<Index> read_zipped(std::span<char> out) {
    inflater.next_out = reinterpret_cast<Bytef*>(out.data());
    inflater.avail_out = static_cast<uInt>(out.size());
    while (inflater.avail_out > 0) {
      if (const auto done = refill(); !done) return done.faults();
      if (position == filled) {
        if (!member_open) break;
        return fault("the gzip file ends too early", "it is truncated: copy or download it again");
      }
      if (!member_open) {
        // Some tools pad the end of a gzip file with zeros.
        if (input[position] == 0) {
          ++position;
          continue;
        }
        inflateReset(&inflater);
        member_open = true;
      }
      inflater.next_in = reinterpret_cast<Bytef*>(input.get() + position);
      inflater.avail_in = static_cast<uInt>(filled - position);
      const int state = inflate(&inflater, Z_NO_FLUSH);
      position = filled - inflater.avail_in;
      if (state == Z_STREAM_END) {
        member_open = false;
      } else if (state != Z_OK && state != Z_BUF_ERROR) {
        return fault(
            std::string("the gzip file is damaged: ") + (inflater.msg != nullptr ? inflater.msg : "no data"),
            "copy or download it again; gzip -t checks it");
      }
    }
    if (inflater.avail_out > 0) let_go();
    return static_cast<Index>(out.size() - inflater.avail_out);
  }

  // Reads the first bytes to see what the file is.
  Checked<Done> begin(const std::string& file) {
    while (filled < 2) {
      const auto got = fetch(input.get() + filled, input_size - filled);
      if (!got) return got.faults();
      if (*got == 0) break;
      filled += static_cast<std::size_t>(*got);
    }
    const bool magic = filled >= 2 && input[0] == '\x1f' && input[1] == '\x8b';
    if (!magic && file.ends_with(".gz") && filled > 0)
      return fault("is named .gz, but is not a gzip file", "name it without .gz if it is plain text");
    if (magic) {
      constexpr int gzip_only = 16 + MAX_WBITS;
      if (inflateInit2(&inflater, gzip_only) != Z_OK) return fault("no memory to unpack the gzip file");
      zipped = true;
    }
    return Done{};
  }

  ~State() {
    if (zipped) inflateEnd(&inflater);
  }
};

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;
const std::string& ByteSource::name() const { return state_->name; }

Checked<ByteSource> ByteSource::open(const std::string& file) { return InputFile(file).open(true); }

ByteSource ByteSource::empty(std::string name) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  return ByteSource(std::move(state));
}

Checked<ByteSource> InputFile::open(bool last) {
  auto state = std::make_unique<ByteSource::State>();
  state->name = path_ == "-" ? "<stdin>" : path_;
  if (stream_) {
    state->stream = stream_;
  } else {
    const auto open_path = [&] { return ::open(path_.c_str(), O_RDONLY | O_CLOEXEC); };
    state->stream = std::make_shared<OpenFile>(path_ == "-" ? STDIN_FILENO : retried(open_path));
    struct stat status {};
    if (state->stream->descriptor < 0 || ::fstat(state->stream->descriptor, &status) != 0) {
      const int error = errno;
      std::string cure = cure_of_reading(path_, error);
      if (error == ENOENT && path_.starts_with('/'))
        cure += "; in a problem, a path starts at the folder of the problem file";
      return state->fault("cannot read the file: " + system_reason(error), cure);
    }
    if (path_ == "-" || !S_ISREG(status.st_mode)) stream_ = state->stream;
  }
  state->stream->kept = stream_ && !last;
  if (last) stream_.reset();
  if (auto done = state->begin(path_); !done) return done.faults();
  return ByteSource(std::move(state));
}

std::optional<std::string> read_twice(const std::vector<std::string>& names) {
  std::vector<std::pair<dev_t, ino_t>> seen;
  for (const std::string& name : names) {
    struct stat status {};
    const bool there = name == "-" ? ::fstat(STDIN_FILENO, &status) == 0 : ::stat(name.c_str(), &status) == 0;
    if (!there || (name != "-" && S_ISREG(status.st_mode))) continue;
    const std::pair file(status.st_dev, status.st_ino);
    if (std::find(seen.begin(), seen.end(), file) != seen.end()) return name;
    seen.push_back(file);
  }
  return std::nullopt;
}

Checked<Index> ByteSource::read(std::span<char> out) {
  return state_->zipped ? state_->read_zipped(out) : state_->read_plain(out);
}

}  // namespace lookahead
