#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// What the program says of itself: list, describe, and problems resolved to their last default.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

const Names kinds = {"functions", "games",     "models",  "losses", "penalties", "optimizers",
                     "outer",     "schedules", "metrics", "noises", "columns"};

// One of every item of that name.
Names smallest_problems(const std::string& page) {
  Names problems;
  bool inside = false;
  for (const std::string& line : lines(page)) {
    inside = inside && line.starts_with("  ");
    if (inside) problems.back() += line.substr(2) + "\n";
    if (line != "smallest problem") continue;
    inside = true;
    problems.emplace_back();
  }
  return problems;
}

// The text with one blank for every row of blanks and ends of lines.
std::string unwrapped(const std::string& text) {
  std::string words;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank || (!words.empty() && words.back() != ' ')) words += blank ? ' ' : c;
  }
  return words;
}

// Lines that go on further to the right are one.
Names entries(const std::string& text) {
  Names all;
  for (const std::string& line : lines(text)) {
    if (line.starts_with(' ') && !all.empty()) {
      all.back() += line;
    } else {
      all.push_back(line);
    }
  }
  for (std::string& entry : all) entry = unwrapped(entry);
  return all;
}

TEST_CASE("list names every item of a kind with one sentence, the same as JSON") {
  const Folder folder;
  for (const std::string& kind : kinds) {
    CAPTURE(kind);
    const Result text = run(folder, {"list", kind}), json = run(folder, {"list", kind, "--json"});
    CHECK(text.code == 0);
    CHECK(json.code == 0);
    const auto array = nlohmann::json::parse(json.out);
    const auto told = entries(text.out);
    REQUIRE(told.size() == array.size());
    CHECK(array.size() > 0);
    for (std::size_t i = 0; i < told.size(); ++i) {
      CHECK(told[i].starts_with(array[i]["name"].get<std::string>() + " "));
      CHECK(told[i].ends_with(" " + array[i]["summary"].get<std::string>()));
      CHECK(!array[i]["summary"].get<std::string>().empty());
    }
  }
  const Result all = run(folder, {"list"});
  for (const std::string& kind : kinds) CHECK(contains("\n" + all.out, "\n" + kind + "\n"));
}

TEST_CASE("every item is described, and its smallest problem is one") {
  const Folder folder;
  folder.write("train.csv", table());
  const auto all = nlohmann::json::parse(run(folder, {"list", "--json"}).out);
  std::map<std::string, std::size_t> namesakes;
  for (const auto& item : all) {
    if (item["kind"] != "columns") ++namesakes[item["name"].get<std::string>()];
  }
  std::size_t described = 0;
  for (const auto& item : all) {
    const std::string name = item["name"].get<std::string>(), kind = item["kind"].get<std::string>();
    if (kind == "columns") continue;
    CAPTURE(name);
    ++described;
    const Result page = run(folder, {"describe", name});
    CHECK(page.code == 0);
    CHECK(page.err.empty());
    CHECK(contains(unwrapped(page.out), item["summary"].get<std::string>()));
    CHECK(contains(page.out, "formula"));
    const Names problems = smallest_problems(page.out);
    REQUIRE_MESSAGE(problems.size() == namesakes[name], page.out);
    for (const std::string& problem : problems) {
      folder.write("p.yaml", problem);
      // The numeric target suits regressions, one without negative numbers poisson; the classifiers get the
      // one with two classes.
      const bool classes = contains(problem, "logistic") || contains(problem, "softmax");
      Names arguments = {"check", "p.yaml"};
      if (contains(problem, "data:")) {
        // A table of ratings has two columns of categories.
        if (contains(problem, "matrix_factorization"))
          arguments.insert(arguments.end(), {"-s", "data.features=[two, three]"});
        const char* target = classes ? "two" : contains(problem, "poisson") ? "x1" : "y";
        arguments.insert(arguments.end(), {"-s", std::string("data.target=") + target});
      }
      const Result check = run(folder, arguments);
      CHECK_MESSAGE(check.code == 0, problem << check.err);
    }
  }
  CHECK(described > 35);
}

TEST_CASE("the blocks of a problem are described") {
  const Folder folder;
  for (const char* name : {"objective", "data", "optimizer", "lookahead", "stop", "trace"}) {
    const Result page = run(folder, {"describe", name});
    CHECK_MESSAGE(page.code == 0, name << page.err);
    CHECK(contains(page.out, name));
  }
}

TEST_CASE(
    "the columns of traces and sweeps are described, by their own names and by those of their patterns") {
  const Folder folder;
  for (const char* name :
       {"loss_slow", "tail_gap", "train_accuracy", "val_loss", "steps_to_1e-3", "slow_12"}) {
    const Result page = run(folder, {"describe", name});
    CHECK_MESSAGE(page.code == 0, name << page.err);
    CHECK(page.out.starts_with(std::string(name) + " (column of results)\n"));
  }
  for (const auto& [name, cure] : {std::pair{"val_nothing", "lookahead list shows the names"},
                                   {"steps_to_", "did you mean"},
                                   {"slow_x", "did you mean 'slow_i'?"},
                                   {"noises", "lookahead list noises shows them"},
                                   {"losses", "lookahead list losses shows them"},
                                   {"formula", "describe expression tells of formulas"}}) {
    const Result page = run(folder, {"describe", name});
    CHECK(page.code == 2);
    CHECK(contains(page.err, cure));
  }
}

TEST_CASE("a parameter is described by its name alone, before a column of that name") {
  const Folder folder;
  const auto page = [&](const char* name) { return run(folder, {"describe", name}); };
  for (const auto& [name, key] : {std::pair{"lr", "optimizer.lr"},
                                  {"k", "lookahead.k"},
                                  {"alpha", "lookahead.alpha"},
                                  {"steps", "stop.steps"},
                                  {"momentum", "optimizer.momentum"},
                                  {"noise", "objective.noise"}}) {
    const Result result = page(name);
    CHECK(result.code == 0);
    const auto& the_key = key;
    CHECK_MESSAGE(contains(result.out, std::string(the_key) + " (key of a problem file)\n"), result.out);
  }
  const std::string rate = page("lr").out;
  CHECK(contains(rate, "learning rate: a number, a schedule"));
  CHECK(rate.find("optimizer.lr (key") < rate.find("lr (column of results)"));
  CHECK(contains(page("k").out, "fast steps per slow step of the round just worked on"));
}

TEST_CASE("a resolved problem checks again and resolves to itself") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("u.csv", "junk\n" + table());
  const Names problems = {
      "objective: rosenbrock\noptimizer: adam\n",
      "name: 'NULL'\nobjective: {function: rosenbrock_chained, dim: 10, noise: {gaussian: 0.1}}\nstart: "
      "{uniform: [-2, 2]}\n"
      "optimizer: {name: sgd, lr: {cosine: {from: 1e-1, to: 1e-4, warmup: 100}}, momentum: 0.9, nesterov: "
      "true, clip: {norm: 1}}\n"
      "lookahead: {k: {step: {from: 8, factor: 0.5, every: 10}}, alpha: 1.5, extrapolate: true, at_sync: "
      "pullback}\n"
      "stop: {steps: 1e6, rounds: 100, evals: 1000, target: 1e-8, grad_norm: 0, time: 1500ms, divergence: "
      "1e9}\n"
      "seed: 9007199254740993\nthreads: 3\nprecision: single\ntrace: {every: {per_decade: 7}, points: true, "
      "time: false, file: w.csv}\n",
      "name: '1e5'\nobjective: {function: quadratic, condition: 100, seed: 3, dim: 4}\nstart: [1, -2.5e-3, "
      "0, 1e10]\noptimizer: adamw\nlookahead: false\n",
      "name: \"a: b # c\"\nobjective: beale\noptimizer: {name: rmsprop, lr: {inverse_time: {from: 0.01}}, "
      "clip: {value: 2}}\ntrace: {every: sync}\nstop: {time: 2h}\n",
      "name: ~a\ndata: {train: t.csv, target: y, task: regression, validation: 0.2, drop: [two], "
      "categorical: [colour, three],\n"
      "  missing: {policy: impute, marks: ['', 'NULL', '~', '?', 'null', \"a\\tb\"]}, separator: ',', "
      "decimal: '.', header: true,\n"
      "  test: {file: u.csv, skip_lines: 1, strip: '.\"\\'}, standardize_target: true}\n"
      "model: {type: linear, l2: 1e-4}\noptimizer: adam\nbatch: full\nmetrics: [r2]\nstop: {epochs: 3, "
      "patience: {metric: val_r2, epochs: 2}}\n",
      "data: {train: t.csv, target: y, validation: {folds: 4}}\nmodel: linear\noptimizer: sgd\n",
      "data: {train: t.csv, target: y, validation: {fraction: 0.3, stratify: false}}\nmodel: "
      "linear\noptimizer: "
      "sgd\nsampling: sequential\n",
      "data: {train: t.csv, target: y}\nmodel: {type: linear, loss: {name: huber, delta: 1.5}, penalty: "
      "{name: "
      "group, strength: 0.01}}\noptimizer: adam\n",
      "data: {train: t.csv, target: two}\nmodel: {type: logistic, loss: sigmoid, penalty: nonconvex, "
      "class_weight: {\"yes\": 2, \"no\": 1}}\noptimizer: adam\n",
      "data: {train: t.csv, target: three, validation: t.csv, test: t.csv, missing: drop}\nmodel: "
      "softmax\noptimizer: {name: adam, amsgrad: true}\nmetrics: [accuracy, {name: top_k, k: 2}, "
      "auc]\nsampling: "
      "blocks\n",
  };
  for (const std::string& problem : problems) {
    CAPTURE(problem);
    folder.write("p.yaml", problem);
    const Result first = run(folder, {"check", "--resolved", "p.yaml"});
    REQUIRE_MESSAGE(first.code == 0, first.err);
    folder.write("elsewhere/resolved.yaml", first.out);
    const Result again = run(folder, {"check", "--resolved", "elsewhere/resolved.yaml"});
    CHECK_MESSAGE(again.code == 0, again.err << first.out);
    CHECK(again.out == first.out);
  }
}

TEST_CASE("check takes several files, judges each and returns the first failure") {
  const Folder folder;
  folder.write("a.yaml", "objective: rosenbrock\noptimizer: adam\n");
  folder.write("b.yaml", "objective: rosenbrok\noptimizer: adam\n");
  folder.write("c.yaml", "data: {train: nosuch.csv, target: y}\nmodel: linear\noptimizer: adam\n");
  const Result result = run(folder, {"check", "a.yaml", "b.yaml", "c.yaml", "a.yaml"});
  CHECK(result.code == 3);
  const auto told = lines(result.out);
  REQUIRE(told.size() == 2);
  CHECK(told[0].starts_with("a.yaml: ok, 2 coordinates, about 501 trace rows, about "));
  CHECK(told[0].ends_with(" MB of memory"));
  CHECK(
      contains(result.err, "b.yaml:1:12: error: unknown function 'rosenbrok' (did you mean 'rosenbrock'?)"));
  CHECK(contains(result.err, "nosuch.csv: error: cannot read the file"));
  CHECK(run(folder, {"check", "c.yaml", "b.yaml"}).code == 4);
}

TEST_CASE("check's estimate of the trace knows shards, rounds and evaluations") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: y, drop: [two, three]}\nmodel: linear\nbatch: 4\ntrace: {every: 1}\n"
      "optimizer: {name: sgd, lr: 1e-3}\nlookahead: {k: 3, workers: 3, shard: true}\n");
  for (const char* stop : {"{epochs: 30}", "{epochs: 30, steps: 60}", "{rounds: 20}", "{evals: 777}"}) {
    const std::string set = std::string("stop=") + stop;
    const Result check = run(folder, {"check", "p.yaml", "-s", set});
    REQUIRE(check.code == 0);
    const double about = std::stod(check.out.substr(check.out.find("about ") + 6));
    const std::string out = std::string("run") + stop;
    REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", out, "-s", set}).code == 0);
    const auto rows = static_cast<double>(parse_csv(folder.read(out + "/trace.csv")).rows.size());
    CHECK(std::abs(about - rows) <= 2);
  }
}

TEST_CASE("what a run would do without effect is reported by check, by solve and in run.json") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: adam\nlookahead: {k: 50}\nstop: {steps: 49}\n");
  const std::string told =
      "warning: lookahead.k: the first round has 50 steps, and the run ends after 49 steps";
  CHECK(contains(run(folder, {"check", "p.yaml"}).err, told));
  CHECK(contains(run(folder, {"solve", "p.yaml", "-o", "run"}).err, told));
  const auto json = folder.json("run/run.json");
  REQUIRE(json["warnings"].size() == 1);
  CHECK(contains(json["warnings"][0].get<std::string>(), told));
  folder.write("t.csv", table());
  folder.write(
      "d.yaml",
      "data: {train: t.csv, target: y, drop: [two, three]}\nmodel: linear\noptimizer: {name: sgd, lr: 1e-3}\n"
      "stop: {epochs: 9, patience: {metric: train_rmse, epochs: 3}}\n");
  const Result patient = run(folder, {"solve", "d.yaml", "-o", "patient"});
  const auto result = folder.json("patient/run.json")["result"];
  CHECK(result["best_metric"] == result["train_rmse"]);
  CHECK(contains(patient.out,
                 "best epoch     " + std::to_string(result["best_epoch"].get<long>()) + " (train_rmse "));
}

TEST_CASE("check's estimate of the trace is right for every cadence") {
  const Folder folder;
  folder.write("p.yaml", "objective: rosenbrock\noptimizer: adam\nstop: {steps: 1000}\n");
  folder.write("t.csv", table());
  // The ends of epochs have rows too.
  folder.write(
      "d.yaml",
      "data: {train: t.csv, target: y, drop: [two, three]}\nmodel: linear\noptimizer: {name: sgd, lr: "
      "0.01}\nbatch: 16\nstop: {steps: 1000}\n");
  for (const char* file : {"p.yaml", "d.yaml"}) {
    for (const char* every :
         {"auto", "1", "7", "1000000", "sync", "{per_decade: 10}", "{per_decade: 1000000}"}) {
      CAPTURE(file);
      CAPTURE(every);
      const Result check = run(folder, {"check", file, "-s", std::string("trace.every=") + every});
      REQUIRE(check.code == 0);
      const double about = std::stod(check.out.substr(check.out.find("about ") + 6));
      const std::string out = std::string(file) + every;
      CHECK(run(folder, {"solve", file, "-q", "-o", out, "-s", std::string("trace.every=") + every}).code ==
            0);
      const auto rows = static_cast<double>(parse_csv(folder.read(out + "/trace.csv")).rows.size());
      CHECK(std::abs(about - rows) <= 2);
    }
  }
  const Result endless =
      run(folder, {"check", "p.yaml", "-s", "stop={steps: 1e15}", "-s", "trace.every={per_decade: 1e6}"});
  CHECK(endless.code == 0);
}

}  // namespace
}  // namespace lookahead::cli
