#include <doctest/doctest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "cli/same_files.hpp"
#include "run_binary.hpp"

// A run is continued from what it left, or the program says why it cannot be.
namespace lookahead::cli {
namespace {

using Words = std::vector<std::string>;

const std::string chained =
    "objective: {function: rosenbrock_chained, dim: 50}\noptimizer: {name: adam, lr: 1e-3}\nstop: {steps: "
    "30000}\ntrace: {time: false}\n";
const std::string classes =
    "data: {train: t.csv, target: three, validation: {folds: 4}}\nmodel: softmax\noptimizer: {name: adam, lr: "
    "1e-2}\nbatch: 8\nstop: {epochs: 20}\ntrace: {time: false}\n";

// What has to be the same of two runs.
void check_same(const Folder& folder, const std::string& one, const std::string& other) {
  check_same_files(folder, one, other, "warnings");
}

// Kills a run once its folder has what is named.
void kill_when(const Folder& folder, const Words& arguments, const std::string& file) {
  Process process(folder, arguments);
  REQUIRE(eventually(60, [&] { return folder.exists(file) || !process.running(); }));
  process.signal(SIGKILL);
  process.wait();
}

}  // namespace

TEST_CASE("a killed run says so, is told of by other commands, and is continued to the same files") {
  const Folder folder;
  folder.write("p.yaml", chained);
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "whole"}).code == 0);
  kill_when(folder, {"solve", "-q", "p.yaml", "-o", "cut", "--checkpoint", "1ms"}, "cut/checkpoint.bin");
  if (folder.json("cut/run.json")["status"] == "running") {
    folder.write("next.yaml", chained + "start: {run: cut}\n");
    const Result next = run(folder, {"solve", "-q", "next.yaml", "-o", "next", "--set", "stop.steps=1"});
    CHECK(next.code == 0);
  }
  const Result resumed = solve_quietly(folder, {"--resume", "cut", "--threads", "2"});
  CHECK(resumed.code == 0);
  check_same(folder, "whole", "cut");
  CHECK(folder.json("cut/run.json")["checkpoint"] == 30000);
  CHECK_FALSE(folder.exists("cut/checkpoint.bin.tmp"));
}

TEST_CASE("finished folds are kept, and those that are not are trained") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", classes);
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "whole"}).code == 0);
  kill_when(folder, {"solve", "-q", "p.yaml", "-o", "cut", "--checkpoint", "1ms"}, "cut/checkpoint.bin");
  CHECK(solve_quietly(folder, {"--resume", "cut"}).code == 0);
  check_same(folder, "whole", "cut");
  // From the end's checkpoint too, which holds all of them.
  std::string json = folder.read("cut/run.json");
  json.replace(json.find("finished"), 8, "running");
  folder.write("cut/run.json", json);
  CHECK(solve_quietly(folder, {"--resume", "cut"}).code == 0);
  check_same(folder, "whole", "cut");
}

TEST_CASE("the model of a killed run predicts, with a note") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 1e-2}\nstop: {epochs: 10}\n");
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "cut"}).code == 0);
  const Result whole = run(folder, {"predict", "-m", "cut", "t.csv"});
  const std::string ended = run(folder, {"check", "cut"}).out;
  CHECK_MESSAGE(
      ended.starts_with("cut: the run has ended: finished\n  a run of sgd under Lookahead on data, "), ended);
  CHECK_MESSAGE(contains(ended, "it can go on: lookahead solve --resume cut --set stop.epochs=N\n"), ended);
  CHECK_MESSAGE(!contains(ended, "lookahead.slow: "), ended);
  std::string json = folder.read("cut/run.json");
  json.replace(json.find("finished"), 8, "running");
  folder.write("cut/run.json", json);
  const Result predicted = run(folder, {"predict", "-m", "cut", "t.csv"});
  CHECK(predicted.code == 0);
  CHECK(predicted.out == whole.out);
  CHECK(contains(predicted.err,
                 "was killed; its last checkpoint is of step 20; resume with: lookahead solve --resume cut"));
  CHECK(run(folder, {"predict", "-m", "cut/checkpoint.bin", "t.csv"}).out == whole.out);
  folder.write(
      "next.yaml",
      "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: adam\nstart: {run: cut}\nstop: {epochs: 1}\n");
  CHECK(contains(run(folder, {"solve", "next.yaml"}).err, "was killed; its last checkpoint is of step 20"));
  const Result occupied = solve_quietly(folder, {"p.yaml", "-o", "cut"});
  CHECK(occupied.code == 5);
  CHECK(contains(
      occupied.err,
      "its run was killed; its last checkpoint is of step 20; resume with: lookahead solve --resume cut"));
  CHECK(
      contains(run(folder, {"certify", "cut"}).err, "the run was killed; its last checkpoint is of step 20"));
  const Result checked = run(folder, {"check", "cut"});
  CHECK(checked.code == 0);
  CHECK(contains(checked.out, "was killed; its last checkpoint is of step 20"));
  CHECK(contains(checked.out, "a run of "));
  CHECK_MESSAGE(!contains(checked.out, "lookahead.slow: "), checked.out);
  CHECK(contains(run(folder, {"check", "-v", "cut"}).out, "lookahead.slow: "));
  // A kill between the checkpoint and the run.json that tells of it.
  json.replace(json.find("\"checkpoint\": 20"), 16, "\"checkpoint\": 10");
  folder.write("cut/run.json", json);
  CHECK(contains(run(folder, {"check", "cut"}).out, "was killed; its last checkpoint is of step 20"));
}

TEST_CASE("a rate that was chosen for the problem keeps its certificate, with a checkpoint and without") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "objective: {function: quadratic, dim: 4}\noptimizer: {name: sgd, lr: auto}\nstop: {steps: 50}\n"
      "trace: {time: false}\n");
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "whole"}).code == 0);
  for (const bool checkpoint : {true, false}) {
    CAPTURE(checkpoint);
    REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "cut", "--force"}).code == 0);
    std::string json = folder.read("cut/run.json");
    json.replace(json.find("finished"), 8, "running");
    folder.write("cut/run.json", json);
    if (!checkpoint) std::filesystem::remove(folder.path("cut/checkpoint.bin"));
    CHECK(solve_quietly(folder, {"--resume", "cut"}).code == 0);
    check_same(folder, "whole", "cut");
    // The keys of a certificate keep their order.
    const auto certificate = [&](const std::string& run) {
      const std::string text = folder.read(run + "/run.json");
      const auto from = text.find("\"certificate\"");
      return text.substr(from, text.find("\"warnings\"") - from);
    };
    CHECK(certificate("whole") == certificate("cut"));
  }
}

TEST_CASE("a run goes on beyond its end where its schedules allow it, with the bits of the longer run") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("function.yaml", chained);
  folder.write("folds.yaml", classes);
  const std::vector<std::pair<std::string, Words>> longer = {
      {"function.yaml", {"--set", "stop.steps=40000"}},
      {"function.yaml", {"--set", "stop.steps=40000", "--set", "trace.every=sync"}},
      {"folds.yaml", {"--set", "stop.epochs=30"}}};
  for (const auto& [problem, set] : longer) {
    const auto& the_problem = problem;
    CAPTURE(the_problem);
    const bool rows = set.size() > 2;
    Words arguments = {problem, "-o", "whole", "--force"};
    arguments.insert(arguments.end(), set.begin(), set.end());
    REQUIRE(solve_quietly(folder, arguments).code == 0);
    REQUIRE(solve_quietly(folder, {problem, "-o", "cut", "--force"}).code == 0);
    Words resume = {"--resume", "cut"};
    resume.insert(resume.end(), set.begin(), set.end());
    CHECK(solve_quietly(folder, resume).code == 0);
    if (!rows) check_same(folder, "whole", "cut");
    // The rows before the first end stay as they were.
    if (rows) CHECK(folder.read("whole/solution.csv") == folder.read("cut/solution.csv"));
  }
}

TEST_CASE("an end by a value goes on where the run knows that it has not met it, with the bits of that run") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("function.yaml", chained);
  folder.write("batches.yaml",
               "data: {train: t.csv, target: y, validation: 0.3}\nmodel: linear\nbatch: 8\n"
               "optimizer: {name: sgd, lr: 1e-3}\ntrace: {time: false}\n"
               "stop: {epochs: 60, patience: {metric: val_loss, epochs: 40}}\n");
  // Every loss is known of one, those of epochs' ends of the other.
  const std::vector<std::pair<std::string, Words>> later = {
      {"function.yaml", {"--set", "stop.target=1e-9", "--set", "stop.steps=40000"}},
      {"batches.yaml", {"--set", "stop.target=0.01", "--set", "stop.epochs=90"}},
      {"batches.yaml", {"--set", "stop.patience.epochs=50", "--set", "stop.epochs=90"}},
      {"batches.yaml", {"--set", "stop.divergence=1e13", "--set", "stop.epochs=90"}}};
  for (const auto& [problem, set] : later) {
    const auto& the_set = set[1];
    CAPTURE(the_set);
    Words whole = {problem, "-o", "whole", "--force"};
    whole.insert(whole.end(), set.begin(), set.end());
    REQUIRE(solve_quietly(folder, whole).code == 0);
    REQUIRE(solve_quietly(folder, {problem, "-o", "cut", "--force"}).code == 0);
    Words resume = {"--resume", "cut"};
    resume.insert(resume.end(), set.begin(), set.end());
    CHECK(solve_quietly(folder, resume).code == 0);
    check_same(folder, "whole", "cut");
  }
}

TEST_CASE("an end by a value that lies behind, or that the run has not watched, is refused by its key") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("watched.yaml", chained);
  folder.write("noisy.yaml",
               "objective: {function: rational, dim: 3, noise: {gaussian: 0.1}}\noptimizer: lbfgs\n"
               "stop: {steps: 50}\n");
  folder.write("d.yaml",
               "data: {train: t.csv, target: y, validation: 0.3}\nmodel: linear\nbatch: 8\n"
               "optimizer: {name: sgd, lr: 5e-2}\n"
               "stop: {epochs: 30, patience: {metric: val_loss, epochs: 25, min_delta: 100}}\n");
  REQUIRE(solve_quietly(folder, {"watched.yaml", "-o", "watched", "--set", "stop.grad_norm=1e-9"}).code == 0);
  REQUIRE(solve_quietly(folder, {"noisy.yaml", "-o", "noisy"}).code == 0);
  REQUIRE(solve_quietly(folder, {"d.yaml", "-o", "d"}).code == 0);
  const auto refused = [&](const std::string& run, const std::string& set, const std::string& why) {
    CAPTURE(set);
    const std::string before = folder.read(run + "/run.json");
    const Result result = solve_quietly(folder, {"--resume", run, "--set", set});
    CHECK(result.code == 3);
    CHECK_MESSAGE(contains(result.err, why), result.err);
    CHECK_MESSAGE(contains(result.err, "--set " + set.substr(0, set.find('='))), result.err);
    // A value that lies behind is quoted as it was given.
    if (contains(result.err, "has come down to"))
      CHECK_MESSAGE(contains(result.err, "--set " + set + ":"), result.err);
    CHECK(folder.read(run + "/run.json") == before);
  };
  refused("watched", "stop.target=999.5", "the run has come down to ");
  refused("watched", "stop.grad_norm=1000.5", "the run has come down to ");
  refused("watched", "stop.divergence=1", "the run has been allowed more so far");
  refused("noisy", "stop.target=1e-3", "has not watched the loss of its slow points so far");
  refused("noisy", "stop.grad_norm=1e-3", "has not watched the gradient's norm so far");
  refused("d", "stop.patience.epochs=3", "epochs without a gain already");
}

TEST_CASE("a finished run is left alone and has its exit code again") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: rosenbrock\noptimizer: {name: sgd, lr: 1e-4}\nstop: {steps: 50, target: 1e-9}\n");
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "run"}).code == 0);
  const std::string before = folder.read("run/run.json");
  const Result again = run(folder, {"solve", "--resume", "run", "--json"});
  CHECK(again.code == 0);
  CHECK(again.out == before);
  CHECK(contains(again.err, "the run has ended already; nothing was done"));
  CHECK(run(folder, {"solve", "--resume", "run", "--require-target"}).code == 7);
  CHECK(run(folder, {"solve", "--resume", "run", "--require", "loss_slow<0"}).code == 7);
  CHECK(folder.read("run/run.json") == before);
  // Its later sitting may have left no checkpoint; an end that was edited is another one.
  CHECK(solve_quietly(folder, {"--resume", "run", "--set", "stop.steps=80", "--checkpoint", "none"}).code ==
        0);
  const Result finished = run(folder, {"solve", "--resume", "run"});
  CHECK(contains(finished.err, "the run has ended already; nothing was done"));
  std::string config = folder.read("run/config.yaml");
  config.replace(config.find("steps: 80"), 9, "steps: 90");
  folder.write("run/config.yaml", config);
  CHECK(solve_quietly(folder, {"--resume", "run"}).code == 0);
  CHECK(folder.json("run/run.json")["steps"] == 90);
  folder.write("d.yaml", "objective: rosenbrock\noptimizer: {name: sgd, lr: 10}\n");
  CHECK(solve_quietly(folder, {"d.yaml", "-o", "diverged"}).code == 6);
  CHECK(solve_quietly(folder, {"--resume", "diverged"}).code == 6);
}

TEST_CASE("with the problem's file a run begins where there is none, and goes on where there is one") {
  const Folder folder;
  folder.write("p.yaml", chained);
  CHECK(solve_quietly(folder, {"p.yaml", "--resume", "run", "--set", "stop.steps=100"}).code == 0);
  CHECK(solve_quietly(folder, {"p.yaml", "--resume", "run", "--set", "stop.steps=200"}).code == 0);
  CHECK(folder.json("run/run.json")["steps"] == 200);
  folder.write("p.yaml", chained + "lookahead: {k: 6}\n");
  const Result other = solve_quietly(folder, {"p.yaml", "--resume", "run", "--set", "stop.steps=300"});
  CHECK(other.code == 3);
  CHECK(contains(other.err, "the problem given differs from that of the run in lookahead"));
}

TEST_CASE("a run that was to replace another one leaves nothing of it once it is continued") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("old.yaml", classes);
  folder.write("p.yaml", chained);
  REQUIRE(solve_quietly(folder, {"p.yaml", "-o", "whole"}).code == 0);
  REQUIRE(solve_quietly(folder, {"old.yaml", "-o", "cut"}).code == 0);
  Process process(folder, {"solve", "-q", "p.yaml", "-o", "cut", "--force", "--checkpoint", "1ms"});
  REQUIRE(eventually(60, [&] {
    return contains(folder.read("cut/config.yaml"), "rosenbrock_chained") || !process.running();
  }));
  process.signal(SIGKILL);
  process.wait();
  CHECK(solve_quietly(folder, {"--resume", "cut"}).code == 0);
  check_same(folder, "whole", "cut");
  // Killed between the two: the problem is not that of run.json.
  folder.write("cut/config.yaml", folder.read("whole/config.yaml"));
  REQUIRE(solve_quietly(folder, {"old.yaml", "-o", "other"}).code == 0);
  std::string json = folder.read("other/run.json");
  json.replace(json.find("finished"), 8, "running");
  folder.write("cut/run.json", json);
  const Result mixed = solve_quietly(folder, {"--resume", "cut"});
  CHECK(mixed.code == 5);
  CHECK(contains(mixed.err, "is the problem of another run than run.json beside it"));
}

TEST_CASE("another problem is refused whatever it is, and so is an end that was edited") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("f.yaml", chained);
  folder.write("d.yaml",
               "name: f\ndata: {train: t.csv, target: y, validation: 0.2}\nmodel: linear\n"
               "optimizer: {name: sgd, lr: {cosine: {from: 1e-2}}}\nstop: {epochs: 10}\n");
  REQUIRE(solve_quietly(folder, {"f.yaml", "-o", "f"}).code == 0);
  REQUIRE(solve_quietly(folder, {"d.yaml", "-o", "d"}).code == 0);
  CHECK(solve_quietly(folder, {"d.yaml", "--resume", "f"}).code == 3);
  CHECK(solve_quietly(folder, {"f.yaml", "--resume", "d"}).code == 3);
  folder.write("d.yaml", folder.read("d.yaml") + "batch: 16\n");
  CHECK(solve_quietly(folder, {"d.yaml", "--resume", "d"}).code == 3);
  std::string config = folder.read("d/config.yaml");
  config.replace(config.find("epochs: 10"), 10, "epochs: 12");
  folder.write("d/config.yaml", config);
  const Result edited = solve_quietly(folder, {"--resume", "d"});
  CHECK(edited.code == 3);
  CHECK(contains(edited.err, "optimizer.lr is a schedule over the whole run"));
  // What is set to what it is changes nothing.
  CHECK(solve_quietly(folder, {"--resume", "f", "--set", "optimizer.lr=1e-3"}).code == 0);
  for (const char* end : {"stop.evals=5", "stop.rounds=5", "stop.time=1us"}) {
    CAPTURE(end);
    CHECK(solve_quietly(folder, {"--resume", "f", "--set", end}).code != 0);
  }
  folder.write("x.yaml", "objective: rosenbrock\noptimizer: {name: sgd, lr: 10}\n");
  CHECK(solve_quietly(folder, {"x.yaml", "-o", "x"}).code == 6);
  const Result diverged = solve_quietly(folder, {"--resume", "x", "--set", "stop.divergence=1e300"});
  CHECK(diverged.code == 3);
  CHECK(contains(diverged.err, "the run has diverged and cannot go on"));
}

TEST_CASE("what cannot be continued is refused with the reason, and nothing is touched") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", chained);
  folder.write(
      "d.yaml",
      "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 1e-2}\nstop: {epochs: 10}\n");
  folder.write(
      "s.yaml",
      "objective: rosenbrock\noptimizer: {name: sgd, lr: {cosine: {from: 1e-4}}}\nstop: {steps: 50}\n");
  folder.write(
      "a.yaml",
      "objective: {function: quadratic, dim: 4}\noptimizer: {name: sgd, lr: auto}\nstop: {steps: 50}\n");
  for (const char* name : {"p", "d", "s", "a"}) {
    CAPTURE(name);
    REQUIRE(solve_quietly(folder, {name + std::string(".yaml"), "-o", name}).code == 0);
  }
  const auto refused = [&](const Words& arguments, int code, const std::string& why) {
    CAPTURE(why);
    const Result result = solve_quietly(folder, arguments);
    CHECK(result.code == code);
    CHECK_MESSAGE(contains(result.err, why), result.err);
  };
  const std::string trace = folder.read("p/trace.csv"), json = folder.read("p/run.json");
  refused({"--resume", "p", "--set", "optimizer.lr=1"}, 3, "takes stop.* and trace.every alone");
  refused({"--resume", "p", "--set", "stop.steps=10"}, 3, "the run has come further than that");
  refused({"--resume", "d", "--set", "stop.patience={epochs: 3, metric: train_rmse}"}, 3, "no metric so far");
  refused({"--resume", "s", "--set", "stop.steps=90"}, 3, "optimizer.lr is a schedule over the whole run");
  refused({"--resume", "a", "--set", "stop.steps=90"}, 3, "lr: auto was chosen for the run's length");
  refused({"--resume", "nowhere"}, 5, "there is no such folder (check the path; it was looked for in ");
  refused({"--resume", "."}, 5, "holds no run that could be continued");
  refused({"--resume", "p", "-o", "q"}, 2, "does not go with");
  refused({"p.yaml", "--checkpoint", "often"}, 2, "must be a time with its unit, or none");
  refused({}, 2, "FILE is required");
  folder.write("t.csv", table() + "1,2,red,3,yes,low\n");
  refused({"--resume", "d", "--set", "stop.epochs=20"}, 4, "are others than when the run began");
  const std::string state = folder.read("p/checkpoint.bin");
  const Words longer = {"--resume", "p", "--set", "stop.steps=40000"};
  folder.write("p/checkpoint.bin", state.substr(0, state.size() - 1));
  refused(longer, 5, "is torn");
  std::string changed = state;
  changed[changed.size() / 2] ^= 1;
  folder.write("p/checkpoint.bin", changed);
  refused(longer, 5, "is torn");
  folder.write("p/checkpoint.bin", "lookahead checkpoint 1\n" + state.substr(23));
  refused(longer, 5, "another version of the format");
  folder.write("p/checkpoint.bin", folder.read("s/checkpoint.bin"));
  refused(longer, 5, "is of another problem than config.yaml");
  folder.write("p/checkpoint.bin", state);
  folder.write("p/trace.csv", "x" + trace.substr(1));
  refused(longer, 5, "is not the file that the run wrote");
  folder.write("p/trace.csv", trace);
  CHECK(folder.read("p/run.json") == json);
  CHECK(solve_quietly(folder, longer).code == 0);
  CHECK(solve_quietly(folder, {"p.yaml", "-o", "none", "--checkpoint", "none"}).code == 0);
  CHECK_FALSE(folder.exists("none/checkpoint.bin"));
  refused({"--resume", "none", "--set", "stop.steps=40000"}, 5, "left no checkpoint");
}

}  // namespace lookahead::cli
