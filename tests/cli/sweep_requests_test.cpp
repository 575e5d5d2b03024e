#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "sweep_files.hpp"

// What `sweep` says of requests that it cannot carry out.
namespace lookahead::cli {

TEST_CASE("what a sweep cannot be asked for is said at once") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
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
  folder.write("p.yaml", hundred_steps);
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

TEST_CASE("the problem of a run is settled, and check changes nothing of it") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "r", "-q"}).code == 0);
  for (const std::vector<std::string>& option :
       {std::vector<std::string>{"--resolved"}, {"--set", "stop.steps=-4"}}) {
    std::vector<std::string> words = {"check", "r"};
    words.insert(words.end(), option.begin(), option.end());
    const Result result = run(folder, words);
    CHECK(result.code == 2);
    CHECK(contains(result.err, "r is a run: its problem is settled, and stands in its config.yaml"));
  }
}

TEST_CASE("keys and values on the command line that are not as in a file come with what to write") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
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
  folder.write("p.yaml", hundred_steps);
  const Result one = run(folder, {"sweep", "p.yaml", "-o", "s"});
  REQUIRE(one.code == 0);
  CHECK(one.err.find("the sweep is one run, and leaves nothing to compare") != std::string::npos);
  const Result other = run(folder, {"sweep", "p.yaml", "-o", "s", "--set", "stop.steps=7"});
  CHECK(other.code == 5);
  CHECK_MESSAGE(other.err.find("holds another sweep: stop.steps differs from") != std::string::npos,
                other.err);
}

TEST_CASE("the problem that another sweep lacks is named") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  folder.write("q.yaml", hundred_steps);
  REQUIRE(run(folder, {"sweep", "p.yaml", "-o", "s"}).code == 0);
  const Result other = run(folder, {"sweep", "q.yaml", "-o", "s"});
  CHECK(other.code == 5);
  CHECK_MESSAGE(other.err.find("s/sweep.yaml has the problem 'p', and this sweep has none of that name") !=
                    std::string::npos,
                other.err);
}

TEST_CASE("halving that stops no point is warned of") {
  const Folder folder;
  const auto warns = [&](const std::string& halving, int points) {
    std::string rates;
    for (int i = 1; i <= points; ++i) rates += (i > 1 ? ", 1e-" : "1e-") + std::to_string(i);
    folder.write("s.yaml",
                 "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 30}}\n"
                 "vary: {optimizer.lr: [" +
                     rates + "]}\nhalving: {by: gap, " + halving + "}\n");
    const Result result = run(folder, {"sweep", "s.yaml", "--dry-run"});
    CHECK(result.code == 0);
    const char* warning = "warning: halving: no point is stopped before its end";
    CHECK(contains(run(folder, {"check", "s.yaml"}).err, warning) == contains(result.err, warning));
    return contains(result.err, warning);
  };
  CHECK(warns("from: {steps: 40}, keep: 0.5", 3));
  CHECK(warns("from: {steps: 30}, keep: 0.5", 3));
  CHECK(warns("from: {steps: 5}, keep: 0.9", 3));
  CHECK(warns("from: {steps: 5}, keep: 0.5", 1));
  CHECK_FALSE(warns("from: {steps: 29}, keep: 0.5", 3));
  CHECK_FALSE(warns("from: {rounds: 2}, keep: 0.9", 10));
}

TEST_CASE("a setting of the command line that the sweep varies is told to have no effect") {
  const Folder folder;
  folder.write("s.yaml",
               "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 30}}\n"
               "vary: {optimizer.lr: [0.1, 0.2]}\n");
  const auto says = [&](const std::string& set) {
    return run(folder, {"sweep", "s.yaml", "--dry-run", "--set", set}).err;
  };
  CHECK(contains(says("optimizer.lr=0.5"),
                 "warning: --set optimizer.lr=0.5 has no effect, as the sweep varies optimizer.lr"));
  CHECK_FALSE(contains(says("stop.steps=5"), "has no effect"));
}

TEST_CASE("what a sweep keeps of a run is not written to by others") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  REQUIRE(run(folder, {"sweep", "p.yaml", "-q", "--seeds", "1..2", "--keep", "everything", "-o", "s"}).code ==
          0);
  const std::string before = folder.read("s/runs/000001/run.json");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"solve", "--resume", "s/runs/000001", "--set", "stop.steps=200"},
        {"solve", "p.yaml", "--force", "-o", "s/runs/000001/"},
        {"solve", "p.yaml", "-o", "s/runs/000007"}}) {
    const Result result = run(folder, command);
    CHECK(result.code == 5);
    CHECK_MESSAGE(contains(result.err, "is what the sweep 's' keeps of a run (copy it elsewhere"),
                  result.err);
  }
  CHECK(folder.read("s/runs/000001/run.json") == before);
  CHECK_FALSE(folder.exists("s/runs/000007"));
  REQUIRE(works("cp -r " + folder.path("s/runs/000001") + " " + folder.path("mine")));
  CHECK(run(folder, {"solve", "--resume", "mine", "--set", "stop.steps=200"}).code == 0);
}

TEST_CASE("points.csv holds the value that compare judges by, of every problem of the sweep") {
  const Folder folder;
  folder.write("known.yaml", "objective: sphere\noptimizer: adam\nstop: {steps: 20}\n");
  folder.write("open.yaml",
               "objective: {expression: \"x[0]^4 + x[1]^4\", dim: 2}\nstart: [1, 2]\n"
               "optimizer: adam\nstop: {steps: 20}\n");
  const auto judged = [&](const std::string& problems) {
    folder.write("s.yaml",
                 "problems: [" + problems + "]\nvary: {optimizer.lr: [0.01, 0.1]}\nseeds: [1, 2]\n");
    REQUIRE(run(folder, {"sweep", "s.yaml", "-o", "s", "-q", "--force"}).code == 0);
    const auto json =
        nlohmann::json::parse(run(folder, {"compare", "s", "--by", "optimizer.lr", "--json"}).out);
    const std::vector<std::string> values = parse_csv(folder.read("s/points.csv")).column("value");
    CHECK(values == std::vector<std::string>(values.size(), json["value"]));
    return values.front();
  };
  CHECK(judged("known.yaml") == "gap");
  CHECK(judged("open.yaml") == "loss_slow");
  CHECK(judged("known.yaml, open.yaml") == "loss_slow");
}

TEST_CASE("halving by a metric that has no value ranks it last, whether larger or smaller is better") {
  const Folder folder;
  // Class 1 is not in the validation rows, nor ever predicted there: precision and recall have no value.
  std::string train = "a,y\n", held = "a,y\n";
  for (int i = -10; i <= 10; ++i) train += std::to_string(i) + "," + (i > 0 ? "1" : "0") + "\n";
  for (int i = -9; i < -3; ++i) held += std::to_string(i) + ",0\n";
  folder.write("t.csv", train);
  folder.write("v.csv", held);
  folder.write("s.yaml",
               "problem:\n  data: {train: t.csv, target: y, validation: v.csv}\n  model: logistic\n"
               "  optimizer: {name: sgd, lr: 0.5}\n  lookahead: false\n  batch: full\n  metrics: [f1]\n"
               "  stop: {steps: 64}\nvary: {stop.steps: [64, 65, 1, 3]}\nseeds: [1]\n"
               "halving: {from: {steps: 4}, keep: 0.5, by: val_f1}\n");
  REQUIRE(run(folder, {"sweep", "s.yaml", "-o", "s", "-q"}).code == 0);
  // Of points that are all without a value the first ones are kept: two after 4 steps, one after 8.
  const std::string rows = folder.read("s/runs.csv");
  CHECK_MESSAGE(rows.find("1,default,64,1,finished,") != std::string::npos, rows);
  CHECK_MESSAGE(rows.find("2,default,65,1,dropped,,8,") != std::string::npos, rows);
}

}  // namespace lookahead::cli
