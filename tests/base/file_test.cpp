#include "base/file.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "support/temporary_folder.hpp"

using namespace lookahead;
using test::content_of;
using test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

std::ptrdiff_t files_in(const TemporaryFolder& folder) {
  return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
}

}  // namespace

TEST_CASE("an atomic write makes the file, then replaces it, and leaves nothing beside it") {
  const TemporaryFolder folder;
  const fs::path path = folder.path("a.json");
  REQUIRE(write_atomically(path, "one"));
  CHECK(content_of(path) == "one");
  const std::string bytes("two\0\n", 5);
  REQUIRE(write_atomically(path, bytes));
  CHECK(content_of(path) == bytes);
  CHECK(files_in(folder) == 1);
}

TEST_CASE("an atomic write opens nothing that lies beside the file") {
  const TemporaryFolder folder;
  const fs::path path = folder.path("a.json"), other = folder.path("other");
  REQUIRE(write_atomically(other, "mine"));
  // The name that the next write takes: a link to another file, a pipe that nobody reads, then the name is
  // free.
  const auto beside = [&](int count) {
    std::vector<fs::path> names;
    for (int i = 1; i <= count; ++i)
      names.push_back(path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(i) + ".tmp");
    return names;
  };
  // The process counts its writes; these are more than there have been.
  for (const fs::path& name : beside(500)) fs::create_symlink(other, name);
  REQUIRE(write_atomically(path, "one"));
  CHECK(content_of(path) == "one");
  CHECK(content_of(other) == "mine");
  for (const fs::path& name : beside(500)) {
    CHECK(is_temporary(name.filename().string()));
    fs::remove(name);
    REQUIRE(::mkfifo(name.c_str(), 0600) == 0);
  }
  REQUIRE(write_atomically(path, "two"));
  CHECK(content_of(path) == "two");
  for (const char* name :
       {"a.json", "a.json.tmp", "a.json.1.tmp", "a.json.1-.tmp", "a.json.1-x.tmp", ".1-2.tmp"})
    CHECK_FALSE(is_temporary(name));
}

TEST_CASE("writes of one file at the same time all succeed, and one of them stands there whole") {
  const TemporaryFolder folder;
  const fs::path path = folder.path("a.json");
  std::vector<std::string> contents;
  for (char c = 'a'; c < 'e'; ++c) contents.emplace_back(100000, c);
  std::atomic<int> failures{0};
  std::vector<std::thread> writers;
  for (const std::string& content : contents) {
    writers.emplace_back([&] {
      for (int i = 0; i < 20; ++i) failures += write_atomically(path, content) ? 0 : 1;
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(failures == 0);
  CHECK(std::count(contents.begin(), contents.end(), content_of(path)) == 1);
  CHECK(files_in(folder) == 1);
}

TEST_CASE("an atomic write that fails names the file, the reason, and leaves nothing behind") {
  const TemporaryFolder folder;
  const auto missing = write_atomically(folder.path("no/such/file"), "x");
  REQUIRE_FALSE(missing);
  CHECK(missing.faults().front().kind == FaultKind::output);
  CHECK(missing.faults().front().place.source == folder.path("no/such/file"));
  CHECK(missing.faults().front().text == "cannot write: No such file or directory");
  fs::create_directory(folder.path("sub"));
  CHECK_FALSE(write_atomically(folder.path("sub"), "x"));
  CHECK(fs::is_directory(folder.path("sub")));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a file may have a name as long as names can be") {
  const TemporaryFolder folder;
  const std::string name(255, 'n');
  const auto written = write_atomically(folder.path(name), "all of it");
  CHECK_MESSAGE(static_cast<bool>(written), (written ? "" : written.faults().front().text));
  CHECK(files_in(folder) == 1);
  CHECK(fs::file_size(folder.path(name)) == 9);
  const auto in_place_of_folder = write_atomically(folder.path("."), "");
  REQUIRE_FALSE(in_place_of_folder);
  CHECK(in_place_of_folder.faults().front().text == "cannot write: it is a folder");
  CHECK(in_place_of_folder.faults().front().cure == "name a file in it");
}

TEST_CASE("a full disk is a fault with advice, and a device stays a device") {
  const TemporaryFolder folder;
  // Through a link, so that a mistake would cost the link and not the machine's device.
  const fs::path full = folder.path("full");
  fs::create_symlink("/dev/full", full);
  const auto written = write_atomically(full, "x");
  REQUIRE_FALSE(written);
  CHECK(written.faults().front().text == "cannot write: No space left on device");
  CHECK_FALSE(written.faults().front().cure.empty());
  CHECK(fs::is_character_file(full));
  fs::create_symlink("/dev/null", folder.path("null"));
  CHECK(write_atomically(folder.path("null"), "x"));
  CHECK(fs::is_character_file(folder.path("null")));
}

TEST_CASE("lines are taken back whole from the end of a file, and its first one stays") {
  const TemporaryFolder folder;
  const fs::path path = folder.path("a.csv");
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "line " + std::to_string(i) + "\n";
  for (const std::size_t bytes :
       {std::size_t{1}, std::size_t{100}, std::size_t{4096}, text.size() - 20, text.size() - 7}) {
    CAPTURE(bytes);
    REQUIRE(write_atomically(path, text));
    REQUIRE(take_back_lines(path, bytes));
    const std::string left = content_of(path);
    CHECK(text.starts_with(left));
    CHECK(left.back() == '\n');
    CHECK(left.size() <= text.size() - bytes);
    // No line more than are needed.
    CHECK(text.find('\n', left.size()) + 1 > text.size() - bytes);
  }
  for (const std::size_t bytes : {text.size() - 6, text.size(), text.size() + 1}) {
    REQUIRE(write_atomically(path, text));
    CHECK_FALSE(take_back_lines(path, bytes));
    CHECK(content_of(path) == text);
  }
  CHECK_FALSE(take_back_lines(folder.path("missing"), 1));
}

TEST_CASE("an output file holds its lines in order and is complete after close") {
  const TemporaryFolder folder;
  const fs::path path = folder.path("trace.csv");
  auto file = OutputFile::create(path);
  REQUIRE(file);
  REQUIRE(file->append("a,b\n"));
  CHECK(content_of(path).empty());  // nothing before 64 KiB
  std::string expected = "a,b\n";
  for (int i = 0; i < 20000; ++i) {
    const std::string line = std::to_string(i) + ",x\n";
    REQUIRE(file->append(line));
    expected += line;
  }
  const std::string early = content_of(path);
  CHECK(early.size() >= 65536);
  CHECK(early.back() == '\n');  // whole lines only
  REQUIRE(file->flush());
  CHECK(content_of(path) == expected);
  REQUIRE(file->append("end\n"));
  REQUIRE(file->close());
  CHECK(content_of(path) == expected + "end\n");
  CHECK(file->close());  // closing twice is no fault
}

TEST_CASE("an output file can be moved, and writes its rest when it is left") {
  const TemporaryFolder folder;
  {
    auto file = OutputFile::create(folder.path("a"));
    REQUIRE(file);
    REQUIRE(file->append("one\n"));
    OutputFile moved(std::move(*file));
    REQUIRE(moved.append("two\n"));
  }
  CHECK(content_of(folder.path("a")) == "one\ntwo\n");
}

TEST_CASE("an output file keeps its first error and repeats it") {
  auto file = OutputFile::create("/dev/full");
  REQUIRE(file);
  REQUIRE(file->append("x\n"));
  const auto flushed = file->flush();
  REQUIRE_FALSE(flushed);
  CHECK(flushed.faults().front().kind == FaultKind::output);
  CHECK(flushed.faults().front().place.source == "/dev/full");
  CHECK(flushed.faults().front().text == "cannot write: No space left on device");
  CHECK_FALSE(file->append("y\n"));
  const auto closed = file->close();
  REQUIRE_FALSE(closed);
  CHECK(closed.faults().front().text == flushed.faults().front().text);
}

TEST_CASE("an error that only closing meets is reported by closing") {
  auto file = OutputFile::create("/dev/full");
  REQUIRE(file);
  REQUIRE(file->append("x\n"));
  CHECK_FALSE(file->close());
  CHECK_FALSE(file->close());
}

TEST_CASE("a device that cannot be synchronized closes without fault") {
  auto file = OutputFile::create("/dev/null");
  REQUIRE(file);
  REQUIRE(file->append("x\n"));
  CHECK(file->close());
}

TEST_CASE("of a file its beginning can be read, or all of it where it is shorter") {
  const TemporaryFolder folder;
  const std::string path = folder.write("data", "abcdef");
  for (const auto& [bytes, text] : {std::pair(0, ""), {3, "abc"}, {6, "abcdef"}, {100, "abcdef"}}) {
    const auto read = read_beginning(path, FaultKind::data, static_cast<std::size_t>(bytes));
    REQUIRE(read);
    CHECK(*read == text);
  }
  CHECK_FALSE(read_beginning(folder.path("none"), FaultKind::data, 3));
}

TEST_CASE("an output file in a missing folder cannot be created") {
  const TemporaryFolder folder;
  const auto file = OutputFile::create(folder.path("no/file"));
  REQUIRE_FALSE(file);
  CHECK(file.faults().front().kind == FaultKind::output);
}

TEST_CASE("a file is read whole up to the limit and refused beyond it") {
  const TemporaryFolder folder;
  const fs::path path = folder.path("data");
  const std::string bytes(100000, 'x');
  REQUIRE(write_atomically(path, bytes));
  const auto whole = read_file(path.string(), FaultKind::data, bytes.size());
  REQUIRE(whole);
  CHECK(*whole == bytes);
  const auto longer = read_file(path.string(), FaultKind::data, bytes.size() - 1);
  REQUIRE_FALSE(longer);
  CHECK(longer.faults().front().kind == FaultKind::data);
  CHECK(longer.faults().front().text == "is longer than 99999 bytes");
  CHECK_FALSE(read_file("/dev/zero", FaultKind::data, 1000));  // endless
  REQUIRE(write_atomically(path, ""));
  const auto empty = read_file(path.string(), FaultKind::data, 0);
  REQUIRE(empty);
  CHECK(empty->empty());
}

TEST_CASE("directories and missing files are refused by name") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("sub"));
  const auto directory = read_file(folder.path("sub"), FaultKind::problem, 10);
  REQUIRE_FALSE(directory);
  CHECK(directory.faults().front().text == "is a directory, not a file");
  const auto missing = read_file(folder.path("none"), FaultKind::problem, 10);
  REQUIRE_FALSE(missing);
  CHECK(missing.faults().front().kind == FaultKind::problem);
  CHECK(missing.faults().front().place.source == folder.path("none"));
  CHECK_FALSE(missing.faults().front().cure.empty());
}

TEST_CASE(
    "a file that replaces another is not there before close, has its permissions, and leaves nothing where it fails") {
  const TemporaryFolder folder;
  const fs::path path = folder.path("a");
  REQUIRE(write_atomically(path, "one"));
  fs::permissions(path, fs::perms(0600));
  {
    auto file = OutputFile::replace(path);
    REQUIRE(file);
    CHECK(file->append("two\n"));
    CHECK(content_of(path) == "one");
    CHECK(files_in(folder) == 2);
  }
  CHECK(files_in(folder) == 1);
  CHECK(content_of(path) == "one");
  auto file = OutputFile::replace(path);
  REQUIRE(file);
  CHECK(file->append("two\n"));
  CHECK(file->close());
  CHECK(files_in(folder) == 1);
  CHECK(content_of(path) == "two\n");
  REQUIRE(write_atomically(path, "three"));
  CHECK(fs::status(path).permissions() == fs::perms(0600));
  CHECK(OutputFile::replace(folder.path("new"))->close());
  CHECK(fs::exists(folder.path("new")));
  CHECK_FALSE(OutputFile::replace(folder.path("no/such")));
}
