#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "run_binary.hpp"

// Where -o leads: links, pipes, devices, and files that are not to be replaced.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;

const std::string walk = "objective: rosenbrock\noptimizer: adam\nstop: {steps: 20}\n";

// Two runs, of which one method each.
void sweep_lightly(const Folder& folder, const std::string& keep = "table") {
  folder.write("p.yaml", walk);
  REQUIRE(
      run(folder, {"sweep", "p.yaml", "-q", "--vary", "optimizer.lr=[0.001,0.1]", "--keep", keep, "-o", "s"})
          .code == 0);
}

}  // namespace

TEST_CASE("behind a link the file that it leads to is written, by every option that names one") {
  const Folder folder;
  sweep_lightly(folder);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"compare", "s", "--by", "optimizer.lr", "--ioh"},
        {"compare", "s", "--by", "optimizer.lr", "-o"},
        {"eval", "p.yaml", "--at", "[1, 2]", "-o"},
        {"plot", "s", "--kind", "sensitivity", "--ascii", "-o"}}) {
    CAPTURE(command.front());
    CAPTURE(command.back());
    folder.write("file", "before");
    fs::remove(folder.path("link"));
    fs::create_symlink("file", folder.path("link"));
    std::vector<std::string> words = command;
    words.push_back("link");
    const Result result = run(folder, words);
    CHECK_MESSAGE(result.code == 0, result.err);
    CHECK(fs::is_symlink(folder.path("link")));
    CHECK(folder.read("file") != "before");
  }
}

TEST_CASE("-o to a pipe writes into it, whatever it is called") {
  const Folder folder;
  folder.write("p.yaml", walk);
  const std::string program = program_file();
  const auto through = [&](const std::string& command) {
    return works("cd " + folder.path() + " && bash -c \"" + command + "\"");
  };
  CHECK(through("set -o pipefail; " + program +
                " eval p.yaml --at 1,2 -o /dev/stdout 2>err | grep -q 1.0,2.0"));
  CHECK(through(program + " eval p.yaml --at 1,2 -o >(cat >through); sleep 0; wait; true"));
  CHECK(eventually(60,
                   [&] { return folder.exists("through") && contains(folder.read("through"), "1.0,2.0"); }));
}

TEST_CASE("a pipe that nobody reads is given up at a signal") {
  const Folder folder;
  sweep_lightly(folder);
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  for (const auto& [number, command] :
       {std::pair(SIGINT, std::vector<std::string>{"eval", "p.yaml", "--at", "[1, 2]", "-o", "pipe"}),
        std::pair(SIGTERM,
                  std::vector<std::string>{"compare", "s", "--by", "optimizer.lr", "--ioh", "pipe"})}) {
    Process process(folder, command);
    // It waits for a reader once it sleeps.
    REQUIRE(eventually(60, [&] {
      return contains(folder.read("/proc/" + std::to_string(process.pid()) + "/wchan"), "wait_for_partner") ||
             contains(folder.read("/proc/" + std::to_string(process.pid()) + "/stat"), ") S ");
    }));
    process.signal(number);
    CHECK(process.wait().code == 128 + number);
  }
}

TEST_CASE("no command writes over a file of the run that it reads, named by its folder or by a file") {
  const Folder folder;
  folder.write("d.csv", "x,y\n1,2\n2,4.1\n3,6\n");
  folder.write("p.yaml",
               "data: {train: d.csv, target: y}\nmodel: linear\noptimizer: sgd\nstop: {steps: 20}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "r"}).code == 0);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"plot", "r", "--script", "-o", "r/trace.csv"},
        {"plot", "r", "--ascii", "-o", "r/run.json"},
        {"predict", "-m", "r/model.json", "d.csv", "-o", "r/run.json"},
        {"predict", "-m", "r", "d.csv", "-o", "d.csv"},
        {"weights", "r/model.json", "-o", "r/trace.csv"}}) {
    CAPTURE(command.front());
    CAPTURE(command.back());
    const std::string before = folder.read(command.back());
    const Result result = run(folder, command);
    CHECK(result.code == 2);
    CHECK_MESSAGE(contains(result.err, "or a part of it (choose another file)"), result.err);
    CHECK(folder.read(command.back()) == before);
  }
  // A file beside the data may have the name that one of a run has.
  folder.write("solution.csv", "mine");
  CHECK(run(folder, {"predict", "-m", "r/model.json", "d.csv", "-o", "solution.csv"}).code == 0);
}

TEST_CASE(
    "a path of a sweep whose best run left no folder is not drawn, and one of a run ends where it did") {
  const Folder folder;
  sweep_lightly(folder, "traces");
  int refused = 0;
  for (const char* number : {"000001", "000002"}) {
    const Folder other;
    fs::copy(folder.path("s"), other.path("s"), fs::copy_options::recursive);
    fs::remove_all(other.path(std::string("s/runs/") + number));
    const Result result = run(other, {"plot", "s", "--kind", "path", "--ascii"});
    CHECK(result.signal == 0);
    CHECK((result.code == 0 || result.code == 4));
    refused += result.code == 4 && contains(result.err, "no run at the best settings has a folder") ? 1 : 0;
  }
  CHECK(refused == 1);
  // A run that its time ended has as many steps in its picture as it had.
  const std::string slowly =
      "name: slow\nobjective: rosenbrock\noptimizer: {name: sgd, lr: 1e-5}\ntrace: {every: 1, points: true}\n";
  const auto drawn = [&](const std::string& stop, const std::string& name) {
    folder.write("t.yaml", slowly + "stop: {" + stop + "}\n");
    REQUIRE(run(folder, {"solve", "t.yaml", "-q", "-o", name}).code == 0);
    const Result plotted = run(folder, {"plot", name, "--kind", "path", "--script"});
    REQUIRE(plotted.code == 0);
    REQUIRE(contains(plotted.out, "EOD"));
    return plotted.out.substr(plotted.out.find("EOD"));
  };
  const std::string timed = drawn("time: 100ms", "timed");
  const std::string steps = parse_csv(folder.read("timed/trace.csv")).column("step").back();
  if (steps != "0") CHECK(timed == drawn("steps: " + steps, "counted"));
}

}  // namespace lookahead::cli
