#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// show: what lies below a folder, how it ended, and one of them in full.
namespace lookahead::cli {
namespace {

void write_small_sweep(const Folder& folder, const std::string& name) {
  folder.write(name + "/sweep.yaml", "name: grid\nproblems: {made: {objective: sphere}}\n");
  folder.write(
      name + "/runs.csv",
      "index,method,optimizer.lr,seed,status,stop,loss_slow,gap\n1,plain,0.1,1,finished,steps,1.5,0.5\n"
      "2,plain,0.2,1,diverged,divergence,1e9,1e9\n3,fast,0.1,1,finished,steps,1.25,0.25\n");
}

// A moment after another one, so that the order of their times does not depend on the clock's grain.
void make_older(const Folder& folder, const std::string& file) {
  const auto path = std::filesystem::path(folder.path(file));
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) - std::chrono::hours(1));
}

TEST_CASE("show lists runs and sweeps below a folder, the newest first") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 20}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "deep/er/one"}).code == 0);
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "two", "--set", "lookahead=false"}).code == 0);
  write_small_sweep(folder, "sweeps/grid");
  make_older(folder, "two/run.json");
  const Result csv = run(folder, {"show", "--csv"});
  CHECK(csv.code == 0);
  const auto rows = lines(csv.out);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0] == "folder,kind,name,what,ended,seed,steps,value,best,best_at");
  CHECK(contains(rows[3], "two,run,p,\"sgd, plain\",finished (steps),1,20,gap,"));
  CHECK(contains(csv.out, "deep/er/one,run,p,\"sgd, k = 5\",finished (steps),1,20,gap,"));
  CHECK(contains(csv.out,
                 "sweeps/grid,sweep,grid,\"2 methods, 3 points\",\"3 runs, 1 diverged\",,,gap,0.25,\"fast, "
                 "optimizer.lr = 0.1\""));
  const Result text = run(folder, {"show"});
  for (const std::string& line : lines(text.out)) CHECK_MESSAGE(line.size() <= 80, line);
  CHECK(contains(text.out, "sweep: 2 methods, 3 points"));
  const auto json = nlohmann::json::parse(run(folder, {"show", "sweeps", "two", "--json"}).out);
  REQUIRE(json.size() == 2);
  CHECK(json[0]["kind"] == "sweep");
  CHECK(json[1]["folder"] == "two");
  CHECK(contains(run(folder, {"show", "--markdown"}).out, "| two | run: sgd, plain | finished (steps) |"));
}

TEST_CASE("show tells one run or one sweep in full") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 20}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "one"}).code == 0);
  const Result one = run(folder, {"show", "one"});
  CHECK(one.code == 0);
  CHECK(contains(one.out, "p: finished (steps)"));
  for (const char* key : {"seed", "optimizer", "lookahead", "gap", "machine"}) CHECK(contains(one.out, key));
  const auto object = nlohmann::json::parse(run(folder, {"show", "one", "--json"}).out);
  CHECK(object["ended"] == "finished (steps)");
  CHECK(object["result"]["gap"] == folder.json("one/run.json")["result"]["gap"]);
  write_small_sweep(folder, "grid");
  const Result sweep = run(folder, {"show", "grid"});
  CHECK(sweep.code == 0);
  CHECK(contains(sweep.out, "grid: gap by method, each at its best point"));
  CHECK(nlohmann::json::parse(run(folder, {"show", "grid", "--json"}).out)["comparison"]["value"] == "gap");
}

TEST_CASE("show recognizes runs that are running and that were killed") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "objective: {function: sphere, noise: {gaussian: 1}}\noptimizer: sgd\nstop: {steps: 1000000000000}\n");
  Process process(folder, {"solve", "p.yaml", "-q", "-o", "one", "--checkpoint", "50ms"});
  REQUIRE(eventually(60, [&] {
    return folder.exists("one/run.json") && folder.json("one/run.json")["checkpoint"].is_number();
  }));
  CHECK(contains(run(folder, {"show"}).out, "still running"));
  CHECK(contains(run(folder, {"show", "one"}).out, "still running"));
  process.signal(SIGKILL);
  process.wait();
  CHECK(contains(run(folder, {"show"}).out, "killed after step "));
  const auto steps =
      nlohmann::json::parse(run(folder, {"show", "--json"}).out)[0]["steps"].get<std::int64_t>();
  CHECK(steps >= folder.json("one/run.json")["checkpoint"].get<std::int64_t>());
  const std::string step = std::to_string(steps);
  const std::string shown = run(folder, {"show", "one"}).out;
  CHECK_MESSAGE(contains(shown, "the run was killed; its last checkpoint is of step " + step +
                                    "; resume with: lookahead solve --resume one\n"),
                shown);
  CHECK_MESSAGE(contains(shown, "  steps      " + step + " at its last checkpoint\n"), shown);
  CHECK_FALSE(contains(shown, "rounds"));
  const std::string checked = run(folder, {"check", "one"}).out;
  CHECK_MESSAGE(checked == "one: the run was killed; its last checkpoint is of step " + step +
                               "; resume with: lookahead solve --resume one\n"
                               "  a run of sgd under Lookahead on a function\n",
                checked);
}

TEST_CASE("show goes on where a folder is damaged, and says so") {
  const Folder folder;
  CHECK(run(folder, {"show"}).code == 0);
  CHECK(contains(run(folder, {"show"}).err, "no run and no sweep below ."));
  CHECK(run(folder, {"show", "nowhere"}).code == 4);
  write_small_sweep(folder, "good");
  folder.write("bad/run.json", "{");
  folder.write("worse/sweep.yaml", "problems: [");
  folder.write("worse/runs.csv", "");
  folder.write(".hidden/run.json", "{");
  const Result result = run(folder, {"show"});
  CHECK(result.code == 4);
  CHECK(contains(result.out, "good"));
  CHECK(contains(result.err, "bad/run.json"));
  CHECK(contains(result.err, "worse"));
  CHECK_FALSE(contains(result.err, "hidden"));
  for (const std::string content :
       {"", "[]", "{}", "{\"status\": \"finished\"}", "{\"status\": \"finished\", \"result\": 3}",
        "{\"status\": \"finished\", \"lookahead\": {\"k\": []}, \"optimizer\": 1, \"name\": []}",
        "{\"status\": 1}"}) {
    folder.write("bad/run.json", content);
    for (const std::string which : {".", "bad"}) {
      const int code = run(folder, {"show", which}).code;
      CHECK_MESSAGE((code == 0 || code == 4), content);
    }
  }
}

}  // namespace
}  // namespace lookahead::cli
