#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include "cli/run_binary.hpp"

// Open MPI's mpirun, where it is there, as what starts the program.
namespace lookahead::cli {

// Its path; nothing, and a message, where it or the program's plugin for it is not there.
inline std::optional<std::string> mpirun() {
  const std::filesystem::path program = program_file();
  const char* path = std::getenv("PATH");
  std::stringstream folders(path == nullptr ? "" : path);
  std::error_code unknown;
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto file = std::filesystem::path(folder) / "mpirun";
    if (!std::filesystem::exists(program.parent_path() / "liblookahead_mpi_openmpi.so", unknown)) break;
    if (::access(file.c_str(), X_OK) != 0) continue;
    // Another MPI has no such program beside it.
    if (std::filesystem::exists(file.parent_path() / "ompi_info", unknown)) return file.string();
  }
  MESSAGE("skipped: there is no mpirun of Open MPI, or no plugin for it");
  return std::nullopt;
}

// So many processes, more than there are processors or not, also for root.
inline Surroundings ranks(const std::string& mpirun, int count) {
  Surroundings surroundings;
  surroundings.launcher = {mpirun, "--oversubscribe",    "--bind-to", "none", "--mca", "plm", "isolated",
                           "-np",  std::to_string(count)};
  // Containers may forbid processes to read each other's memory.
  surroundings.environment = {{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                              {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                              {"OMPI_MCA_btl_vader_single_copy_mechanism", "none"}};
  return surroundings;
}

// The process that is rank `rank` of those that `launcher` has started; nothing where there is none.
inline std::optional<int> process_of_rank(const Process& launcher, int rank) {
  const std::string wanted = "OMPI_COMM_WORLD_RANK=" + std::to_string(rank);
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream stat(entry.path() / "stat");
    const std::string line{std::istreambuf_iterator<char>(stat), {}};
    int parent = 0;
    char state = ' ';
    std::istringstream rest(line.substr(std::min(line.rfind(')') + 1, line.size())));
    if (!(rest >> state >> parent) || parent != launcher.pid()) continue;
    std::ifstream environment(entry.path() / "environ");
    for (std::string variable; std::getline(environment, variable, '\0');) {
      if (variable == wanted) return std::stoi(name);
    }
  }
  return std::nullopt;
}

}  // namespace lookahead::cli
