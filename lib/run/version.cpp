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
