#include "base/pages.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace lookahead {
namespace {

TEST_CASE("memory that is populated or asks for large pages keeps its content, wherever it begins and ends") {
  constexpr std::size_t size = std::size_t{1} << 23;
  std::vector<char> bytes(size, 'x');
  const auto unchanged = [&] { return std::count(bytes.begin(), bytes.end(), 'x') == std::ssize(bytes); };
  for (const std::size_t first : {0, 1, 4095, 4096, 70001}) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, size - first}) {
      CAPTURE(first);
      CAPTURE(count);
      populate(bytes.data() + first, count);
      CHECK(unchanged());
      prefer_huge_pages(bytes.data() + first, count);
      CHECK(unchanged());
    }
  }
}

}  // namespace
}  // namespace lookahead
