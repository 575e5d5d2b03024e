// The plugin that joins processes by MPI; the program loads it under a launcher (lib/parallel/team_plugin.hpp).
// The C++ bindings of old MPIs are not wanted.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#include <sched.h>

#include <algorithm>
#include <ctime>
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

// Returns when all requests are done. What MPI offers burns a processor meanwhile, which other ranks of the same
// machine may need: this gives it up, little by little.
void wait_for(MPI_Request* requests, std::size_t count) {
  constexpr int busy = 300, yielding = 600;
  constexpr timespec nap{0, 20000};
  for (int turn = 0;; ++turn) {
    int done = 0;
    MPI_Testall(static_cast<int>(count), requests, &done, MPI_STATUSES_IGNORE);
    if (done != 0) return;
    if (turn >= yielding) {
      nanosleep(&nap, nullptr);
    } else if (turn >= busy) {
      sched_yield();
    }
  }
}

void settle() {
  wait_for(posted.data(), posted.size());
  posted.clear();
}

void receive(int from, char* bytes, std::size_t size) {
  in_parts(bytes, size, [&](char* part, int length) {
    MPI_Request request;
    MPI_Irecv(part, length, MPI_BYTE, from, tag, MPI_COMM_WORLD, &request);
    wait_for(&request, 1);
  });
}

int next_sender() {
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &status);
  return there != 0 ? status.MPI_SOURCE : -1;
}

// A few bytes go down a binomial tree, as their time is that of waiting.
void broadcast_few(int from, char* bytes, std::size_t size) {
  int rank = 0, ranks = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const int place = (rank - from + ranks) % ranks;
  int distance = 1;
  while (distance < ranks && (place & distance) == 0) distance *= 2;
  if (place != 0) receive((rank - distance + ranks) % ranks, bytes, size);
  for (distance /= 2; distance > 0; distance /= 2) {
    if (place + distance < ranks) post((rank + distance) % ranks, bytes, size);
  }
  settle();
}

void broadcast(int from, char* bytes, std::size_t size) {
  constexpr std::size_t few = std::size_t{1} << 15;
  if (size <= few) return broadcast_few(from, bytes, size);
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
