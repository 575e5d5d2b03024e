#include "base/own_memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <vector>

namespace lookahead {
namespace {

constexpr std::size_t kilobyte = 1024, megabyte = 1024 * kilobyte;

// MemoryPieces of many sizes are 0 at first and hold what was written into them, however many others come and go. Returns
// how many bytes were wrong.
std::size_t wrong_bytes(MemoryPieces& pieces, char mark) {
  struct Taken {
    OwnMemory memory;
    std::size_t bytes;
    char mark;
  };
  std::size_t wrong = 0;
  std::deque<Taken> taken;
  const auto give_back = [&] {
    const Taken& first = taken.front();
    wrong += first.bytes - static_cast<std::size_t>(std::count(
                               first.memory.data(), first.memory.data() + first.bytes, first.mark));
    taken.pop_front();
  };
  for (int i = 0; i < 150; ++i) {
    const std::size_t bytes =
        i % 50 == 49 ? 5 * megabyte : 300 * kilobyte + static_cast<std::size_t>(i) * 997;
    Taken next{pieces.take(bytes), bytes, static_cast<char>(mark + i % 7)};
    char* const begin = next.memory.data();
    wrong += bytes - static_cast<std::size_t>(std::count(begin, begin + bytes, 0));
    std::fill_n(begin, bytes, next.mark);
    taken.push_back(std::move(next));
    if (taken.size() > 40) give_back();
  }
  while (!taken.empty()) give_back();
  return wrong;
}

TEST_CASE(
    "pieces of memory are apart and 0 at first, in memory and on disk, taken by one thread and by several") {
  for (const bool on_disk : {false, true}) {
    CAPTURE(on_disk);
    MemoryPieces pieces(on_disk);
    CHECK(pieces.on_disk() == on_disk);
    CHECK(wrong_bytes(pieces, 'a') == 0);
    std::size_t wrong = 0;
    std::thread other([&] { wrong = wrong_bytes(pieces, 'k'); });
    CHECK(wrong_bytes(pieces, 'a') == 0);
    other.join();
    CHECK(wrong == 0);
  }
}

TEST_CASE("a piece outlives what it was taken from, and moves") {
  OwnMemory kept;
  CHECK(kept.data() == nullptr);
  {
    MemoryPieces pieces(false);
    for (int i = 0; i < 12; ++i) kept = pieces.take(megabyte);
    std::fill_n(kept.data(), megabyte, 'x');
  }
  OwnMemory moved(std::move(kept));
  CHECK(std::count(moved.data(), moved.data() + megabyte, 'x') == megabyte);
}

}  // namespace
}  // namespace lookahead
