// The plugin that joins processes by MPI; the program loads it under a launcher (lib/parallel/team_plugin.hpp).
// The C++ bindings of old MPIs are not wanted.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "parallel/team_plugin.hpp"

namespace {

constexpr int tag = 0;
// The sizes of messages are of type int.
constexpr std::size_t longest = std::size_t{1} << 30;

std::vector<MPI_Request> requests;  // of what was posted and is expected
int own_rank = 0, ranks = 0;
std::vector<std::string> hosts;

template <class Bytes, class Use>
void in_parts(Bytes* bytes, std::size_t size, const Use& use) {
  for (std::size_t from = 0; from < size; from += longest)
    use(bytes + from, static_cast<int>(std::min(longest, size - from)));
}

void post(int to, const char* bytes, std::size_t size) {
  in_parts(bytes, size, [&](const char* part, int length) {
    requests.emplace_back();
    MPI_Isend(part, length, MPI_BYTE, to, tag, MPI_COMM_WORLD, &requests.back());
  });
}

void expect(int from, char* bytes, std::size_t size) {
  in_parts(bytes, size, [&](char* part, int length) {
    requests.emplace_back();
    MPI_Irecv(part, length, MPI_BYTE, from, tag, MPI_COMM_WORLD, &requests.back());
  });
}

// What ranks tell each other of long waits, so that one that never comes is known: messages of one byte on a
// communicator of their own.
namespace waits {

MPI_Comm channel;
double tell_after_s = 30;
int told = 0;                                 // messages, to every other rank
std::unique_ptr<int[]> heard;                 // messages, from each
std::unique_ptr<std::atomic<bool>[]> others;  // whether they wait
constexpr char words[] = {0, 1};

void tell(bool waiting) {
  for (int to = 0; to < ranks; ++to) {
    if (to == own_rank) continue;
    MPI_Request request;
    MPI_Isend(&words[waiting ? 1 : 0], 1, MPI_BYTE, to, tag, channel, &request);
    // The word stays, and what becomes of it changes nothing here.
    MPI_Request_free(&request);
  }
  ++told;
}

void hear(int from) {
  char word = 0;
  MPI_Recv(&word, 1, MPI_BYTE, from, tag, channel, MPI_STATUS_IGNORE);
  others[static_cast<std::size_t>(from)] = word != 0;
  ++heard[static_cast<std::size_t>(from)];
}

void hear_all() {
  for (;;) {
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tag, channel, &there, &status);
    if (there == 0) return;
    hear(status.MPI_SOURCE);
  }
}

// One wait, from when it is a long one.
class Wait {
 public:
  Wait() : began_(MPI_Wtime()) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() {
    if (told_) tell(false);
  }
  // To be called again and again.
  void look() {
    constexpr double between_s = 0.02;
    const double now = MPI_Wtime();
    if (now - looked_ < between_s) return;
    looked_ = now;
    hear_all();
    if (told_ || now - began_ < tell_after_s) return;
    told_ = true;
    tell(true);
  }

 private:
  double began_, looked_ = 0;
  bool told_ = false;
};

}  // namespace waits

// Returns when all requests are done. What MPI offers burns a processor meanwhile, which other ranks of the same
// machine may need: this gives it up, little by little.
void wait_for(MPI_Request* requests, std::size_t count) {
  constexpr int busy = 300, yielding = 600;
  constexpr timespec nap{0, 20000};
  const auto done = [&] {
    int all = 0;
    MPI_Testall(static_cast<int>(count), requests, &all, MPI_STATUSES_IGNORE);
    return all != 0;
  };
  for (int turn = 0; turn < yielding; ++turn) {
    if (done()) return;
    if (turn >= busy) sched_yield();
  }
  waits::Wait wait;
  while (!done()) {
    nanosleep(&nap, nullptr);
    wait.look();
  }
}

void settle() {
  wait_for(requests.data(), requests.size());
  requests.clear();
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
  const int place = (own_rank - from + ranks) % ranks;
  int distance = 1;
  while (distance < ranks && (place & distance) == 0) distance *= 2;
  if (place != 0) receive((own_rank - distance + ranks) % ranks, bytes, size);
  for (distance /= 2; distance > 0; distance /= 2) {
    if (place + distance < ranks) post((own_rank + distance) % ranks, bytes, size);
  }
  settle();
}

void broadcast(int from, char* bytes, std::size_t size) {
  constexpr std::size_t few = std::size_t{1} << 15;
  if (size <= few) return broadcast_few(from, bytes, size);
  // MPI's own is quick and burns a processor: it is entered when there is something to be had.
  char begins = 0;
  broadcast_few(from, &begins, 1);
  in_parts(bytes, size,
           [&](char* part, int length) { MPI_Bcast(part, length, MPI_BYTE, from, MPI_COMM_WORLD); });
}

const char* host(int rank) { return hosts[static_cast<std::size_t>(rank)].c_str(); }

void tell_after(double seconds) { waits::tell_after_s = seconds; }

int has_told_wait(int rank) { return waits::others[static_cast<std::size_t>(rank)] ? 1 : 0; }

// MPI wants every message received.
void leave() {
  std::vector<int> expected(static_cast<std::size_t>(ranks));
  waits::tell_after_s = std::numeric_limits<double>::infinity();
  MPI_Request request;
  MPI_Iallgather(&waits::told, 1, MPI_INT, expected.data(), 1, MPI_INT, MPI_COMM_WORLD, &request);
  wait_for(&request, 1);
  for (int from = 0; from < ranks; ++from) {
    const auto i = static_cast<std::size_t>(from);
    while (from != own_rank && waits::heard[i] < expected[i]) waits::hear(from);
  }
  MPI_Finalize();
}

void learn_hosts() {
  std::vector<char> names(static_cast<std::size_t>(ranks) * MPI_MAX_PROCESSOR_NAME);
  char own[MPI_MAX_PROCESSOR_NAME] = {};
  int length = 0;
  MPI_Get_processor_name(own, &length);
  MPI_Allgather(own, MPI_MAX_PROCESSOR_NAME, MPI_CHAR, names.data(), MPI_MAX_PROCESSOR_NAME, MPI_CHAR,
                MPI_COMM_WORLD);
  hosts.reserve(static_cast<std::size_t>(ranks));
  for (std::size_t from = 0; from < names.size(); from += MPI_MAX_PROCESSOR_NAME)
    hosts.emplace_back(names.data() + from);
}

void abort_all(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

}  // namespace

extern "C" __attribute__((visibility("default"))) const lookahead_team_plugin* lookahead_team_join() {
  static char name[MPI_MAX_LIBRARY_VERSION_STRING];
  static lookahead_team_plugin plugin;
  int threads = 0, length = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &threads);
  MPI_Get_library_version(name, &length);
  MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  MPI_Comm_dup(MPI_COMM_WORLD, &waits::channel);
  waits::heard = std::make_unique<int[]>(static_cast<std::size_t>(ranks));
  waits::others = std::make_unique<std::atomic<bool>[]>(static_cast<std::size_t>(ranks));
  learn_hosts();
  plugin = {lookahead_team_version,
            own_rank,
            ranks,
            name,
            host,
            tell_after,
            has_told_wait,
            post,
            expect,
            settle,
            receive,
            next_sender,
            broadcast,
            leave,
            abort_all};
  return &plugin;
}
