#include "parallel/launch.hpp"

#include <cstdlib>

#include "base/text.hpp"

namespace lookahead {
namespace {

std::optional<Index> number_in(const char* name) {
  const char* text = std::getenv(name);
  const auto number = text == nullptr ? std::nullopt : parse_integer(text);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<Index>(*number);
}

}  // namespace

std::string plugin_name(const std::string& mpi) { return "liblookahead_mpi_" + mpi + ".so"; }

Index strangers_of_environment() {
  // That of a step is not set in the script of a batch, which is one process whatever the job has.
  const auto tasks = number_in("SLURM_STEP_NUM_TASKS");
  const bool first = number_in("SLURM_PROCID").value_or(1) == 0;
  for (const char* rank : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"}) {
    if (number_in(rank)) return 0;
  }
  return tasks && *tasks > 1 && first ? *tasks : 0;
}

std::optional<Launch> launch_of_environment() {
  struct Kind {
    const char *rank, *size;
    std::vector<std::string> mpis;
  };
  const Kind kinds[] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", {"openmpi"}},
                        {"PMI_RANK", "PMI_SIZE", {"mpich", "openmpi"}},
                        {"PMIX_RANK", "SLURM_STEP_NUM_TASKS", {"openmpi", "mpich"}}};
  for (const Kind& kind : kinds) {
    const auto rank = number_in(kind.rank), size = number_in(kind.size);
    // PMIx does not say how many there are.
    const bool unsaid = !size && std::string(kind.rank) == "PMIX_RANK";
    if (!rank || (!size && !unsaid) || (size && *size < 2)) continue;
    Launch launch{*rank, size.value_or(0), {}};
    for (const std::string& mpi : kind.mpis) launch.plugins.push_back(plugin_name(mpi));
    return launch;
  }
  return std::nullopt;
}

}  // namespace lookahead
