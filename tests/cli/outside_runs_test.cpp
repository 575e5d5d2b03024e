#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Objectives from outside where runs go on, are repeated, swept and certified.
namespace lookahead::cli {
namespace {

// f(x, y) = 1 with a gradient of (0.5, 0.5); at its 400th point it ends, once.
const std::string fragile =
    "read -r hello\necho ok\nn=0\nwhile read -r x y; do\n  n=$((n + 1))\n"
    "  if [ $n -eq 400 ] && [ ! -e broken ]; then touch broken; exit 1; fi\n  echo 1 0.5 0.5\ndone\n";

const std::string outside_problem =
    "objective: {program: [sh, mine.sh], dim: 2, lipschitz: 2, minimum: -1e6}\noptimizer: {name: adam, lr: 1e-3}\n"
    "stop: {steps: 500}\ntrace: {points: true, time: false, every: 1}\nname: p\n";

// As a run that nothing has disturbed.
void undisturbed(const Folder& folder, const std::string& output) {
  folder.write("below/broken", "");
  REQUIRE(run(folder, {"solve", "below/p.yaml", "-o", output}).code == 0);
}

}  // namespace

TEST_CASE("a run whose program has failed goes on from its checkpoint, from any folder, to the same end") {
  const Folder folder, elsewhere;
  folder.write("below/mine.sh", fragile);
  folder.write("below/p.yaml", outside_problem);
  REQUIRE(run(folder, {"solve", "below/p.yaml", "-o", "run", "--checkpoint", "1ms"}).code == 4);
  CHECK(folder.json("run/run.json")["status"] == "failed");
  const std::string before = folder.read("run/trace.csv");
  const Result resumed = run(elsewhere, {"solve", "--resume", folder.path("run")});
  CAPTURE(resumed.err);
  REQUIRE(resumed.code == 0);
  undisturbed(folder, "whole");
  CHECK(folder.read("run/trace.csv") == folder.read("whole/trace.csv"));
  CHECK(folder.read("run/solution.csv") == folder.read("whole/solution.csv"));
  CHECK(before.size() < folder.read("whole/trace.csv").size());
  // What config.yaml says is the same problem, wherever it lies.
  REQUIRE(run(elsewhere, {"solve", folder.path("run/config.yaml"), "-o", "again"}).code == 0);
  CHECK(elsewhere.read("again/trace.csv") == folder.read("whole/trace.csv"));
}

TEST_CASE("a run whose program did not answer in time keeps what was good, and asks once") {
  for (const std::string rule : {"sgd", "extragradient"}) {
    CAPTURE(rule);
    const Folder folder;
    // Every process tells that it was started; at its 41st point the first one hangs.
    folder.write(
        "mine.sh",
        "echo >> started\nread -r hello\necho ok\nn=0\nwhile read -r x y; do\n  n=$((n + 1))\n"
        "  if [ $n -eq 41 ] && [ ! -e broken ]; then touch broken; exec sleep 60; fi\n  echo 1 0.5 0.5\ndone\n");
    folder.write(
        "p.yaml",
        "objective: {program: [sh, mine.sh], dim: 2, timeout: 1s, minimum: -1e6}\noptimizer: {name: " + rule +
            ", lr: 1e-3}\nstop: {steps: 60}\ntrace: {time: false, every: 1}\nname: p\n");
    // A checkpoint is due as soon as the program was waited for.
    const Result failed = run(folder, {"solve", "p.yaml", "-o", "run", "--checkpoint", "500ms"});
    CHECK(failed.code == 4);
    CHECK(contains(failed.err, "did not answer within 1s"));
    CHECK(lines(folder.read("started")).size() == 1);
    REQUIRE(run(folder, {"solve", "p.yaml", "-o", "whole"}).code == 0);
    const Result resumed = run(folder, {"solve", "--resume", "run"});
    CAPTURE(resumed.err);
    REQUIRE(resumed.code == 0);
    CHECK(folder.read("run/solution.csv") == folder.read("whole/solution.csv"));
  }
}

TEST_CASE("a run does not go on with another program, but may with another timeout") {
  // An interpreter is called by its name, by its path, or lies beside the script.
  for (const std::string interpreter : {"sh", "/bin/sh", "./own"}) {
    CAPTURE(interpreter);
    const Folder folder;
    folder.write("below/mine.sh", fragile);
    std::filesystem::copy_file("/bin/sh", folder.path("below/own"));
    std::string problem = outside_problem;
    problem.replace(problem.find("[sh,"), 3, "[" + interpreter);
    folder.write("below/p.yaml", problem);
    REQUIRE(run(folder, {"solve", "below/p.yaml", "-o", "run", "--checkpoint", "1ms"}).code == 4);
    folder.write("below/mine.sh", fragile + "# mended\n");
    const Result other = run(folder, {"solve", "--resume", "run"});
    CAPTURE(other.err);
    CHECK(other.code == 4);
    CHECK(contains(other.err,
                   "the program, library or table of the objective is another than when the run began"));
    folder.write("below/mine.sh", fragile);
    CHECK(run(folder, {"solve", "--resume", "run", "-s", "objective.timeout=20s"}).code == 0);
  }
}

TEST_CASE("a file that a program is told to write does not make it another program") {
  const Folder folder;
  std::filesystem::copy_file("/bin/sh", folder.path("own"));
  folder.write("log", "");
  folder.write(
      "p.yaml",
      "objective: {program: [./own, -c, 'read -r l; echo ok; while read -r x; do echo $x >>log; echo 1 0 0; "
      "done', log], dim: 2}\noptimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 3}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  CHECK(!folder.read("log").empty());
  const Result on = run(folder, {"solve", "--resume", "run", "-s", "stop.steps=6"});
  CHECK_MESSAGE(on.code == 0, on.err);
}

TEST_CASE("a sweep runs programs side by side, and fails the runs whose program fails") {
  const Folder folder;
  folder.write("below/mine.sh", fragile);
  folder.write("below/broken", "");
  folder.write("below/p.yaml", outside_problem + "lookahead: {workers: 2}\n");
  folder.write(
      "sweep.yaml",
      "problem: below/p.yaml\nvary: {optimizer.lr: [1e-3, 2e-3, 3e-3], objective.processes: [1, 2]}\n"
      "seeds: 1..2\n");
  const Result result = run(folder, {"sweep", "sweep.yaml", "-o", "sweep", "--threads", "2"});
  CAPTURE(result.err);
  REQUIRE(result.code == 0);
  CHECK(contains(result.err, "runs the program sh mine.sh in "));
  const Csv rows = parse_csv(folder.read("sweep/runs.csv"));
  CHECK(rows.rows.size() == 12);
  for (const std::string& status : rows.column("status")) CHECK(status == "finished");
  std::filesystem::remove(folder.path("below/broken"));
  const Result failed =
      run(folder, {"sweep", "sweep.yaml", "-o", "other", "--threads", "1", "--vary", "optimizer.lr=4e-3"});
  CAPTURE(failed.err);
  CHECK(failed.code == 8);
  CHECK(contains(failed.err, "ended with status 1"));
}

TEST_CASE("a program that fails in one run of a sweep is there again for the next ones") {
  const Folder folder;
  // It ends where x is above 0.5.
  folder.write("mine.sh",
               "read -r hello\necho ok\nwhile read -r x y; do\n  case $x in 0.[5-9]*) exit 3;; esac\n"
               "  echo 1 0 0\ndone\n");
  folder.write(
      "p.yaml",
      "objective: {program: [sh, mine.sh], dim: 2}\noptimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 3}\n");
  for (const std::string threads : {"1", "2"}) {
    const Result result = run(folder, {"sweep", "p.yaml", "-o", "s" + threads, "--threads", threads, "--vary",
                                       "start=[[0.1, 0], [0.6, 0], [0.2, 0], [0.7, 0], [0.3, 0], [0.4, 0]]"});
    CHECK(result.code == 8);
    CHECK(folder.read("s" + threads + "/failures.csv") ==
          "index,message\n2,sh mine.sh: ended with status 3\n4,sh mine.sh: ended with status 3\n");
  }
}

TEST_CASE("what is declared of an objective is taken on the user's word") {
  const Folder folder;
  folder.write("below/mine.sh", fragile);
  folder.write("below/broken", "");
  folder.write("below/p.yaml", outside_problem);
  const std::vector<std::string> sgd = {"-s", "optimizer={name: sgd, lr: auto}"};
  Result result = run(folder, {"certify", "below/p.yaml", sgd[0], sgd[1]});
  CAPTURE(result.err);
  CHECK(result.code == 0);
  CHECK(contains(result.out, "declared by the user"));
  result = run(folder, {"solve", "below/p.yaml", "-o", "run", "-s", "objective.domain=[2, 4]"});
  CHECK(result.code == 0);
  CHECK(folder.json("run/run.json")["result"]["gap"] == 1e6 + 1);
  CHECK(parse_csv(folder.read("run/trace.csv")).column("slow_0").front() == "3.0");
}

TEST_CASE("values alone are differentiated, which is said and counted as it is") {
  const Folder folder;
  // f(x, y) = 3 x + 5 y in whole numbers of a millionth, as sh has no others.
  folder.write("mine.sh",
               "read -r hello\necho ok\nwhile read -r x y; do\n  echo | awk -v x=\"$x\" -v y=\"$y\" "
               "'{ printf \"%.17g\\n\", 3 * x + 5 * y }'\ndone\n");
  folder.write("p.yaml",
               "objective: {program: [sh, mine.sh], dim: 2, gives: value}\noptimizer: {name: sgd, lr: 1e-2}\n"
               "stop: {steps: 5}\nlookahead: false\n");
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
  CAPTURE(result.err);
  REQUIRE(result.code == 0);
  CHECK(contains(result.err, "gradients are central differences, each of 5 evaluations"));
  CHECK(folder.json("run/run.json")["grad_evals"] == 5);
  const Csv solution = parse_csv(folder.read("run/solution.csv"));
  // A linear function's differences are exact but for the rounding of its values: 2^-53 / cbrt(2^-52).
  CHECK(std::stod(solution.column("slow")[0]) == doctest::Approx(-0.15).epsilon(1e-9));
  CHECK(std::stod(solution.column("slow")[1]) == doctest::Approx(-0.25).epsilon(1e-9));
}

}  // namespace lookahead::cli
