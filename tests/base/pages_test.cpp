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

TEST_CASE("the bytes of a large page before an address reach back to a boundary") {
  std::vector<char> bytes(2 * huge_page);
  const std::size_t first = huge_page - bytes_into_huge_page(bytes.data());
  CHECK(bytes_into_huge_page(bytes.data() + first) == 0);
  CHECK(bytes_into_huge_page(bytes.data() + first - 1) == huge_page - 1);
  CHECK(bytes_into_huge_page(bytes.data() + first + 5) == 5);
}

}  // namespace
}  // namespace lookahead
