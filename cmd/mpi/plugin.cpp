// The plugin that joins processes by MPI; the program loads it under a launcher (lib/parallel/team_plugin.hpp).
// The C++ bindings of old MPIs are not wanted.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <vector>

#include "parallel/team_plugin.hpp"

namespace {

constexpr int tag = 0;
// The sizes of messages are of type int.
constexpr std::size_t longest = std::size_t{1} << 30;

std::vector<MPI_Request> posted;

template <class Bytes, class Use>
void in_parts(Bytes* bytes, std::size_t size, const Use& use) {
  for (std::size_t from = 0; from < size; from += longest)
    use(bytes + from, static_cast<int>(std::min(longest, size - from)));
}

void post(int to, const char* bytes, std::size_t size) {
  in_parts(bytes, size, [&](const char* part, int length) {
    posted.emplace_back();
    MPI_Isend(part, length, MPI_BYTE, to, tag, MPI_COMM_WORLD, &posted.back());
  });
}

void settle() {
  MPI_Waitall(static_cast<int>(posted.size()), posted.data(), MPI_STATUSES_IGNORE);
  posted.clear();
}

void receive(int from, char* bytes, std::size_t size) {
  in_parts(bytes, size, [&](char* part, int length) {
    MPI_Recv(part, length, MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  });
}

int next_sender() {
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &status);
  return there != 0 ? status.MPI_SOURCE : -1;
}

void broadcast(int from, char* bytes, std::size_t size) {
  in_parts(bytes, size,
           [&](char* part, int length) { MPI_Bcast(part, length, MPI_BYTE, from, MPI_COMM_WORLD); });
}

void leave() { MPI_Finalize(); }

void abort_all(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

}  // namespace

extern "C" __attribute__((visibility("default"))) const lookahead_team_plugin* lookahead_team_join() {
  static char name[MPI_MAX_LIBRARY_VERSION_STRING];
  static lookahead_team_plugin plugin;
  int threads = 0, length = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &threads);
  MPI_Get_library_version(name, &length);
  plugin = {
      lookahead_team_version, 0, 0, name, post, settle, receive, next_sender, broadcast, leave, abort_all};
  MPI_Comm_rank(MPI_COMM_WORLD, &plugin.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &plugin.size);
  return &plugin;
}
