#include "study/sweep/journal.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "study/folder.hpp"

namespace lookahead::test {
namespace {

const RunKey key{0x0123456789abcdefU, 42};

RunRow some_row() {
  RunRow row;
  row.cells = {{"status", "finished"}, {"stop", ""}, {"gap", "0.5"}, {"message", "a = b %\n\"c\" \x7f"}};
  return row;
}

}  // namespace

TEST_CASE("a journal's line reads back as it was, whatever its texts hold, and no other line does") {
  const std::string line = journal_line(key, some_row());
  REQUIRE(line.back() == '\n');
  CHECK(line.find('\n') == line.size() - 1);
  const auto entry = read_journal_line(std::string_view(line).substr(0, line.size() - 1));
  REQUIRE(entry);
  CHECK(entry->key == key);
  CHECK(entry->row.cells == some_row().cells);
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    std::string other = line.substr(0, line.size() - 1);
    other[i] = static_cast<char>(other[i] ^ 1);
    CHECK_FALSE(read_journal_line(other).has_value());
    CHECK_FALSE(read_journal_line(std::string_view(line).substr(0, i)).has_value());
  }
}

TEST_CASE("a line that was cut short is dropped, any other damage is a fault with its line") {
  const std::string line = journal_line(key, some_row());
  const std::string second = journal_line({7, 42}, some_row());
  for (std::size_t length = 0; length < second.size(); ++length) {
    const StudyFolderOfTest folder;
    folder.write("journal.log", line + second.substr(0, length));
    const auto runs = FinishedRuns::read(folder.path());
    REQUIRE(runs);
    CHECK(runs->find(key) == FinishedRuns::Found::yes);
    CHECK(runs->find({7, 42}) == FinishedRuns::Found::no);
    auto writer = JournalWriter::open(folder.path("journal.log"));
    REQUIRE(writer);
    CHECK(folder.read("journal.log") == line);
    CHECK(static_cast<bool>(writer->append(second)));
    CHECK(folder.read("journal.log") == line + second);
  }
  const StudyFolderOfTest folder;
  std::string damaged = line + second + line;
  damaged[line.size() + 30] = '#';
  folder.write("journal-1-of-2.log", damaged);
  const auto runs = FinishedRuns::read(folder.path());
  REQUIRE_FALSE(runs);
  CHECK(runs.faults()[0].kind == FaultKind::output);
  CHECK(runs.faults()[0].place.line == 2);
}

TEST_CASE("runs are known by their hash, and their data are told apart") {
  const StudyFolderOfTest folder;
  RunRow failed;
  failed.cells = {{"status", "failed"}, {"message", "no"}};
  folder.write("journal.log", journal_line(key, some_row()) + journal_line({8, 0}, failed));
  const auto runs = FinishedRuns::read(folder.path());
  REQUIRE(runs);
  CHECK(runs->find({key.run, 43}) == FinishedRuns::Found::no);
  const auto none = [](std::uint64_t) { return false; };
  CHECK(runs->with_other_data(key.run, none));
  CHECK_FALSE(runs->with_other_data(key.run, [](std::uint64_t content) { return content == key.content; }));
  CHECK(runs->find({8, 0}) == FinishedRuns::Found::failed);
  CHECK_FALSE(runs->with_other_data(8, none));
  CHECK_FALSE(runs->with_other_data(9, none));
  CHECK(runs->size() == 2);
  CHECK(runs->row(key).find("gap") == "0.5");
  CHECK(runs->row({9, 0}).cells.empty());
}

TEST_CASE("a run that failed in one part of a sweep and not in another has not failed") {
  RunRow failed;
  failed.cells = {{"status", "failed"}, {"message", "no"}};
  const std::string names[] = {"journal.log", "journal-1-of-2.log"};
  for (const int done : {0, 1}) {
    const StudyFolderOfTest folder;
    folder.write(names[done], journal_line(key, some_row()));
    folder.write(names[1 - done], journal_line(key, failed));
    const auto runs = FinishedRuns::read(folder.path());
    REQUIRE(runs);
    CHECK(runs->find(key) == FinishedRuns::Found::yes);
    CHECK(runs->row(key).find("gap") == "0.5");
  }
}

TEST_CASE("a journal that is written to is refused to others") {
  const StudyFolderOfTest folder;
  const auto first = JournalWriter::open(folder.path("journal.log"));
  REQUIRE(first);
  const auto second = JournalWriter::open(folder.path("journal.log"));
  REQUIRE_FALSE(second);
  CHECK(second.faults()[0].kind == FaultKind::output);
}

}  // namespace lookahead::test
