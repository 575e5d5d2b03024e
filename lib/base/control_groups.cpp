#include "base/control_groups.hpp"

#include <algorithm>
#include <fstream>
#include <limits>

#include "base/text.hpp"

namespace lookahead {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::vector<fs::path> control_groups(const std::string& controller, const fs::path& membership,
                                     const fs::path& root) {
  std::vector<fs::path> folders;
  std::ifstream file(membership);
  std::string line;
  // Lines are "0::/path" (version 2) or "4:cpu,cpuacct:/path" (version 1, a hierarchy for each controller).
  while (std::getline(file, line)) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool unified = controllers == ",,";
    if (!unified && controllers.find("," + controller + ",") == std::string::npos) continue;
    const fs::path top = unified ? root : root / controller;
    fs::path folder = top;
    folders.push_back(folder);
    for (const fs::path& part : fs::path(line.substr(second + 1)).relative_path())
      folders.push_back(folder /= part);
  }
  return folders;
}

double least_memory_limit(const std::vector<fs::path>& folders) {
  double least = std::numeric_limits<double>::infinity();
  for (const fs::path& folder : folders) {
    for (const char* name : {"memory.max", "memory.limit_in_bytes"}) {
      const auto limit = parse_number(first_line(folder / name));
      if (limit && *limit > 0) least = std::min(least, *limit);
    }
  }
  return least;
}

}  // namespace lookahead
