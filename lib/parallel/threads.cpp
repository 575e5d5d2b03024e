#include "parallel/threads.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/control_groups.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

Index cgroup_quota() {
  Index least = 0;
  for (const auto& folder : control_groups("cpu")) {
    Index quota = quota_of_cpu_max(first_line(folder / "cpu.max"));
    if (quota == 0) {
      // The older interface keeps quota and period in two files.
      const std::string old = first_line(folder / "cpu.cfs_quota_us");
      if (!old.empty() && old[0] != '-')
        quota = quota_of_cpu_max(old + " " + first_line(folder / "cpu.cfs_period_us"));
    }
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
