#include "run/version.hpp"

#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>

#include "base/text.hpp"

namespace lookahead {

std::string version() { return LOOKAHEAD_VERSION; }

std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("model name")) continue;
    const auto colon = line.find(':');
    if (colon != std::string::npos) return std::string(trimmed(line.substr(colon + 1)));
  }
  return "unknown";
}

std::string compiled_level() {
#if defined __AVX512F__ && defined __AVX512BW__ && defined __AVX512CD__ && defined __AVX512DQ__ && \
    defined __AVX512VL__
  return "x86-64-v4";
#elif defined __AVX2__ && defined __BMI__ && defined __BMI2__ && defined __F16C__ && defined __FMA__ && \
    defined __LZCNT__ && defined __MOVBE__
  return "x86-64-v3";
#elif defined __SSE4_2__ && defined __POPCNT__
  return "x86-64-v2";
#elif defined __x86_64__
  return "x86-64";
#else
  return "other";
#endif
}

std::string offered_level() {
#ifdef __x86_64__
  // What tells a level from the one below; no processor has these without the rest.
  const bool second = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool third = second && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                     __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
  const bool fourth = third && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  return fourth ? "x86-64-v4" : third ? "x86-64-v3" : second ? "x86-64-v2" : "x86-64";
#else
  return "other";
#endif
}

bool compiled_natively() {
#ifdef LOOKAHEAD_NATIVE
  return true;
#else
  return false;
#endif
}

std::int64_t process_id() { return ::getpid(); }

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> buffer{};
  std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return buffer.data();
}

}  // namespace lookahead
