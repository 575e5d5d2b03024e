#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "fuzz/dictionary.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

// One target as libFuzzer wants it. LOOKAHEAD_FUZZ_TARGET in the environment names the target. With
// LOOKAHEAD_FUZZ_SEEDS its seeds are written to that folder first, with LOOKAHEAD_FUZZ_DICTIONARY the words
// that they are made of to that file. An input that takes more time or memory than it may ends the process.
namespace {

using namespace lookahead::fuzz;

const Target& chosen() {
  static const Target& target = []() -> const Target& {
    const char* name = std::getenv("LOOKAHEAD_FUZZ_TARGET");
    for (const auto& one : targets()) {
      if (name != nullptr && std::strcmp(one.name, name) == 0) return one;
    }
    std::fprintf(stderr, "LOOKAHEAD_FUZZ_TARGET must name a target\n");
    std::exit(2);
  }();
  return target;
}

// Bytes that the process holds, and the most of them since an input began.
std::atomic<std::int64_t> held{0}, most_held{0};

void taken(const volatile void*, std::size_t bytes) {
  const std::int64_t sum =
      held.fetch_add(static_cast<std::int64_t>(bytes)) + static_cast<std::int64_t>(bytes);
  if (sum > most_held.load(std::memory_order_relaxed)) most_held.store(sum, std::memory_order_relaxed);
}

void given_back(const volatile void* block) {
  if (block != nullptr)
    held.fetch_sub(static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(block))));
}

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const Target& target = chosen();
  const char* folder = std::getenv("LOOKAHEAD_FUZZ_SEEDS");
  const char* dictionary_file = std::getenv("LOOKAHEAD_FUZZ_DICTIONARY");
  const auto seeds = target.seeds();
  if (folder != nullptr) {
    std::filesystem::create_directories(folder);
    std::size_t number = 0;
    for (const auto& inputs : {seeds, target.tested()}) {
      for (const std::string& input : inputs)
        std::ofstream(std::filesystem::path(folder) / ("seed-" + std::to_string(number++)), std::ios::binary)
            << input;
    }
  }
  if (dictionary_file != nullptr) {
    auto all = words();
    const auto more = words_in(seeds);
    all.insert(all.end(), more.begin(), more.end());
    std::ofstream(dictionary_file) << dictionary(all);
  }
  __sanitizer_install_malloc_and_free_hooks(taken, given_back);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const double kilobytes = static_cast<double>(size) / 1024;
  const std::int64_t before = held;
  most_held = before;
  const double began = processor_seconds();
  chosen().run({reinterpret_cast<const char*>(bytes), size});
  const double seconds = processor_seconds() - began;
  if (seconds > 1 && seconds > kilobytes) broken("the input took " + std::to_string(seconds) + " s");
  const std::int64_t memory = most_held - before;
  constexpr std::int64_t free_bytes = 100'000'000;
  if (memory > free_bytes + 100 * static_cast<std::int64_t>(size))
    broken("the input took " + std::to_string(memory) + " bytes of memory");
  return 0;
}
