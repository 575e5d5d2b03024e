#include "study/sweep/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "base/checksum.hpp"
#include "base/file.hpp"
#include "base/folder.hpp"
#include "base/path_cure.hpp"
#include "base/retried.hpp"
#include "base/system_reason.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

std::optional<std::uint64_t> hex_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || c == '%' || c == '=' || byte == 127) {
      out += '%';
      append_hex(out, byte, 2);
    } else {
      out += c;
    }
  }
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? hex_number(text.substr(i + 1, 2)) : std::nullopt;
    out += byte ? static_cast<char>(*byte) : text[i];
    if (byte) i += 2;
  }
  return out;
}

Fault journal_fault(const std::filesystem::path& path, const std::string& text, const std::string& cure) {
  return {FaultKind::output, {path.string(), 0, 0}, text, cure};
}

Fault journal_failure(const std::filesystem::path& path, const char* what) {
  const int error = errno;
  return journal_fault(path, std::string(what) + ": " + system_reason(error),
                       is_full(error)
                           ? "make room; the same command then goes on"
                           : both_cures(cure_of_writing(path, error), "choose another place with -o"));
}

// The bytes up to the end of the last whole line.
std::size_t whole_lines(std::string_view text) {
  const auto end = text.rfind('\n');
  return end == std::string_view::npos ? 0 : end + 1;
}

// A journal's text, which is there.
Checked<std::string> journal_text(const std::filesystem::path& path) {
  constexpr std::size_t most = std::size_t{1} << 40;
  return read_file(path.string(), FaultKind::output, most);
}

}  // namespace

std::string journal_line(const RunKey& key, const RunRow& row) {
  std::string body;
  append_hex(body, key.run, 16);
  body += ' ';
  append_hex(body, key.content, 16);
  for (const auto& [name, text] : row.cells) {
    body += ' ';
    append_escaped(body, name);
    body += '=';
    append_escaped(body, text);
  }
  std::string line;
  append_hex(line, checksum_of(body), 8);
  line += ' ';
  line += body;
  line += '\n';
  return line;
}

std::optional<JournalEntry> read_journal_line(std::string_view line) {
  constexpr std::size_t crc = 8, hash = 16, head = crc + 1 + hash + 1 + hash;
  if (line.size() < head || line[crc] != ' ' || line[crc + 1 + hash] != ' ') return std::nullopt;
  const auto checksum = hex_number(line.substr(0, crc));
  const auto run = hex_number(line.substr(crc + 1, hash));
  const auto content = hex_number(line.substr(crc + hash + 2, hash));
  if (!checksum || !run || !content) return std::nullopt;
  if (*checksum != checksum_of(line.substr(crc + 1))) return std::nullopt;
  JournalEntry entry{{*run, *content}, {}};
  std::string_view rest = line.substr(head);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view cell = rest.substr(0, rest.find(' '));
    const auto equals = cell.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    entry.row.cells.emplace_back(unescaped(cell.substr(0, equals)), unescaped(cell.substr(equals + 1)));
    rest.remove_prefix(cell.size());
  }
  return entry;
}

bool is_journal(std::string_view name) {
  const auto takes_number = [&] {
    const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
    name.remove_prefix(digits);
    return digits > 0;
  };
  const auto takes = [&](std::string_view part) {
    if (!name.starts_with(part)) return false;
    name.remove_prefix(part.size());
    return true;
  };
  if (!takes("journal")) return false;
  if (takes("-run-")) return takes_number() && name == ".log";
  if (takes("-")) return takes_number() && takes("-of-") && takes_number() && name == ".log";
  return name == ".log";
}

Checked<FinishedRuns> FinishedRuns::read(const std::filesystem::path& folder) {
  FinishedRuns runs;
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const std::string& name : names_in(folder, error)) {
    if (is_journal(name)) paths.push_back(folder / name);
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return journal_fault(folder, "cannot read the folder: " + error.message(), "");
  for (const std::filesystem::path& path : paths) {
    FinishedRuns own;
    const auto text = journal_text(path);
    if (!text) return text.faults();
    std::string_view rest = std::string_view(*text).substr(0, whole_lines(*text));
    for (int number = 1; !rest.empty(); ++number) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size() + 1);
      const auto entry = read_journal_line(line);
      // A power cut may leave a last line of the right length and other bytes.
      if (!entry && rest.empty()) break;
      if (!entry) {
        return Fault{FaultKind::output,
                     {path.string(), number, 0},
                     "the journal is damaged: the line is none that a sweep has written",
                     "remove the line: its run is carried out again"};
      }
      own.add(entry->key, line, entry->row.status() == StudyStatus::failed);
    }
    runs.take(own);
  }
  return runs;
}

void FinishedRuns::add(const RunKey& key, std::string_view line, bool failed) {
  const auto [found, is_new] = runs_.try_emplace(key);
  if (is_new) contents_.emplace(key.run, key.content);
  Kept& kept = found->second;
  kept.failed = failed;
  kept.line = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
}

void FinishedRuns::take(FinishedRuns& other) {
  for (auto& [key, kept] : other.runs_) {
    const auto found = runs_.find(key);
    // A part may have carried out again what failed in another.
    if (found != runs_.end() && kept.failed && !found->second.failed) continue;
    if (found == runs_.end()) contents_.emplace(key.run, key.content);
    runs_.insert_or_assign(key, std::move(kept));
  }
}

FinishedRuns::Found FinishedRuns::find(const RunKey& key) const {
  const auto found = runs_.find(key);
  if (found == runs_.end()) return Found::no;
  return found->second.failed ? Found::failed : Found::yes;
}

bool FinishedRuns::with_other_data(std::uint64_t run,
                                   const std::function<bool(std::uint64_t content)>& known) const {
  const auto [begin, end] = contents_.equal_range(run);
  return std::any_of(begin, end, [&](const auto& one) {
    return !runs_.at({run, one.second}).failed && !known(one.second);
  });
}

RunRow FinishedRuns::row(const RunKey& key) const {
  const auto found = runs_.find(key);
  auto entry = found == runs_.end() ? std::nullopt : read_journal_line(found->second.line);
  return entry ? std::move(entry->row) : RunRow{};
}

std::optional<Fault> writer_of(const std::filesystem::path& journal, const std::string& what) {
  const int descriptor = retried([&] { return ::open(journal.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor < 0) return std::nullopt;
  const bool locked =
      retried([&] { return ::flock(descriptor, LOCK_SH | LOCK_NB); }) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  if (!locked) return std::nullopt;
  return journal_fault(journal, what + " is being carried out by another process",
                       "wait for its end, or choose another place with -o");
}

std::optional<Fault> other_writer(const std::filesystem::path& folder, std::string_view own) {
  std::error_code error;
  for (const std::string& name : names_in(folder, error)) {
    if (!is_journal(name) || name == own) continue;
    if (auto fault = writer_of(folder / name, "a part of the sweep")) return fault;
  }
  return std::nullopt;
}

Checked<JournalWriter> JournalWriter::open(const std::filesystem::path& path) {
  const int descriptor =
      retried([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666); });
  if (descriptor < 0) return journal_failure(path, "cannot write");
  JournalWriter writer(path, descriptor);
  if (retried([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); }) != 0) {
    if (errno == EWOULDBLOCK) {
      return journal_fault(
          path, "another sweep writes to the journal",
          "wait for its end, or choose another place with -o; processes that a launcher starts share "
          "a sweep out without --shard and --index");
    }
    writer.unlocked_ = system_reason(errno);
  }
  const auto text = journal_text(path);
  if (!text) return text.faults();
  std::size_t size = whole_lines(*text);
  const std::string_view lines(text->data(), size);
  if (size > 0) {
    const auto before = lines.substr(0, size - 1).rfind('\n');
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    if (!read_journal_line(lines.substr(begin, size - 1 - begin))) size = begin;
  }
  if (size < text->size() && retried([&] { return ::ftruncate(descriptor, static_cast<off_t>(size)); }) != 0)
    return journal_failure(path, "cannot be cut back to its last whole line");
  return writer;
}

JournalWriter::JournalWriter(JournalWriter&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      unlocked_(std::move(other.unlocked_)) {}

JournalWriter::~JournalWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Checked<Done> JournalWriter::append(std::string_view lines) {
  while (!lines.empty()) {
    const auto written = retried([&] { return ::write(descriptor_, lines.data(), lines.size()); });
    if (written < 0) return journal_failure(path_, "cannot write");
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return Done{};
}

Checked<Done> JournalWriter::synchronize() {
  if (retried([&] { return ::fdatasync(descriptor_); }) != 0 && !knows_no_synchronizing(errno))
    return journal_failure(path_, "cannot write");
  return Done{};
}

}  // namespace lookahead
