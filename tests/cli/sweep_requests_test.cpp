#include <doctest/doctest.h>

#include "run_binary.hpp"

// What `sweep` says of requests that it cannot carry out.
namespace lookahead::cli {
namespace {

const std::string rosenbrock =
    "objective: rosenbrock\noptimizer: {name: adam, lr: 0.01}\nstop: {steps: 100}\n";

}  // namespace

TEST_CASE("what a sweep cannot be asked for is said at once") {
  const Folder folder;
  folder.write("p.yaml", rosenbrock);
  const auto refused = [&](const std::vector<std::string>& more, const std::string& message) {
    std::vector<std::string> words = {"sweep", "p.yaml", "-o", "s"};
    words.insert(words.end(), more.begin(), more.end());
    const Result result = run(folder, words);
    CHECK(result.code == 3);
    CHECK_MESSAGE(result.err.find(message) != std::string::npos, result.err);
    CHECK_FALSE(folder.exists("s"));
  };
  refused({"--vary", "optimizer.lr={log: [1, 2]}", "--points", "{halton: 1e15}"},
          "more than 1000000 points: 1e+15");
  refused({"--method", "a={seed: 4}"}, "seeds are those of all methods");
  folder.write("p.yaml",
               "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}}\nhalving: {by: gapp, from: "
               "{steps: 3}}\n");
  refused({}, "halving.by 'gapp' is not known while a run goes on (did you mean 'gap'?)");
}

TEST_CASE("check tells a folder of a sweep, or without a run, from a run") {
  const Folder folder;
  folder.write("p.yaml", rosenbrock);
  REQUIRE(run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..2", "-q"}).code == 0);
  folder.write("empty/text", "");
  const Result sweep = run(folder, {"check", "s"}), none = run(folder, {"check", "empty"});
  CHECK(sweep.code == 4);
  CHECK(sweep.err ==
        "s: error: is a sweep directory, and check takes problems and runs (lookahead show s shows it)\n");
  CHECK(none.code == 4);
  CHECK(none.err ==
        "empty: error: the folder holds no run: there is no run.json (lookahead show empty lists what lies "
        "below it)\n");
}

TEST_CASE("keys and values on the command line that are not as in a file come with what to write") {
  const Folder folder;
  folder.write("p.yaml", rosenbrock);
  const auto says = [&](const std::vector<std::string>& words, const std::string& text) {
    std::vector<std::string> all = {"sweep", "p.yaml", "-o", "s"};
    all.insert(all.end(), words.begin(), words.end());
    const Result result = run(folder, all);
    CHECK(result.code != 0);
    CHECK_MESSAGE(result.err.find(text) != std::string::npos, result.err);
  };
  says({"--vary", "optimizer.lr=1e-3,1e-2"},
       "values stand in brackets, got '1e-3,1e-2' ('optimizer.lr=[1e-3,1e-2]')");
  says({"--vary", "lr=[1e-3, 1e-2]"}, "did you mean --vary 'optimizer.lr=[VALUES]'?");
  says({"--set", "problem.optimizer.lr=1"},
       "a key's path begins at the top of the problem file, without problem.");
}

TEST_CASE("another sweep in a folder is told by the key of the problem that differs") {
  const Folder folder;
  folder.write("p.yaml", rosenbrock);
  const Result one = run(folder, {"sweep", "p.yaml", "-o", "s"});
  REQUIRE(one.code == 0);
  CHECK(one.err.find("the sweep is one run, and leaves nothing to compare") != std::string::npos);
  const Result other = run(folder, {"sweep", "p.yaml", "-o", "s", "--set", "stop.steps=7"});
  CHECK(other.code == 5);
  CHECK_MESSAGE(other.err.find("holds another sweep: stop.steps differs from") != std::string::npos,
                other.err);
}

}  // namespace lookahead::cli
