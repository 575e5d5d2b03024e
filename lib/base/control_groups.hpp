#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace lookahead {

// The folders that hold this process's limits for a controller ("cpu", "memory"): those of its control groups
// and of all groups above them, of both versions of the interface. `membership` lists the groups as
// /proc/self/cgroup does.
std::vector<std::filesystem::path> control_groups(
    const std::string& controller, const std::filesystem::path& membership = "/proc/self/cgroup",
    const std::filesystem::path& root = "/sys/fs/cgroup");

// The first line of a small file; empty where there is none.
std::string first_line(const std::filesystem::path& path);

// The least memory limit in bytes of these folders; infinity where none has one.
double least_memory_limit(const std::vector<std::filesystem::path>& folders);

}  // namespace lookahead
