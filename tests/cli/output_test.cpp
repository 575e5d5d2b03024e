#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Where the output is refused or fails: exit code 5, what failed, what is kept. All of it also for root.
namespace lookahead::cli {
namespace {

const std::string brief_run = "objective: rosenbrock\noptimizer: adam\nstop: {steps: 20}\n";
const std::string lengthy =
    "objective: {function: rosenbrock_chained, dim: 50}\noptimizer: adam\nstop: {steps: 20000}\n"
    "trace: {every: 1, points: true}\n";

Surroundings nobody() {
  Surroundings surroundings;
  surroundings.as_nobody = true;
  return surroundings;
}

// Rows d.csv, a problem p.yaml of them, and the model that it leaves in r.
void train_lightly(const Folder& folder) {
  folder.write("d.csv", "x,y\n1,2\n2,4.1\n3,6\n4,8\n5,10.2\n");
  folder.write(
      "p.yaml",
      "data: {train: d.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 20}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "r"}).code == 0);
}

TEST_CASE("an output folder in use is refused before anything is written") {
  const Folder folder;
  folder.write("p.yaml", brief_run);
  folder.write("used/notes.txt", "mine");
  folder.write("file", "mine");
  const auto before = folder.names();
  const auto refuses = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const Result result = run(folder, arguments);
    CAPTURE(message);
    CHECK(result.code == 5);
    CHECK(result.out.empty());
    CHECK_MESSAGE(result.err.starts_with(message), result.err);
    CHECK(folder.names() == before);
  };
  refuses({"solve", "p.yaml", "-o", "used"},
          "used: error: the folder is not empty (choose another folder with -o)");
  refuses({"solve", "p.yaml", "-o", "used", "--dry-run"}, "used: error: the folder is not empty");
  refuses({"solve", "p.yaml", "-o", "file"}, "file: error: is not a folder (choose another place with -o)");
  refuses({"solve", "p.yaml", "-o", "file", "--force"}, "file: error: is not a folder");
  refuses({"solve", "p.yaml", "-o", "file/run"}, "file/run: error: cannot make the folder: Not a directory");
  refuses({"solve", "p.yaml", "-o", "file/a/b"}, "file/a/b: error: cannot make the folder: Not a directory");
  refuses({"solve", "p.yaml", "-o", "/dev/null"}, "/dev/null: error: is not a folder");
  refuses({"solve", "p.yaml", "-o", "/proc/nosuch/run"}, "/proc/nosuch/run: error: cannot make the folder: ");
}

TEST_CASE("a file in the place of runs/ is an output fault") {
  const Folder folder;
  folder.write("p.yaml", brief_run);
  folder.write("runs", "mine");
  const Result result = run(folder, {"solve", "p.yaml"});
  CHECK(result.code == 5);
  CHECK_MESSAGE(result.err.starts_with("runs"), result.err);
  CHECK(folder.read("runs") == "mine");
}

TEST_CASE("folders that may not be written are output faults") {
  const Folder folder;
  folder.write("p.yaml", brief_run);
  std::filesystem::create_directory(folder.path("locked"));
  std::filesystem::permissions(folder.path("locked"), std::filesystem::perms(0555));
  if (::geteuid() != 0) std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const auto before = folder.names();
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"solve", "p.yaml"},
                                                    {"solve", "p.yaml", "-o", "locked"},
                                                    {"solve", "p.yaml", "-o", "locked/run"}}) {
    const Result result = run(folder, arguments, nobody());
    CHECK(result.code == 5);
    CHECK_MESSAGE(contains(result.err, "Permission denied"), result.err);
    CHECK(folder.names() == before);
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
}

TEST_CASE("a full device behind stdout is reported by every command") {
  const Folder folder;
  folder.write("p.yaml", brief_run);
  Surroundings full;
  full.stdout_to = "/dev/full";
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"version"},
                                                    {"--version"},
                                                    {"help"},
                                                    {"--help"},
                                                    {"help", "solve"},
                                                    {"list"},
                                                    {"list", "--json"},
                                                    {"describe", "adam"},
                                                    {"check", "p.yaml"},
                                                    {"check", "--resolved", "p.yaml"},
                                                    {"solve", "p.yaml", "--dry-run"}}) {
    const Result result = run(folder, arguments, full);
    CHECK(result.code == 5);
    CHECK_MESSAGE(contains(result.err, "<stdout>: error: cannot write: No space left on device"), result.err);
  }
  CHECK(folder.names() == std::vector<std::string>{"p.yaml"});
  const Result solve = run(folder, {"solve", "p.yaml", "--json", "-o", "run"}, full);
  CHECK(solve.code == 5);
  CHECK(contains(solve.err, "<stdout>: error: cannot write"));
  CHECK(folder.json("run/run.json")["status"] == "finished");
}

TEST_CASE("-o of a command that prints writes the same to a file, and says so") {
  const Folder folder;
  train_lightly(folder);
  const std::vector<std::vector<std::string>> commands = {
      {"init", "function"},
      {"init", "--data", "d.csv", "--target", "y"},
      {"predict", "-m", "r", "d.csv"},
      {"weights", "r"},
      {"eval", "p.yaml", "--at", "[1, 2]"},
      {"schema"},
      {"schema", "sweep"},
      {"plot", "r", "--ascii"},
      {"report", "r"},
  };
  for (const auto& command : commands) {
    CAPTURE(command[0]);
    auto words = command;
    const bool report = command[0] == "report";
    const std::string file = report ? "o.html" : command[0] == "plot" ? "o.txt" : "o";
    if (report) words.insert(words.end(), {"-o", "-"});
    const Result printed = run(folder, words);
    REQUIRE(printed.code == 0);
    words = command;
    words.insert(words.end(), {"-o", file});
    const Result written = run(folder, words);
    CHECK(written.code == 0);
    CHECK(written.out.empty());
    CHECK(folder.read(file) == printed.out);
    CHECK(written.err == (report ? "" : printed.err) + "wrote " + file + "\n");
    words.back() = "no/such/folder/" + file;
    CHECK(run(folder, words).code == 5);
    std::filesystem::remove(folder.path(file));
  }
}

TEST_CASE(
    "init replaces no file, and predict neither the rows that it reads nor anything before there are some") {
  const Folder folder;
  train_lightly(folder);
  const std::string problem = folder.read("p.yaml"), rows = folder.read("d.csv");
  const Result init = run(folder, {"init", "function", "-o", "p.yaml"});
  CHECK(init.code == 5);
  CHECK(init.err == "p.yaml: error: exists, and init replaces no file (choose another name, or remove it)\n");
  CHECK(folder.read("p.yaml") == problem);
  const Result predict = run(folder, {"predict", "-m", "r", "d.csv", "-o", "./d.csv"});
  CHECK(predict.code == 2);
  CHECK(contains(predict.err,
                 "-o ./d.csv: error: is the input 'd.csv', or a part of it (choose another file)"));
  CHECK(folder.read("d.csv") == rows);
  CHECK(run(folder, {"predict", "-m", "r", "none.csv", "-o", "out.csv"}).code == 4);
  CHECK_FALSE(folder.exists("out.csv"));
}

TEST_CASE("-o takes the place of no input, and a file is whole, with its permissions, or as it was") {
  namespace fs = std::filesystem;
  const Folder folder;
  train_lightly(folder);
  const std::string problem = folder.read("p.yaml"), model = folder.read("r/model.json");
  const auto refuses = [&](const std::vector<std::string>& words) {
    const Result result = run(folder, words);
    CHECK(result.code == 2);
    CHECK_MESSAGE(contains(result.err, "is the input "), result.err);
  };
  refuses({"eval", "p.yaml", "--at", "[1, 2]", "-o", "p.yaml"});
  refuses({"predict", "-m", "r", "d.csv", "-o", "r/model.json"});
  refuses({"predict", "-m", "r/model.json", "d.csv", "-o", "r/../r/model.json"});
  refuses({"weights", "r", "-o", "r/model.json"});
  refuses({"weights", "r", "--data", "d.csv", "-o", "d.csv"});
  REQUIRE(run(folder, {"sweep", "p.yaml", "--seeds", "1..2", "-q", "-o", "s"}).code == 0);
  refuses({"compare", "s", "-o", "s/runs.csv"});
  refuses({"compare", "s", "--against", "s", "-o", "s/points.csv"});
  CHECK(folder.read("p.yaml") == problem);
  CHECK(folder.read("r/model.json") == model);
  // What only has the name of one.
  folder.write("model.json", "mine");
  CHECK(run(folder, {"weights", "r", "-o", "model.json"}).code == 0);
  CHECK(run(folder, {"eval", "p.yaml", "--at", "[1, 2]", "-o", "model.json"}).code == 0);
  // What fails halfway leaves what was there.
  std::string many = "x\n";
  for (int i = 0; i < 300000; ++i) many += std::to_string(i % 7) + "\n";
  folder.write("many.csv", many + "six\n");
  folder.write("o.csv", "mine");
  fs::permissions(folder.path("o.csv"), fs::perms(0600));
  CHECK(run(folder, {"predict", "-m", "r", "many.csv", "-o", "o.csv"}).code == 4);
  CHECK(folder.read("o.csv") == "mine");
  fs::create_symlink("o.csv", folder.path("link"));
  for (const char* output : {"o.csv", "link"}) {
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"predict", "-m", "r", "d.csv"}, {"weights", "r"}}) {
      folder.write("o.csv", "mine");
      auto with = words;
      with.insert(with.end(), {"-o", output});
      CHECK(run(folder, with).code == 0);
      CHECK(folder.read("o.csv") != "mine");
      CHECK(fs::is_symlink(folder.path("link")));
      CHECK(fs::status(folder.path("o.csv")).permissions() == fs::perms(0600));
    }
  }
  fs::create_symlink("nothing", folder.path("dangling"));
  CHECK(run(folder, {"init", "function", "-o", "dangling"}).code == 5);
  const auto names = folder.names();
  CHECK(std::none_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.ends_with(".tmp"); }));
}

TEST_CASE("predictions on a full device are reported") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml",
               "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\nstop: "
               "{epochs: 2}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  Surroundings full;
  full.stdout_to = "/dev/full";
  const Result result = run(folder, {"predict", "-m", "run", "t.csv"}, full);
  CHECK(result.code == 5);
  CHECK(contains(result.err, "<stdout>: error: cannot write"));
}

TEST_CASE("a trace that does not fit on the disk ends the run and leaves whole lines") {
  const Folder folder;
  folder.write("p.yaml", lengthy);
  Surroundings small;
  small.most_file_bytes = 200000;
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run"}, small);
  CHECK(result.code == 5);
  CHECK(result.out.empty());
  CHECK_MESSAGE(contains(result.err, "run/trace.csv: error: cannot write: File too large"), result.err);
  CHECK_MESSAGE(contains(result.err, "kept: run as far as it was written"), result.err);
  CHECK(folder.json("run/run.json")["status"] == "failed");
  CHECK(parse_csv(folder.read("run/solution.csv")).rows.size() == 50);
  const std::string text = folder.read("run/trace.csv");
  const Csv trace = parse_csv(text);
  CHECK(text.back() == '\n');
  CHECK(trace.rows.size() > 10);
  for (const auto& row : trace.rows) CHECK(row.size() == trace.header.size());
}

TEST_CASE("a disk that is full from the start is reported before the run") {
  const Folder folder;
  folder.write("p.yaml", lengthy);
  Surroundings none;
  none.most_file_bytes = 300;  // less than a run.json, more than the message
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run"}, none);
  CHECK(result.code == 5);
  CHECK_MESSAGE(contains(result.err, "run/run.json: error: cannot write: File too large"), result.err);
  CHECK(folder.names() == std::vector<std::string>{"p.yaml", "run"});
}

TEST_CASE("a log file that cannot be opened is refused and leaves nothing behind") {
  const Folder folder;
  folder.write("p.yaml", brief_run);
  std::filesystem::create_directory(folder.path("folder"));
  const auto before = folder.names();
  for (const std::string file : {"nosuch/log", "p.yaml/log", "folder"}) {
    const Result result = run(folder, {"solve", "p.yaml", "--log-file", file});
    CHECK(result.code == 5);
    CHECK_MESSAGE(result.err.starts_with(file + ": error: cannot write the log file: "), result.err);
    CHECK(folder.names() == before);
  }
  const Result full = run(folder, {"solve", "p.yaml", "-o", "run", "--log-file", "/dev/full"});
  CHECK(full.code == 0);
  CHECK_MESSAGE(contains(full.err, "/dev/full: warning: cannot write the log file\n"), full.err);
}

TEST_CASE("--force replaces an earlier run and nothing else") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: sgd\nstop: {steps: 3}\n");
  folder.write("mine/config.yaml", "mine");
  const Result refused = run(folder, {"solve", "p.yaml", "-o", "mine", "--force"});
  CHECK(refused.code == 5);
  CHECK(contains(refused.err, "mine: error: the folder is not empty and holds no earlier run"));
  CHECK(folder.read("mine/config.yaml") == "mine");
  // The trace of the run before goes, whatever its name was.
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run", "-s", "trace.file=old.csv"}).code == 0);
  folder.write("run/notes.txt", "mine");
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run", "--force"}).code == 0);
  CHECK(!folder.exists("run/old.csv"));
  CHECK(folder.exists("run/trace.csv"));
  CHECK(folder.read("run/notes.txt") == "mine");
}

TEST_CASE("a run does not write where its data lie") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", "objective: sphere\noptimizer: sgd\nstop: {steps: 3}\n");
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  folder.write("run/solution.csv", table());
  folder.write("d.yaml", "data: {train: run/solution.csv, target: y}\nmodel: linear\noptimizer: sgd\n");
  const Result refused = run(folder, {"solve", "d.yaml", "-o", "run", "--force"});
  CHECK(refused.code == 5);
  CHECK(contains(refused.err, "the folder holds the run's own data"));
  CHECK(folder.read("run/solution.csv") == table());
}

TEST_CASE("--set reaches into a list of levels") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: sgd\nlookahead: [{k: 2}, {k: 3, alpha: 0.7}]\n");
  const Result set = run(folder, {"check", "p.yaml", "--resolved", "-s", "lookahead.1.alpha=0.9"});
  CHECK(set.code == 0);
  CHECK(contains(set.out, "{k: 3, alpha: 0.9"));
  CHECK(contains(set.out, "[{k: 2, alpha: 0.5"));
  for (const char* key : {"lookahead.k", "lookahead.2.k"}) {
    const Result wrong = run(folder, {"check", "p.yaml", "-s", std::string(key) + "=4"});
    CHECK(wrong.code == 2);
    CHECK(contains(wrong.err, "lookahead is a list of 2 (its parts are lookahead.0 to lookahead.1)"));
  }
}

}  // namespace
}  // namespace lookahead::cli
