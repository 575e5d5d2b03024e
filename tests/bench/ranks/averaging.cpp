// The mean of the points of several processes, by the program's tree of workers and by
// MPI_Allreduce: time and bits. See ../README.md for how it is built and what it has shown.
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "engine/workers_mean.hpp"
#include "parallel/pool.hpp"
#include "parallel/team.hpp"
#include "parallel/team_plugin.hpp"

extern "C" const lookahead_team_plugin* lookahead_team_join();

namespace {

using namespace lookahead;

class BenchTeam final : public Team {
 public:
  explicit BenchTeam(const lookahead_team_plugin& plugin) : plugin_(plugin) {}
  Index rank() const override { return plugin_.rank; }
  Index size() const override { return plugin_.size; }
  void post(Index to, std::span<const char> bytes) override {
    plugin_.post(static_cast<int>(to), bytes.data(), bytes.size());
  }
  void expect(Index from, std::span<char> bytes) override {
    plugin_.expect(static_cast<int>(from), bytes.data(), bytes.size());
  }
  void settle() override { plugin_.settle(); }
  void receive(Index from, std::span<char> bytes) override {
    plugin_.receive(static_cast<int>(from), bytes.data(), bytes.size());
  }
  void broadcast(Index from, std::span<char> bytes) override {
    plugin_.broadcast(static_cast<int>(from), bytes.data(), bytes.size());
  }

 private:
  const lookahead_team_plugin& plugin_;
};

constexpr int agents = 8;

// Point `agent` of the eight that are averaged, whatever the number of processes.
double coordinate(int agent, std::size_t i) {
  return 1.0 /
         (1.0 + static_cast<double>((i * 2654435761u + static_cast<std::size_t>(agent) * 40503u) % 1000003));
}

std::uint64_t hash_of(const std::vector<double>& values) {
  std::uint64_t hash = 14695981039346656037u;
  for (const double value : values) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 1099511628211u;
  }
  return hash;
}

struct Times {
  double least = 1e9, median = 0;
};

Times times_of(std::vector<double>& all) {
  std::sort(all.begin(), all.end());
  return {all.front(), all[all.size() / 2]};
}

// Of the slowest rank, in seconds.
template <class Work>
double time_of(const Work& work) {
  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = MPI_Wtime();
  work();
  double own = MPI_Wtime() - begin, longest = 0;
  MPI_Allreduce(&own, &longest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return longest;
}

void measure(BenchTeam& team, std::size_t d) {
  const Block own = block_of(agents, team);
  std::vector<std::vector<double>> points;
  for (Index a = own.first; a < own.first + own.count; ++a) {
    points.emplace_back(d);
    for (std::size_t i = 0; i < d; ++i) points.back()[i] = coordinate(static_cast<int>(a), i);
  }
  std::vector<double> mean(d), sum(d);
  Pool pool(1);
  const WorkersMean<double> workers_mean({}, agents, own, pool, team);
  const int repetitions = d < 100000 ? 101 : 21;
  const auto by_tree = [&] {
    workers_mean(mean, [&](std::size_t w) { return std::span<const double>(points[w]); });
  };
  const auto by_mpi = [&] {
    std::copy(points[0].begin(), points[0].end(), sum.begin());
    for (std::size_t a = 1; a < points.size(); ++a) {
      for (std::size_t i = 0; i < d; ++i) sum[i] += points[a][i];
    }
    MPI_Allreduce(MPI_IN_PLACE, sum.data(), static_cast<int>(d), MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    for (std::size_t i = 0; i < d; ++i) sum[i] *= 1.0 / agents;
  };
  // In turn, so that both meet the same machine.
  std::vector<double> tree_times, mpi_times;
  for (int turn = 0; turn < repetitions; ++turn) {
    tree_times.push_back(time_of(by_tree));
    mpi_times.push_back(time_of(by_mpi));
  }
  const Times tree = times_of(tree_times), reduced = times_of(mpi_times);
  if (!team.first()) return;
  std::printf("%zu,%d,%.1f,%.1f,%.1f,%.1f,%.2f,%016llx,%016llx\n", d, static_cast<int>(team.size()),
              1e6 * tree.least, 1e6 * tree.median, 1e6 * reduced.least, 1e6 * reduced.median,
              tree.median / reduced.median, static_cast<unsigned long long>(hash_of(mean)),
              static_cast<unsigned long long>(hash_of(sum)));
}

}  // namespace

int main() {
  const lookahead_team_plugin& plugin = *lookahead_team_join();
  BenchTeam team(plugin);
  if (team.first()) {
    std::puts("d,ranks,tree_least_us,tree_us,allreduce_least_us,allreduce_us,ratio,tree_bits,allreduce_bits");
  }
  for (const std::size_t d : {100u, 1000u, 10000u, 100000u, 1000000u}) measure(team, d);
  plugin.leave();
}
