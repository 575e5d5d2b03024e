#include "base/archive.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

using namespace lookahead;

namespace {

struct State {
  std::vector<double> point{1.5, -2.25, 0};
  std::vector<float> empty;
  std::int64_t step = 0;
  bool warm = false;
  void exchange(Archive& archive) {
    archive.exchange("point", std::span(point));
    archive.exchange("empty", std::span(empty));
    archive.exchange("step", step);
    archive.exchange("warm", warm);
  }
};

std::vector<char> bytes_of(State state) {
  Archive archive;
  state.exchange(archive);
  return archive.bytes();
}

}  // namespace

TEST_CASE("state read from an archive is the state written to it") {
  State state;
  state.point = {1e-300, -0.0, 3};
  state.step = -7;
  state.warm = true;
  State other;
  Archive archive(bytes_of(state));
  CHECK(archive.loading());
  other.exchange(archive);
  CHECK(archive.intact());
  CHECK(archive.exhausted());
  CHECK(other.point == state.point);
  CHECK(other.step == -7);
  CHECK(other.warm);
  CHECK(bytes_of(other) == bytes_of(state));
}

TEST_CASE("an archive with another name, size or end is refused from there on") {
  const std::vector<char> bytes = bytes_of(State{});
  SUBCASE("another name") {
    Archive archive(bytes);
    std::array<double, 3> x{};
    archive.exchange("print", std::span<double>(x));
    CHECK_FALSE(archive.intact());
    CHECK(x == std::array<double, 3>{});
  }
  SUBCASE("another size") {
    Archive archive(bytes);
    std::array<double, 4> x{};
    archive.exchange("point", std::span<double>(x));
    CHECK_FALSE(archive.intact());
    CHECK(x == std::array<double, 4>{});
    std::array<double, 3> y{};
    archive.exchange("point", std::span<double>(y));  // would fit, but comes too late
    CHECK_FALSE(archive.intact());
    CHECK(y == std::array<double, 3>{});
  }
  SUBCASE("cut short anywhere") {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      State state;
      Archive archive(std::vector<char>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
      state.exchange(archive);
      CHECK_FALSE(archive.intact());
    }
  }
  SUBCASE("bytes left over") {
    std::vector<char> longer = bytes;
    longer.push_back('x');
    State state;
    Archive archive(longer);
    state.exchange(archive);
    CHECK(archive.intact());
    CHECK_FALSE(archive.exhausted());
  }
}

TEST_CASE("texts and lists of any length come back, and items can be told and passed over") {
  std::string name = "semi;colon:";
  std::vector<double> list{1, 2, 3};
  bool flag = true;
  const auto all = [&](Archive& archive) {
    archive.exchange("name", name);
    archive.exchange("list", list);
    archive.exchange("flag", flag);
  };
  Archive written;
  all(written);
  Archive counted = Archive::counting();
  all(counted);
  CHECK(counted.size() == written.size());
  CHECK(counted.bytes().empty());
  std::span<const char> rest(written.bytes());
  std::vector<std::string> names;
  while (const auto item = next_item(rest)) {
    names.emplace_back(item->name);
    if (item->name == "list") CHECK(item->bytes.size() == 24);
  }
  CHECK(rest.empty());
  CHECK(names == std::vector<std::string>{"name", "list", "flag"});
  name.clear();
  list.clear();
  flag = false;
  Archive read(written.bytes());
  all(read);
  CHECK(read.intact());
  CHECK(read.exhausted());
  CHECK(name == "semi;colon:");
  CHECK(list == std::vector<double>{1, 2, 3});
  CHECK(flag);
  Archive passed(written.bytes());
  passed.skip("name");
  const auto taken = passed.take("list");
  REQUIRE(taken);
  CHECK(taken->size() == 24);
  CHECK_FALSE(passed.take("list"));
  CHECK_FALSE(passed.intact());
}

TEST_CASE("what claims to be longer than the archive, or is no flag, is refused without asking for memory") {
  const auto archive_of = [](const std::string& text) {
    return Archive(std::vector<char>(text.begin(), text.end()));
  };
  std::vector<double> list{7};
  for (const char* text : {"list:99999999999999999999999999;", "list:18446744073709551608;12345678",
                           "list:16;12345678", "list:8", "list:-8;12345678", "list:7;1234567", ":;", ""}) {
    CAPTURE(text);
    Archive archive = archive_of(text);
    archive.exchange("list", list);
    CHECK_FALSE(archive.intact());
    CHECK(list == std::vector<double>{7});
  }
  bool flag = false;
  Archive archive = archive_of("flag:1;x");
  archive.exchange("flag", flag);
  CHECK_FALSE(archive.intact());
  std::span<const char> none("abc", 3);
  CHECK_FALSE(next_item(none));
  CHECK(none.size() == 3);
}
