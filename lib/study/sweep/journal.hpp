#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/checked.hpp"
#include "study/sweep/run_row.hpp"

namespace lookahead {

// What identifies a run among those of a sweep: hash_of_run(), and the hash of the data's content.
struct RunKey {
  std::uint64_t run = 0;
  std::uint64_t content = 0;

  bool operator==(const RunKey&) const = default;
};

// A finished run in a journal.
struct JournalEntry {
  RunKey key;
  RunRow row;
};

// A line of a journal: the CRC-32 of what follows it, the two numbers of the key, and name=value for every
// cell; blanks, line ends, '%' and '=' in cells are written as %XX. With its end of line.
std::string journal_line(const RunKey& key, const RunRow& row);

// The entry of a line without its end; nothing where it is none.
std::optional<JournalEntry> read_journal_line(std::string_view line);

// The finished runs of a sweep, as its journals hold them: a few hundred bytes each.
class FinishedRuns {
 public:
  // Reads all journals in a folder, those of shards too; a run that failed in one of them and not in another has not
  // failed. A last line that was cut short is left out; any other
  // line that is none is a fault (output) with its number.
  static Checked<FinishedRuns> read(const std::filesystem::path& folder);

  // Takes a line of a journal; of several with the same key the last one counts.
  void add(const RunKey& key, std::string_view line, bool failed);

  enum class Found { no, yes, failed };
  Found find(const RunKey& key) const;
  // Whether such a run is there that did not fail, with data that are not among those of `known`.
  bool with_other_data(std::uint64_t run, const std::function<bool(std::uint64_t content)>& known) const;
  // Runs, each once.
  Index size() const { return std::ssize(runs_); }
  // The row of a run that is there.
  RunRow row(const RunKey& key) const;

 private:
  // The runs of another journal, whose lines it moves.
  void take(FinishedRuns& other);

  struct Kept {
    bool failed = false;
    std::string line;
  };
  struct Hash {
    std::size_t operator()(const RunKey& key) const { return key.run ^ key.content; }
  };
  std::unordered_map<RunKey, Kept, Hash> runs_;
  std::unordered_multimap<std::uint64_t, std::uint64_t> contents_;  // of each RunKey::run
};

// Whether a file's name is that of a journal: journal.log, journal-1-of-2.log, journal-run-7.log.
bool is_journal(std::string_view name);

// The fault where another process writes to a journal in the folder beside this one.
std::optional<Fault> other_writer(const std::filesystem::path& folder, std::string_view own);

// The fault where another process writes to this journal, as one that carries out the whole sweep does.
std::optional<Fault> writer_of(const std::filesystem::path& journal, const std::string& what);

// Appends to one journal, which no other process may write to meanwhile.
class JournalWriter {
 public:
  // Opens the journal, makes it where there is none, and cuts off a last line that is not whole. A fault where another
  // process writes to it, or it cannot be written.
  static Checked<JournalWriter> open(const std::filesystem::path& path);
  JournalWriter(JournalWriter&& other) noexcept;
  JournalWriter& operator=(JournalWriter&&) = delete;
  ~JournalWriter();

  // Hands lines to the system.
  Checked<Done> append(std::string_view lines);
  // Waits until they are on the disk.
  Checked<Done> synchronize();
  // Why the file is not locked; empty where it is.
  const std::string& unlocked() const { return unlocked_; }

 private:
  JournalWriter(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_;
  std::string unlocked_;
};

}  // namespace lookahead
