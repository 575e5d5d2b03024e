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
#include <vector>

#include "cli/run_binary.hpp"

// What starts the program as several processes, where it is there.
namespace lookahead::cli {

struct Launcher {
  std::string file;    // its path
  std::string plugin;  // the name of the file that the program needs for it
  std::string rank;    // the variable of the environment in which a process finds its number
  bool of_openmpi = false;
};

// The mpirun of an MPI, where it and the program's plugin for it are there. `sign` is a program that this MPI has beside
// it, `other` one of another MPI, which may be what is called mpirun alone.
inline std::optional<Launcher> launcher_of(const std::string& mpi, const std::string& rank,
                                           const std::string& sign, const std::string& other) {
  const std::string plugin = "liblookahead_mpi_" + mpi + ".so";
  std::error_code unknown;
  if (!std::filesystem::exists(std::filesystem::path(program_file()).parent_path() / plugin, unknown))
    return std::nullopt;
  const char* path = std::getenv("PATH");
  std::stringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path place(folder);
    if (!std::filesystem::exists(place / sign, unknown)) continue;
    const bool alone = !std::filesystem::exists(place / other, unknown);
    for (const std::string& name : {"mpirun." + mpi, std::string(alone ? "mpirun" : "")}) {
      if (!name.empty() && ::access((place / name).c_str(), X_OK) == 0)
        return Launcher{(place / name).string(), plugin, rank, mpi == "openmpi"};
    }
  }
  return std::nullopt;
}

// That of Open MPI; nothing, and a message, where it is not there.
inline std::optional<Launcher> mpirun() {
  auto launcher = launcher_of("openmpi", "OMPI_COMM_WORLD_RANK", "ompi_info", "mpichversion");
  if (!launcher) MESSAGE("skipped: there is no mpirun of Open MPI, or no plugin for it");
  return launcher;
}

// All that are there.
inline std::vector<Launcher> launchers() {
  std::vector<Launcher> all;
  if (auto openmpi = mpirun()) all.push_back(*openmpi);
  if (auto mpich = launcher_of("mpich", "PMI_RANK", "mpichversion", "ompi_info")) all.push_back(*mpich);
  return all;
}

// So many processes, more than there are processors or not, also for root.
inline Surroundings ranks(const Launcher& launcher, int count) {
  Surroundings surroundings;
  surroundings.launcher = {launcher.file};
  if (launcher.of_openmpi) {
    for (const char* word : {"--oversubscribe", "--bind-to", "none", "--mca", "plm", "isolated"})
      surroundings.launcher.emplace_back(word);
    // Containers may forbid processes to read each other's memory.
    surroundings.environment = {{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                                {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                                {"OMPI_MCA_btl_vader_single_copy_mechanism", "none"}};
  }
  surroundings.launcher.emplace_back("-np");
  surroundings.launcher.push_back(std::to_string(count));
  return surroundings;
}

// Where one process ends with an error, the launcher ends the others without giving them a second to do so themselves:
// where nothing has begun there is nothing to wait for.
inline Surroundings ended_at_once(Surroundings surroundings) {
  surroundings.environment["OMPI_MCA_odls_base_sigkill_timeout"] =
      "0";  // which others than Open MPI leave alone
  return surroundings;
}

// The parent of a process; 0 where there is none.
inline int parent_of(int process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  const std::string line{std::istreambuf_iterator<char>(stat), {}};
  std::istringstream rest(line.substr(std::min(line.rfind(')') + 1, line.size())));
  char state = ' ';
  int parent = 0;
  return rest >> state >> parent ? parent : 0;
}

// The process of the program that is rank `rank` of those that `launcher` has started; nothing where there is none.
inline std::optional<int> process_of_rank(const Process& launcher, int rank) {
  const std::string number = "_RANK=" + std::to_string(rank);
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    int ancestor = std::stoi(name);
    while (ancestor > 1 && ancestor != launcher.pid()) ancestor = parent_of(ancestor);
    std::error_code unknown;
    if (ancestor != launcher.pid() ||
        std::filesystem::read_symlink(entry.path() / "exe", unknown).filename() != "lookahead")
      continue;
    std::ifstream environment(entry.path() / "environ");
    for (std::string variable; std::getline(environment, variable, '\0');) {
      if (variable == "OMPI_COMM_WORLD" + number || variable == "PMI" + number) return std::stoi(name);
    }
  }
  return std::nullopt;
}

// What sweeps have in common that were carried out in different ways: runs.csv without its last column, the time.
inline std::string steady_table(const Folder& folder, const std::string& name) {
  std::string out;
  for (const std::string& line : lines(folder.read(name + "/runs.csv")))
    out += line.substr(0, line.rfind(',')) + '\n';
  return out;
}

}  // namespace lookahead::cli
