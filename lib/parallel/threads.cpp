#include "parallel/threads.hpp"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "base/control_groups.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

// The kernel wants a set with room for all processors that the machine might have.
Index allowed_processors() {
  constexpr std::size_t usual = 1024, most = std::size_t{1} << 20;
  for (std::size_t processors = usual; processors <= most; processors *= 2) {
    std::vector<cpu_set_t> sets(processors / usual);
    const std::size_t bytes = sets.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, sets.data()) == 0) return std::max(1, CPU_COUNT_S(bytes, sets.data()));
    if (errno != EINVAL) break;
  }
  return 1;
}

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
  Index threads = allowed_processors();
  if (const Index quota = cgroup_quota(); quota > 0) threads = std::min(threads, quota);
  if (const char* slurm = std::getenv("SLURM_CPUS_PER_TASK")) {
    if (const auto allowed = parse_integer(slurm); allowed && *allowed > 0) {
      threads = std::min(threads, static_cast<Index>(*allowed));
    }
  }
  return threads;
}

}  // namespace lookahead
