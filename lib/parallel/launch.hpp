#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// How a launcher of processes that communicate (mpirun, mpiexec, srun) has started this one.
struct Launch {
  Index rank = 0;
  Index size = 0;  // 0: the launcher does not say
  // File names of the plugins that can join the others, the likeliest first.
  std::vector<std::string> plugins;
};

// From the environment: Open MPI's OMPI_COMM_WORLD_SIZE, Hydra's and SLURM's PMI_SIZE, PMIX_RANK. Nothing where
// there is no launcher, or it has started one process. SLURM_* alone is none, as every job of a batch has it.
std::optional<Launch> launch_of_environment();

// The number of processes of a step of SLURM that do not know of each other, as srun has started them without MPI. 0 on
// all processes but the first, and elsewhere.
Index strangers_of_environment();

// The name of the plugin for an MPI: "openmpi", "mpich".
std::string plugin_name(const std::string& mpi);

}  // namespace lookahead
