#include "base/checksum.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "base/file.hpp"

using namespace lookahead;

TEST_CASE("a checksum is that of gzip, in one piece or in many") {
  // The check value of CRC-32 (ISO-HDLC in the catalogue of parametrised CRC algorithms).
  const std::string_view digits = "123456789";
  CHECK(checksum_of(digits) == 0xCBF43926U);
  Checksum pieces;
  for (const char digit : digits) pieces.add(std::span(&digit, 1));
  CHECK(pieces.value() == 0xCBF43926U);
  CHECK(checksum_of({}) == 0);
}

TEST_CASE("the hash of a text is FNV-1a of 64 bits") {
  // Test values of Fowler, Noll and Vo.
  CHECK(hash_of("") == 0xCBF29CE484222325U);
  CHECK(hash_of("a") == 0xAF63DC4C8601EC8CU);
  CHECK(hash_of("foobar") == 0x85944171F73967E8U);
  CHECK(hash_of("bar", hash_of("foo")) == hash_of("foobar"));
}

TEST_CASE("a file that is opened again goes on behind what is to stay, or is refused") {
  const auto path =
      std::filesystem::temp_directory_path() / ("lookahead-reopened-" + std::to_string(::getpid()));
  const auto content = [&] {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  std::size_t size = 0;
  std::uint32_t checksum = 0;
  {
    auto file = OutputFile::create(path);
    REQUIRE(file);
    CHECK(file->append("one\n"));
    CHECK(file->flush());
    size = file->size();
    checksum = file->checksum();
    CHECK(file->append("two\n"));
    CHECK(file->close());
  }
  CHECK(size == 4);
  CHECK(checksum == checksum_of(std::string_view("one\n")));
  {
    auto file = OutputFile::reopen(path, size, checksum);
    REQUIRE(file);
    CHECK(content() == "one\ntwo\n");
    CHECK(file->cut_back());
    CHECK(content() == "one\n");
    CHECK(file->append("three\n"));
    CHECK(file->flush());
    CHECK(file->checksum() == checksum_of(std::string_view("one\nthree\n")));
    CHECK(file->close());
  }
  CHECK(content() == "one\nthree\n");
  // Another beginning, one that is too short, and none: the file stays as it is.
  CHECK(!OutputFile::reopen(path, size, checksum + 1));
  CHECK(!OutputFile::reopen(path, 1000, checksum));
  CHECK(content() == "one\nthree\n");
  std::filesystem::remove(path);
  CHECK(!OutputFile::reopen(path, size, checksum));
}
