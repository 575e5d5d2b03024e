#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Promise 1: the same spec, seed and binary give the same trace, byte for byte.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

struct Problem {
  std::string name, text;
};

// One of every kind: function, noise, minibatches, full batch; double and single.
std::vector<Problem> problems() {
  const std::string trace = "trace: {every: 1, points: true, time: false}\n";
  const std::string data = "data: {train: t.csv, target: ";
  return {
      {"function",
       "objective: {function: rosenbrock_chained, dim: 9}\noptimizer: adam\nstop: {steps: 300}\n" + trace},
      {"noise",
       "objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, momentum: "
       "0.9}\n"
       "start: random\nstop: {steps: 300}\nprecision: single\n" +
           trace},
      {"minibatch",
       data +
           "y, validation: 0.2}\nmodel: {type: linear, l2: 0.01}\noptimizer: {name: sgd, lr: 0.02}\n"
           "batch: 7\nstop: {epochs: 9}\n" +
           trace},
      {"full", data + "three}\nmodel: softmax\noptimizer: adam\nbatch: full\nstop: {epochs: 60}\n" + trace},
      {"single",
       data +
           "two}\nmodel: {type: logistic, l2: 0.01}\noptimizer: rmsprop\nbatch: 16\nstop: {epochs: 9}\n"
           "precision: single\n" +
           trace},
  };
}

// Enough rows for several threads to have work.
std::string many_rows() {
  const std::string rows = table();
  const std::size_t head = rows.find('\n') + 1;
  std::string text = rows;
  for (int i = 0; i < 60; ++i) text += rows.substr(head);
  return text;
}

std::string trace_of(const Folder& folder, const std::string& file, const std::string& directory,
                     Names more = {}) {
  Names arguments = {"solve", file, "-q", "-o", directory};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Result result = run(folder, arguments);
  CHECK_MESSAGE(result.code == 0, result.err);
  return folder.read(directory + "/trace.csv");
}

TEST_CASE("a config.yaml run again gives the same trace and the same config.yaml") {
  const Folder folder;
  folder.write("t.csv", table());
  for (const Problem& problem : problems()) {
    CAPTURE(problem.name);
    folder.write(problem.name + ".yaml", problem.text);
    const std::string first = trace_of(folder, problem.name + ".yaml", problem.name + "/a");
    const std::string again = trace_of(folder, problem.name + "/a/config.yaml", problem.name + "/b");
    CHECK(first == again);
    CHECK(folder.read(problem.name + "/a/config.yaml") == folder.read(problem.name + "/b/config.yaml"));
    CHECK(folder.json(problem.name + "/a/run.json")["result"] ==
          folder.json(problem.name + "/b/run.json")["result"]);
    const char* outcome = folder.exists(problem.name + "/a/model.json") ? "/model.json" : "/solution.csv";
    CHECK(folder.read(problem.name + "/a" + outcome) == folder.read(problem.name + "/b" + outcome));
  }
}

TEST_CASE("the number of threads changes no byte of the trace") {
  const Folder folder;
  folder.write("t.csv", many_rows());
  for (const Problem& problem : problems()) {
    CAPTURE(problem.name);
    folder.write("p.yaml", problem.text);
    const std::string one = trace_of(folder, "p.yaml", problem.name + "1", {"--threads", "1"});
    CHECK(one == trace_of(folder, "p.yaml", problem.name + "2", {"--threads", "2"}));
    CHECK(one == trace_of(folder, "p.yaml", problem.name + "5", {"--threads", "5"}));
  }
}

TEST_CASE("lookahead: false is k = 1, alpha = 1, to the byte") {
  const Folder folder;
  folder.write("t.csv", table());
  for (const Problem& problem : problems()) {
    CAPTURE(problem.name);
    folder.write("p.yaml", problem.text);
    const std::string off = trace_of(folder, "p.yaml", problem.name + "-off", {"-s", "lookahead=false"});
    const std::string one =
        trace_of(folder, "p.yaml", problem.name + "-one", {"-s", "lookahead={k: 1, alpha: 1}"});
    CHECK(off == one);
  }
}

TEST_CASE("seeds and data make a difference, names do only in their column") {
  const Folder folder;
  folder.write("p.yaml", problems()[1].text);
  const std::string one = trace_of(folder, "p.yaml", "one");
  CHECK(one != trace_of(folder, "p.yaml", "two", {"--seed", "2"}));
  CHECK(one == trace_of(folder, "p.yaml", "three", {"--seed", "1"}));
  folder.write("q.yaml", problems()[1].text);
  Csv p = parse_csv(one), q = parse_csv(trace_of(folder, "q.yaml", "four"));
  CHECK(q.column("run").front() == "q");
  for (auto& row : q.rows) row.front() = "p";
  CHECK(p.rows == q.rows);
}

TEST_CASE("the trace and its cadence never change the run") {
  const Folder folder;
  folder.write("t.csv", table());
  for (const Problem& problem : problems()) {
    CAPTURE(problem.name);
    folder.write("p.yaml", problem.text);
    trace_of(folder, "p.yaml", problem.name + "-1");
    trace_of(folder, "p.yaml", problem.name + "-17", {"-s", "trace.every=17"});
    trace_of(folder, "p.yaml", problem.name + "-sync", {"-s", "trace.every=sync"});
    const auto solution = [&](const std::string& name) {
      return folder.read(name + (folder.exists(name + "/model.json") ? "/model.json" : "/solution.csv"));
    };
    CHECK(solution(problem.name + "-1") == solution(problem.name + "-17"));
    CHECK(solution(problem.name + "-1") == solution(problem.name + "-sync"));
    CHECK(run(folder, {"solve", "p.yaml", "-q", "--no-trace", "-o", problem.name + "-no"}).code == 0);
    CHECK(solution(problem.name + "-1") == solution(problem.name + "-no"));
  }
}

}  // namespace
}  // namespace lookahead::cli
