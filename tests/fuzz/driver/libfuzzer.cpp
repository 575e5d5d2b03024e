#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "fuzz/target.hpp"

// One target as libFuzzer wants it. LOOKAHEAD_FUZZ_TARGET in the environment names the target; with
// LOOKAHEAD_FUZZ_SEEDS its seeds are written to that folder first.
namespace {

const lookahead::fuzz::Target& chosen() {
  static const lookahead::fuzz::Target& target = []() -> const lookahead::fuzz::Target& {
    const char* name = std::getenv("LOOKAHEAD_FUZZ_TARGET");
    for (const auto& one : lookahead::fuzz::targets()) {
      if (name != nullptr && std::strcmp(one.name, name) == 0) return one;
    }
    std::fprintf(stderr, "LOOKAHEAD_FUZZ_TARGET must name a target\n");
    std::exit(2);
  }();
  return target;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("LOOKAHEAD_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  std::filesystem::create_directories(folder);
  const auto seeds = chosen().seeds();
  for (std::size_t i = 0; i < seeds.size(); ++i)
    std::ofstream(std::filesystem::path(folder) / ("seed-" + std::to_string(i)), std::ios::binary)
        << seeds[i];
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  chosen().run({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
