#include <csignal>

#include "launcher.hpp"

// A sweep whose runs several processes share out.
namespace lookahead::cli {
namespace {

// Many runs of some milliseconds.
const std::string shared_sweep =
    "problem: {objective: {function: quadratic_diag, dim: 50, noise: {gaussian: 0.1}}, optimizer: {name: sgd, "
    "lr: 1e-4}, stop: {steps: 4000}}\nvary: {optimizer.lr: {log: [1e-6, 1e-4], points: 20}}\nseeds: 1..8\n";
const std::string few_runs =
    "problem: {objective: rosenbrock, optimizer: {name: adam, lr: 0.01}, stop: {steps: 100}}\n"
    "vary: {optimizer.lr: [0.01, 0.1, 1]}\nseeds: 1..2\n";

// The same, of which halving drops most; a method is in the journal when it has ended.
const std::string halved_sweep =
    shared_sweep +
    "methods: {a: {lookahead: false}, b: {lookahead: {k: 2}}, c: {lookahead: {k: 3}}}\n"
    "halving: {from: {steps: 200}, keep: 0.5}\n";

// The lines of a journal without checksums and times, sorted: they stand in the order in which runs end.
std::vector<std::string> steady_journal(const Folder& folder, const std::string& name) {
  std::vector<std::string> all = lines(folder.read(name + "/journal.log"));
  for (std::string& line : all) line = line.substr(9, line.rfind(" time_s=") - 9);
  std::sort(all.begin(), all.end());
  return all;
}

// How the sweep s.yaml ends into a folder where a rank gets a signal once it has begun; whether the rank was there yet.
std::pair<bool, Result> signalled(const Folder& folder, const std::string& name, const Surroundings& with,
                                  int rank, int signal) {
  Process process(folder, {"sweep", "s.yaml", "-o", name}, with);
  const auto begun = [&] {
    return folder.exists(name + "/journal.log") && !folder.read(name + "/journal.log").empty();
  };
  REQUIRE(eventually(60, [&] { return begun() || !process.running(); }));
  const auto told = process_of_rank(process, rank);
  if (told) ::kill(*told, signal);
  return {told.has_value(), process.wait()};
}

}  // namespace

TEST_CASE("a sweep that ranks share out leaves the files of one process") {
  const auto launcher = mpirun();
  if (!launcher) return;
  const Folder folder;
  folder.write("s.yaml", few_runs + "keep: traces\n");
  REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "one"}).code == 0);
  for (const int count : {1, 2, 4}) {
    CAPTURE(count);
    const std::string name = "ranks-" + std::to_string(count);
    const Result shared = run(folder, {"sweep", "s.yaml", "-o", name}, ranks(*launcher, count));
    CHECK_MESSAGE(shared.code == 0, shared.err);
    CHECK(shared.out.starts_with("s: 6 of 6 runs finished in "));
    CHECK(steady_table(folder, name) == steady_table(folder, "one"));
    CHECK(steady_journal(folder, name) == steady_journal(folder, "one"));
    for (const char* file : {"points.csv", "sweep.yaml", "runs/000001/sweep.id", "runs/000006/config.yaml"})
      CHECK(folder.read(name + "/" + file) == folder.read("one/" + std::string(file)));
    CHECK(folder.exists(name + "/runs/000004/trace.csv"));
  }
}

TEST_CASE("halving over ranks leaves the table of one process, without orphans of ranks that have no runs") {
  const auto launcher = mpirun();
  if (!launcher) return;
  const Folder folder;
  folder.write("s.yaml", few_runs + "halving: {from: {rounds: 3}, keep: 0.34}\n");
  const Result one = run(folder, {"sweep", "s.yaml", "-o", "one"});
  REQUIRE_MESSAGE(one.code == 0, one.err);
  REQUIRE(contains(one.out, "4 by halving"));
  for (const int count : {2, 8}) {
    CAPTURE(count);
    const std::string name = "ranks-" + std::to_string(count);
    const Result shared = run(folder, {"sweep", "s.yaml", "-o", name}, ranks(*launcher, count));
    CHECK_MESSAGE(shared.code == 0, shared.err);
    CHECK(steady_table(folder, name) == steady_table(folder, "one"));
    CHECK(steady_journal(folder, name) == steady_journal(folder, "one"));
  }
}

TEST_CASE("a sweep of which a rank is killed goes on to the same table, with any number of processes") {
  const auto launcher = mpirun();
  if (!launcher) return;
  for (const std::string& text : {shared_sweep, halved_sweep}) {
    const Folder folder;
    folder.write("s.yaml", text);
    REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "one"}).code == 0);
    for (const int rank : {0, 1, 2}) {
      CAPTURE(rank);
      const std::string name = "killed-" + std::to_string(rank);
      const auto [reached, cut] = signalled(folder, name, ranks(*launcher, 3), rank, SIGKILL);
      const bool whole = std::ssize(lines(folder.read(name + "/journal.log"))) ==
                         std::ssize(lines(folder.read("one/journal.log")));
      if (reached && !whole) CHECK(cut.code != 0);
      const Result rest = rank == 0 ? run(folder, {"sweep", "s.yaml", "-q", "-o", name})
                                    : run(folder, {"sweep", "s.yaml", "-q", "-o", name}, ranks(*launcher, 2));
      CHECK_MESSAGE(rest.code == 0, rest.err);
      CHECK(steady_table(folder, name) == steady_table(folder, "one"));
    }
  }
}

TEST_CASE("a sweep that ranks share out ends at a signal to any of them, and goes on from there") {
  const auto launcher = mpirun();
  if (!launcher) return;
  for (const std::string& text : {shared_sweep, halved_sweep}) {
    const Folder folder;
    folder.write("s.yaml", text);
    REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "one"}).code == 0);
    for (const int rank : {0, 1}) {
      CAPTURE(rank);
      const std::string name = "cut-" + std::to_string(rank);
      const Result cut = signalled(folder, name, ranks(*launcher, 2), rank, SIGTERM).second;
      if (contains(cut.err, "interrupted; the same command goes on from here")) {
        CHECK(cut.code == 128 + SIGTERM);
        CHECK(std::ssize(parse_csv(folder.read(name + "/runs.csv")).rows) ==
              std::ssize(lines(folder.read(name + "/journal.log"))));
      }
      CHECK(run(folder, {"sweep", "s.yaml", "-q", "-o", name}, ranks(*launcher, 4)).code == 0);
      CHECK(steady_table(folder, name) == steady_table(folder, "one"));
    }
  }
}

TEST_CASE("ranks that cannot share a sweep are refused before anything is written") {
  const auto launcher = mpirun();
  if (!launcher) return;
  const Folder folder;
  folder.write("s.yaml", few_runs);
  const Surroundings two = ended_at_once(ranks(*launcher, 2));
  const Result stream = run(folder, {"sweep", "-", "-o", "i"}, two);
  CHECK(stream.code == 2);
  CHECK(contains(stream.err, "only the first of several processes has a standard input"));
  CHECK(run(folder, {"sweep", "none.yaml", "-o", "n"}, two).code == 3);
  CHECK(folder.names() == std::vector<std::string>{"s.yaml"});
  // Each in a folder of its own, which is part of what a sweep is.
  Surroundings apart = two;
  for (const char* word : {"sh", "-c", "cd $OMPI_COMM_WORLD_RANK && exec $0 $@"})
    apart.launcher.emplace_back(word);
  folder.write("0/d.csv", "x,y\n1,2\n2,4.1\n3,6\n4,8\n");
  folder.write("1/d.csv", "x,y\n1,2\n2,4.2\n3,6\n4,8\n");
  for (const char* name : {"0/p.yaml", "1/p.yaml"})
    folder.write(name, "data: {train: d.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.1}\n");
  const Result data = run(folder, {"sweep", "p.yaml", "-o", "s"}, apart);
  CHECK(data.code == 2);
  CHECK_MESSAGE(contains(data.err, "error: has another sweep: "), data.err);
  CHECK_FALSE(folder.exists("0/s"));
  CHECK_FALSE(folder.exists("1/s"));
}

TEST_CASE("what only tells of a sweep is the first rank's, and parts are carried out by each process alone") {
  const auto launcher = mpirun();
  if (!launcher) return;
  const Folder folder;
  folder.write("s.yaml", few_runs);
  const Surroundings two = ranks(*launcher, 2);
  CHECK(run(folder, {"sweep", "s.yaml", "--count"}, two).out == "6\n");
  CHECK(run(folder, {"sweep", "s.yaml", "--dry-run"}, two).out ==
        run(folder, {"sweep", "s.yaml", "--dry-run"}).out);
  Surroundings apart = two;
  for (const char* word : {"sh", "-c", "exec $0 $@ --index $((OMPI_COMM_WORLD_RANK + 3))"})
    apart.launcher.emplace_back(word);
  const Result parts = run(folder, {"sweep", "s.yaml", "-q", "-o", "s"}, apart);
  CHECK_MESSAGE(parts.code == 0, parts.err);
  CHECK(folder.exists("s/journal-run-3.log"));
  CHECK(folder.exists("s/journal-run-4.log"));
  CHECK_FALSE(folder.exists("s/journal.log"));
  const Result gathered = run(folder, {"sweep", "s.yaml", "-o", "s", "--gather"}, two);
  CHECK(gathered.code == 0);
  CHECK(gathered.out == "s: 2 of 6 runs finished (2 before)\n  files          s\n");
}

}  // namespace lookahead::cli
