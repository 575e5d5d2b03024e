#include <doctest/doctest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "sweep_files.hpp"

// The command `sweep`: its files, messages and exit codes.
namespace lookahead::cli {
namespace {

const std::string contrast =
    "problem: p.yaml\nmethods:\n  plain: {lookahead: false}\n  lookahead: {lookahead: {k: 5}}\n"
    "vary: {optimizer.lr: {log: [1e-3, 1], points: 4}}\nseeds: 1..3\n";
// Takes a second or so.
const std::string longer =
    "problem: {objective: {function: quadratic_diag, dim: 200, noise: {gaussian: 0.1}}, optimizer: {name: sgd, "
    "lr: 1e-4}, stop: {steps: 20000}}\nvary: {optimizer.lr: {log: [1e-6, 1e-4], points: 10}}\nseeds: 1..5\n";

// Its first run does not end by itself.
const std::string endless_sweep =
    "problem: {objective: {function: rosenbrock_chained, dim: 500}, optimizer: {name: adam, lr: 1e-4}, stop: {time: "
    "2h}}\nvary: {optimizer.lr: {log: [1e-6, 1e-4], points: 4}}\nkeep: traces\n";

// runs.csv without its last column, the time.
std::string steady(const Folder& folder, const std::string& name) {
  std::string text = folder.read(name + "/runs.csv"), out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    out += line.substr(0, line.rfind(',')) + '\n';
    begin = end + 1;
  }
  return out;
}

std::vector<std::string> with_output(std::vector<std::string> words, const std::string& folder) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i - 1] == "-o") words[i] = folder;
  }
  return words;
}

}  // namespace

TEST_CASE("a sweep writes its table, and the same command goes on where nothing is left to do") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  folder.write("study.yaml", contrast);
  const Result first = run(folder, {"sweep", "study.yaml"});
  CHECK(first.code == 0);
  CHECK(first.out.starts_with("study: 24 of 24 runs finished in "));
  CHECK(folder.names() == std::vector<std::string>{"p.yaml", "study.yaml", "sweeps", "sweeps/study",
                                                   "sweeps/study/journal.log", "sweeps/study/points.csv",
                                                   "sweeps/study/runs.csv", "sweeps/study/sweep.yaml"});
  const std::string table = folder.read("sweeps/study/runs.csv");
  CHECK(table.starts_with(
      "index,method,optimizer.lr,seed,status,stop,steps,rounds,epochs,grad_evals,loss_slow,"
      "loss_fast,best_loss,best_step,grad_norm,gap,tail_gap,time_s\n1,plain,0.001,1,finished,"
      "steps,100,100,,100,"));
  const Result again = run(folder, {"sweep", "study.yaml", "--json"});
  CHECK(again.code == 0);
  const auto json = nlohmann::json::parse(again.out);
  CHECK(json["finished_before"] == 24);
  CHECK(json["directory"] == "sweeps/study");
  CHECK(folder.read("sweeps/study/runs.csv") == table);
  const Result more = run(folder, {"sweep", "study.yaml", "--seeds", "1..4", "--threads", "1"});
  CHECK(more.out.starts_with("study: 32 of 32 runs finished (24 before) in "));
  const Result check = run(folder, {"check", "study.yaml"});
  CHECK(check.out == "study.yaml: ok, a sweep of 24 runs over 8 points\n");
}

TEST_CASE("rows of a sweep are what solve says of the same problem") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  REQUIRE(run(folder, {"sweep", "p.yaml", "-o", "s", "--vary", "optimizer.lr=[0.1, 0.3]", "--vary",
                       "lookahead=[false, {k: 5}]", "--keep", "traces"})
              .code == 0);
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "alone", "-s", "optimizer.lr=0.3", "-s", "lookahead={k: 5}"})
              .code == 0);
  const auto result = folder.json("alone/run.json")["result"];
  const std::string table = folder.read("s/runs.csv");
  CHECK(table.find("\n4,default,0.3,{k: 5},1,finished,steps,100,20,,100," +
                   nlohmann::json(result["loss_slow"]).dump()) != std::string::npos);
  CHECK(folder.json("s/runs/000004/run.json")["result"] == result);
  CHECK(folder.json("s/runs/000004/run.json")["id"] == folder.json("alone/run.json")["id"]);
  CHECK(folder.exists("s/runs/000004/trace.csv"));
  CHECK(folder.read("s/runs/000004/trace.csv").find("\np,default,1,") != std::string::npos);
}

TEST_CASE("a sweep can be counted, listed, shared out and gathered") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  folder.write("s.yaml", contrast);
  CHECK(run(folder, {"sweep", "s.yaml", "--count"}).out == "24\n");
  const Result dry = run(folder, {"sweep", "s.yaml", "--dry-run"});
  CHECK(dry.out.starts_with("index,method,optimizer.lr,seed\n1,plain,0.001,1\n2,plain,0.001,2\n"));
  CHECK(run(folder, {"sweep", "s.yaml", "--dry-run", "--index", "2"}).out ==
        "index,method,optimizer.lr,seed\n2,plain,0.001,2\n");
  const Result part = run(folder, {"sweep", "s.yaml", "--dry-run", "--shard", "2/24"});
  CHECK(part.out == "index,method,optimizer.lr,seed\n2,plain,0.001,2\n");
  CHECK(run(folder, {"sweep", "s.yaml", "--count", "--shard", "2/5"}).out == "5\n");
  const auto listed =
      nlohmann::json::parse(run(folder, {"sweep", "s.yaml", "--dry-run", "--json", "--index", "2"}).out);
  REQUIRE(listed["runs"].size() == 1);
  CHECK(listed["runs"][0] == nlohmann::json({{"index", 2},
                                             {"method", "plain"},
                                             {"problem", "p"},
                                             {"settings", {{"optimizer.lr", "0.001"}}},
                                             {"seed", 2}}));
  for (const char* shown : {"--dry-run", "--count"})
    CHECK(run(folder, {"sweep", "s.yaml", "-o", "parts", "--gather", shown}).code == 2);
  CHECK_FALSE(folder.exists("sweeps"));
  REQUIRE(run(folder, {"sweep", "s.yaml", "-o", "whole"}).code == 0);
  for (const char* part : {"1/3", "2/3"}) {
    const Result result = run(folder, {"sweep", "s.yaml", "-o", "parts", "--shard", part});
    CHECK(result.code == 0);
    CHECK(contains(result.err, "when all parts have ended, join them"));
  }
  CHECK_FALSE(folder.exists("parts/runs.csv"));
  // Before and while parts are missing, the message says how to go on, and that works.
  CHECK(
      contains(run(folder, {"compare", "parts"}).err, "lookahead sweep parts/sweep.yaml -o parts --gather"));
  const Result two = run(folder, {"sweep", "parts/sweep.yaml", "-o", "parts", "--gather"});
  CHECK(two.code == 0);
  CHECK(contains(two.err, "8 runs of 24 missing"));
  CHECK(run(folder, {"sweep", "s.yaml", "-o", "parts", "--shard", "3/3"}).code == 0);
  const Result all = run(folder, {"sweep", "s.yaml", "-o", "parts", "--gather"});
  CHECK(all.code == 0);
  CHECK_FALSE(contains(all.err, "missing"));
  CHECK(steady(folder, "parts") == steady(folder, "whole"));
  CHECK(folder.read("parts/points.csv") == folder.read("whole/points.csv"));
  REQUIRE(run(folder, {"sweep", "s.yaml", "-o", "lines", "--index", "7"}).code == 0);
  REQUIRE(run(folder, {"sweep", "s.yaml", "-o", "lines", "--gather"}).code == 0);
  CHECK(steady(folder, "lines").find("\n7,plain,0.1,1,finished,") != std::string::npos);
  const Result zero = run(folder, {"sweep", "s.yaml", "--shard", "0/3"});
  CHECK(zero.code == 2);
  CHECK(zero.err ==
        "--shard 0/3: error: parts are counted from 1 to N (--shard $((I + 1))/N where I counts from 0)\n");
  CHECK(run(folder, {"sweep", "s.yaml", "--index", "25"}).code == 2);
  CHECK(run(folder, {"sweep", "s.yaml", "--limit", "10"}).code == 3);
}

TEST_CASE("a folder of another sweep or of something else is refused with what differs") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  folder.write("s.yaml", contrast);
  REQUIRE(run(folder, {"sweep", "s.yaml", "-o", "s"}).code == 0);
  const Result fewer = run(folder, {"sweep", "s.yaml", "-o", "s", "--seeds", "2..3"});
  CHECK(fewer.code == 5);
  CHECK(fewer.err.find("seeds has 1 in s/sweep.yaml and not here") != std::string::npos);
  const Result other = run(folder, {"sweep", "s.yaml", "-o", "s", "-s", "stop.steps=50"});
  CHECK(other.code == 5);
  CHECK(other.err.find("stop.steps differs from") != std::string::npos);
  CHECK(run(folder, {"sweep", "s.yaml", "-o", "s", "-s", "stop.steps=50", "--force"}).code == 0);
  CHECK(folder.read("s/runs.csv").find(",steps,50,") != std::string::npos);
  CHECK(folder.read("s/runs.csv").find(",steps,100,") == std::string::npos);
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  CHECK(run(folder, {"sweep", "s.yaml", "-o", "run"}).code == 5);
  folder.write("mine/notes.txt", "mine");
  CHECK(run(folder, {"sweep", "s.yaml", "-o", "mine", "--force"}).code == 5);
  CHECK(folder.read("mine/notes.txt") == "mine");
  folder.write("s/journal.log", "no journal\n" + folder.read("s/journal.log"));
  const Result damaged = run(folder, {"sweep", "s.yaml", "-o", "s", "-s", "stop.steps=50"});
  CHECK(damaged.code == 5);
  CHECK(damaged.err.find("s/journal.log:1: error: the journal is damaged") != std::string::npos);
}

TEST_CASE("other data than those a sweep was begun with end it with exit 4") {
  const Folder folder;
  folder.write("d.csv", "x,y\n1,2\n2,4.1\n3,6\n4,8\n");
  folder.write(
      "p.yaml",
      "data: {train: d.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.1}\nstop: {epochs: "
      "3}\n");
  REQUIRE(run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..3"}).code == 0);
  folder.write("d.csv", "x,y\n1,2\n2,4.2\n3,6\n4,8\n");
  const Result changed = run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..3"});
  CHECK(changed.code == 4);
  CHECK(changed.err.find("the data are not those that the sweep in s was begun with") != std::string::npos);
}

TEST_CASE("a sweep does not go on from another run than the one that its start named") {
  const Folder folder;
  const std::string optimizer = "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 5}\n";
  folder.write("a.yaml", "objective: {function: sphere, dim: 2}\nstart: random\n" + optimizer);
  folder.write("p.yaml", "objective: {function: sphere, dim: 2}\nstart: {run: a}\n" + optimizer);
  REQUIRE(run(folder, {"solve", "a.yaml", "-o", "a"}).code == 0);
  REQUIRE(run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..2"}).code == 0);
  CHECK(run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..3"}).out.find("(2 before)") !=
        std::string::npos);
  REQUIRE(run(folder, {"solve", "a.yaml", "-o", "a", "--force", "--seed", "2"}).code == 0);
  const Result changed = run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..4"});
  CHECK(changed.code == 4);
  CHECK(
      changed.err.find("or the run that it starts from, is not the one that the sweep in s was begun with") !=
      std::string::npos);
}

TEST_CASE("the rows of a formula's table are read once for a sweep, and are part of what it is known by") {
  const Folder folder;
  folder.write("rows.csv", "a\n1\n2\n3\n");
  folder.write("p.yaml",
               "objective: {expression: \"(w[0]-a)^2\", terms: rows.csv, dim: 1}\nstart: [0]\n"
               "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 5}\n");
  REQUIRE(run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..3"}).code == 0);
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "alone"}).code == 0);
  const auto losses = parse_csv(folder.read("s/runs.csv")).column("loss_slow");
  REQUIRE(losses.size() == 3);
  CHECK(std::stod(losses[0]) == folder.json("alone/run.json")["result"]["loss_slow"].get<double>());
  folder.write("rows.csv", "a\n1\n2\n4\n");
  CHECK(run(folder, {"sweep", "p.yaml", "-o", "s", "--seeds", "1..4"}).code == 4);
}

TEST_CASE("runs that fail are told with exit 8 and repeated on demand, those that diverge are results") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "objective: {function: sphere, dim: 2}\nstart: [1, 1]\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: "
      "50}\n");
  const Result diverged = run(folder, {"sweep", "p.yaml", "-o", "d", "--vary", "optimizer.lr=[0.1, 100]"});
  CHECK(diverged.code == 0);
  CHECK(diverged.out.find("diverged") != std::string::npos);
  CHECK(folder.read("d/points.csv").find("100,gap,1,0,inf,inf,inf,inf,inf") != std::string::npos);
  const std::vector<std::string> command = {"sweep", "p.yaml", "-o",
                                            "f",     "--vary", "start=[[1, 1], [1e200, 1e200]]"};
  const Result failed = run(folder, command);
  CHECK(failed.code == 8);
  CHECK(failed.err.find("run 2: error: the objective is not finite at the start: inf") != std::string::npos);
  CHECK(folder.read("f/failures.csv") ==
        "index,message\n2,the objective is not finite at the start: inf (choose another start)\n");
  CHECK(run(folder, command).out.find("(2 before)") != std::string::npos);
  auto again = command;
  again.emplace_back("--retry");
  CHECK(run(folder, again).out.find("(1 before)") != std::string::npos);
}

TEST_CASE("a sweep that is interrupted or killed goes on to the same table") {
  const Folder folder;
  folder.write("s.yaml", longer);
  REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "whole"}).code == 0);
  const auto begun = [&](const std::string& name) {
    return folder.exists(name + "/journal.log") && !folder.read(name + "/journal.log").empty();
  };
  for (const int number : {SIGINT, SIGTERM, SIGKILL}) {
    CAPTURE(number);
    const std::string name = "cut-" + std::to_string(number);
    Process process(folder, {"sweep", "s.yaml", "-q", "-o", name});
    REQUIRE(eventually(60, [&] { return begun(name) || !process.running(); }));
    process.signal(number);
    const Result cut = process.wait();
    if (number != SIGKILL && cut.code != 0) {
      CHECK(cut.code == 128 + number);
      CHECK(folder.exists(name + "/runs.csv"));
    }
    const Result rest = run(folder, {"sweep", "s.yaml", "-q", "-o", name});
    CHECK(rest.code == 0);
    CHECK(steady(folder, name) == steady(folder, "whole"));
  }
}

TEST_CASE("a sweep is not begun anew while a part of it is carried out, and its parts need not wait") {
  const Folder folder;
  folder.write("s.yaml", endless_sweep);
  Process process(folder, {"sweep", "s.yaml", "-q", "-o", "s", "--shard", "1/2", "--threads", "1"});
  REQUIRE(eventually(60, [&] { return folder.exists("s/runs"); }));
  const Result whole = run(folder, {"sweep", "s.yaml", "-q", "-o", "s", "--force"});
  CHECK(whole.code == 5);
  CHECK(whole.err.find("a part of the sweep is being carried out by another process") != std::string::npos);
  const Result same = run(folder, {"sweep", "s.yaml", "-q", "-o", "s", "--shard", "1/2"});
  CHECK(same.code == 5);
  CHECK(same.err.find("another sweep writes to the journal") != std::string::npos);
  CHECK(process.running());
}

TEST_CASE("a part of a sweep is not begun while all of it is carried out") {
  const Folder folder;
  folder.write("s.yaml", endless_sweep);
  Process process(folder, {"sweep", "s.yaml", "-q", "-o", "s", "--threads", "1"});
  REQUIRE(eventually(60, [&] { return folder.exists("s/runs"); }));
  for (const std::vector<std::string>& part :
       {std::vector<std::string>{"--shard", "1/2"}, {"--index", "2"}}) {
    std::vector<std::string> words = {"sweep", "s.yaml", "-q", "-o", "s"};
    words.insert(words.end(), part.begin(), part.end());
    const Result result = run(folder, words);
    CHECK(result.code == 5);
    CHECK(result.err.find("the whole sweep is being carried out by another process") != std::string::npos);
  }
  CHECK(process.running());
}

TEST_CASE(
    "kept folders get the numbers of a sweep that has grown, and nothing else in their folder is touched") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  REQUIRE(run(folder, {"solve", "p.yaml", "-q"}).code == 0);
  const std::vector<std::string> sweep = {"sweep", "p.yaml", "-q", "-o", ".", "--keep", "traces"};
  const auto with = [&](const std::vector<std::string>& more) {
    auto words = sweep;
    words.insert(words.end(), more.begin(), more.end());
    return run(folder, words);
  };
  // The folder holds more than a sweep: another one is taken.
  CHECK(with({"--seeds", "5"}).code == 5);
  folder.write("s/runs/valley-001/run.json", "mine");
  auto own = [&](const std::vector<std::string>& more) {
    auto words = with_output(sweep, "s");
    words.insert(words.end(), more.begin(), more.end());
    return run(folder, words);
  };
  REQUIRE(own({"--seeds", "5"}).code == 0);
  const Result part = own({"--seeds", "1..6", "--shard", "1/2"});
  CHECK(part.code == 5);
  CHECK(part.err.find("the sweep has grown, and the folders of its runs have other numbers then") !=
        std::string::npos);
  REQUIRE(own({"--seeds", "1..6"}).code == 0);
  for (const std::string seed : {"1", "5", "6"})
    CHECK(folder.read("s/runs/00000" + seed + "/config.yaml").find("\nseed: " + seed + "\n") !=
          std::string::npos);
  REQUIRE(own({"--seeds", "2..3", "--force"}).code == 0);
  CHECK_FALSE(folder.exists("s/runs/000003"));
  CHECK(folder.read("s/runs/valley-001/run.json") == "mine");
}

TEST_CASE("a run that is kept has what solve writes, its certificate too") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "objective: {function: sphere, dim: 2}\noptimizer: {name: sgd, lr: auto}\nstop: {steps: 20}\n");
  REQUIRE(run(folder, {"sweep", "p.yaml", "-q", "-o", "s", "--keep", "everything"}).code == 0);
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "alone"}).code == 0);
  const auto kept = folder.json("s/runs/000001/run.json"), alone = folder.json("alone/run.json");
  CHECK_FALSE(alone["certificate"].is_null());
  for (const char* key : {"id", "result", "certificate", "optimizer", "warnings", "steps"})
    CHECK(kept[key] == alone[key]);
  for (const char* file : {"solution.csv", "checkpoint.bin", "trace.csv", "config.yaml"})
    CHECK(folder.exists("s/runs/000001/" + std::string(file)));
}

TEST_CASE("a table never stands beside folders that have other numbers, whenever a sweep is killed") {
  const Folder folder;
  folder.write("s.yaml", longer + "keep: traces\n");
  REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "s", "--seeds", "5", "-s", "stop.steps=200"}).code ==
          0);
  for (const char* seeds : {"4..5", "3..5", "2..5", "1..5"}) {
    Process process(folder, {"sweep", "s.yaml", "-q", "-o", "s", "--seeds", seeds, "-s", "stop.steps=200"});
    REQUIRE(eventually(60, [&] {
      return folder.read("s/sweep.yaml").find("seeds: [" + std::string(1, seeds[0])) != std::string::npos ||
             !process.running();
    }));
    process.signal(SIGKILL);
    process.wait();
    if (!folder.exists("s/runs.csv")) continue;
    const Csv table = parse_csv(folder.read("s/runs.csv"));
    for (const auto& row : table.rows) {
      std::string name = row[0];
      name.insert(0, 6 - name.size(), '0');
      if (!folder.exists("s/runs/" + name + "/config.yaml")) continue;
      // index, method, optimizer.lr, seed.
      CHECK(folder.read("s/runs/" + name + "/config.yaml").find("\nseed: " + row[3] + "\n") !=
            std::string::npos);
    }
  }
}

TEST_CASE("a sweep is no problem, and a problem is swept only as one") {
  const Folder folder;
  folder.write("p.yaml", hundred_steps);
  folder.write("s.yaml", contrast);
  const Result solved = run(folder, {"solve", "s.yaml"});
  CHECK(solved.code == 3);
  CHECK(solved.err ==
        "s.yaml:1:10: error: this is a sweep, not a problem (lookahead sweep carries it out)\n");
  const Result one = run(folder, {"sweep", "p.yaml", "-o", "one"});
  CHECK(one.code == 0);
  CHECK(one.out.starts_with("p: 1 of 1 run finished"));
  const Result wrong = run(folder, {"sweep", "p.yaml", "--vary", "optimizer.lr"});
  CHECK(wrong.code == 2);
  CHECK(wrong.err == "--vary optimizer.lr: error: expected KEY=VALUES (--vary 'optimizer.lr=[0.01, 0.1]')\n");
  const Result key = run(folder, {"sweep", "p.yaml", "--vary", "optimizer.rate=[1, 2]"});
  CHECK(key.code == 3);
  CHECK(key.err.find("--vary optimizer.rate=[1, 2]: error: unknown key 'optimizer.rate'") !=
        std::string::npos);
}

}  // namespace lookahead::cli
