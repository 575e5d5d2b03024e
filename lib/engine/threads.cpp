#include "engine/threads.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/text.hpp"

namespace lookahead {
namespace {

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// The quota that holds in `folder` and all groups above it: the least of them, 0 for none.
Index quota_upwards(const std::filesystem::path& root, const std::filesystem::path& group) {
  Index least = 0;
  std::filesystem::path folder = root / group.relative_path();
  while (true) {
    Index quota = quota_of_cpu_max(first_line(folder / "cpu.max"));
    if (quota == 0) {
      // The older interface keeps quota and period in two files.
      const std::string old = first_line(folder / "cpu.cfs_quota_us");
      if (!old.empty() && old[0] != '-')
        quota = quota_of_cpu_max(old + " " + first_line(folder / "cpu.cfs_period_us"));
    }
    if (quota > 0) least = least == 0 ? quota : std::min(least, quota);
    if (folder == root || !folder.has_relative_path() || folder.string().size() <= root.string().size())
      return least;
    folder = folder.parent_path();
  }
}

Index cgroup_quota() {
  Index least = 0;
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  // Lines are "0::/path" (v2) or "4:cpu,cpuacct:/path" (v1).
  while (std::getline(file, line)) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(",cpu,") == std::string::npos) continue;
    const std::string root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
    const Index quota = quota_upwards(root, line.substr(second + 1));
    if (quota > 0) least = least == 0 ? quota : std::min(least, quota);
  }
  return least;
}

}  // namespace

Index quota_of_cpu_max(const std::string& text) {
  std::istringstream words(text);
  std::string quota, period;
  words >> quota >> period;
  const auto q = parse_number(quota);
  const auto p = parse_number(period);
  if (!q || !p || *p <= 0 || *q <= 0) return 0;
  return std::max<Index>(1, static_cast<Index>(*q / *p));
}

Index usable_threads() {
  Index threads = 1;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) threads = std::max(1, CPU_COUNT(&set));
  if (const Index quota = cgroup_quota(); quota > 0) threads = std::min(threads, quota);
  if (const char* slurm = std::getenv("SLURM_CPUS_PER_TASK")) {
    if (const auto allowed = parse_integer(slurm); allowed && *allowed > 0) {
      threads = std::min(threads, static_cast<Index>(*allowed));
    }
  }
  return threads;
}

}  // namespace lookahead
