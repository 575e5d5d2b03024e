#pragma once
#include <filesystem>

#include "base/scalar.hpp"

namespace lookahead {

// How many threads this process may really use: the smallest of its affinity mask, the CPU quota of its
// control groups (rounded down, at least 1) and SLURM_CPUS_PER_TASK. At least 1.
Index usable_threads();

// The quota in whole CPUs of a cgroup v2 "cpu.max" text such as "150000 100000" (-> 1); 0 for "max" or no
// quota.
Index quota_of_cpu_max(const std::string& text);

}  // namespace lookahead
