#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// What comes from files and command lines reaches the terminal as text, and file systems fail with reasons.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;

const std::string two_steps = "objective: sphere\noptimizer: sgd\nstop: {steps: 2}\n";

bool obeyed(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F; }

// One line a message, no control characters, neither those of two bytes.
void check_plain(const Result& result) {
  for (const std::string& text : {result.err, result.out}) {
    CHECK_MESSAGE(std::none_of(text.begin(), text.end(), obeyed), text);
    for (char last = '\x80'; last < '\xA0'; ++last)
      CHECK_MESSAGE(!contains(text, std::string("\xC2") + last), text);
    for (const std::string& line : lines(text)) CHECK_MESSAGE(!line.starts_with("forged"), text);
  }
}

TEST_CASE("no name, path or option reaches the terminal as an escape sequence or as a line of its own") {
  const Folder folder;
  const std::string bad =
      "x\x1b]0;title\x07\n"
      "forged: error: \xC2\x9b"
      "2J";
  folder.write("t.csv", "a,\"" + bad + "\",y\n1,2,3\n4,5,6\n2,2,1\n");
  folder.write("c.csv",
               "a,y\n1,"
               "\xC2\x9b"
               "2J\n2,b\n3,b\n4,\xC2\x9b"
               "2J\n");
  folder.write(bad, "objective: nosuch\n");
  folder.write("good\x1b[31m.yaml", two_steps);
  const std::string data = "data: {train: t.csv, target: ";
  folder.write("p.yaml", data + "nosuch}\nmodel: linear\noptimizer: sgd\n");
  folder.write("q.yaml", data + "y, drop: [xforged]}\nmodel: linear\noptimizer: sgd\n");
  folder.write(
      "r.yaml",
      "data: {train: \"no\\nforged: error: \\e[31m.csv\", target: y}\nmodel: linear\noptimizer: sgd\n");
  folder.write("c.yaml",
               "data: {train: c.csv, target: y}\nmodel: logistic\noptimizer: sgd\nstop: {epochs: 2}\n");
  folder.write("brief.yaml", two_steps);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"check", "p.yaml"},
                                             {"check", "q.yaml"},
                                             {"check", "r.yaml"},
                                             {"check", bad},
                                             {"check", "good\x1b[31m.yaml"},
                                             {"solve", bad},
                                             {"solve", "brief.yaml", "-o", bad},
                                             {"solve", "brief.yaml", "-o", "sub" + bad},
                                             {"solve", "brief.yaml", "--seed", bad},
                                             {"solve", "brief.yaml", "--set", bad},
                                             {"solve", "brief.yaml", "--set", bad + "=1"},
                                             {"solve", "brief.yaml", "--set", "optimizer.lr=" + bad},
                                             {"solve", "brief.yaml", "--" + bad},
                                             {"solve", "brief.yaml", "--threads", bad},
                                             {"solve", "brief.yaml", "--color", bad},
                                             {"solve", "brief.yaml", "--log-file", "no/" + bad},
                                             {"solve", "c.yaml", "-o", "classes"},
                                             {bad},
                                             {"help", bad},
                                             {"list", bad},
                                             {"describe", bad},
                                             {"init", bad},
                                             {"init", "--data", bad},
                                             {"init", "--data", "t.csv", "--target", bad},
                                             {"init", "--data", "t.csv", "--target", "nosuch"},
                                             {"predict", "-m", bad, "t.csv"},
                                             {"predict", "-m", "classes", bad},
                                             {"predict", "-m", "classes", "t.csv", "--columns", bad},
                                             {"gradcheck", "brief.yaml", "--most", bad},
                                             {"certify", bad},
                                             {"certify", "brief.yaml", "--epsilon", bad}}) {
    std::string shown;
    for (const std::string& argument : arguments) shown += argument + " ";
    CAPTURE(shown);
    check_plain(run(folder, arguments));
  }
  CHECK(contains(run(folder, {"help", bad}).err, "no command or topic 'x\\x1b]0;title\\x07\\x0aforged"));
}

TEST_CASE("a JSON result has no character that a terminal obeys") {
  const Folder folder;
  folder.write("c.csv",
               "a,y\n1,"
               "\xC2\x9b"
               "2J\n2,b\x7f\n3,b\x7f\n4,\xC2\x9b"
               "2J\n");
  folder.write("c.yaml",
               "data: {train: c.csv, target: y}\nmodel: logistic\noptimizer: sgd\nstop: {epochs: 2}\n");
  const Result result = run(folder, {"solve", "c.yaml", "--json", "-o", "run"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  check_plain(result);
  CHECK(nlohmann::json::parse(result.out)["result"]["confusion"]["classes"] == nlohmann::json({"b\x7f",
                                                                                               "\xC2\x9b"
                                                                                               "2J"}));
}

TEST_CASE("paths that no file system follows are reported with their reason and the right exit code") {
  const Folder folder;
  folder.write("t.csv", table());
  fs::create_symlink("loop", folder.path("loop"));
  const std::string name(300, 'n');
  const auto data = [](const std::string& train) {
    return "data: {train: " + train + ", target: y}\nmodel: linear\noptimizer: sgd\nstop: {epochs: 1}\n";
  };
  folder.write("brief.yaml", two_steps);
  struct Case {
    std::string problem;
    std::vector<std::string> more;
    int code;
    std::string reason;
  };
  for (const Case& one :
       std::vector<Case>{{data("loop"), {}, 4, "Too many levels of symbolic links"},
                         {data("loop/t.csv"), {}, 4, "Too many levels of symbolic links"},
                         {data("loop/*.csv"), {}, 4, "Too many levels of symbolic links"},
                         {data(name), {}, 4, "File name too long"},
                         {data(name + "/t.csv"), {}, 4, "File name too long"},
                         {data("t.csv, validation: " + name), {}, 4, "File name too long"},
                         {data("t.csv, test: loop"), {}, 4, "Too many levels of symbolic links"},
                         {data("t.csv/t.csv"), {}, 4, "Not a directory"},
                         {two_steps, {"-o", "loop"}, 5, "Too many levels of symbolic links"},
                         {two_steps, {"-o", "loop/run"}, 5, "Too many levels of symbolic links"},
                         {two_steps, {"-o", name}, 5, "File name too long"},
                         {two_steps, {"-o", name + "/run"}, 5, "File name too long"},
                         {two_steps, {"-o", "loop", "--force"}, 5, "Too many levels of symbolic links"},
                         {two_steps, {"--log-file", "loop"}, 5, "Too many levels of symbolic links"}}) {
    CAPTURE(one.problem);
    CAPTURE(one.reason);
    folder.write("p.yaml", one.problem);
    std::vector<std::string> arguments = {"solve", "p.yaml"};
    arguments.insert(arguments.end(), one.more.begin(), one.more.end());
    const Result result = run(folder, arguments);
    CHECK_MESSAGE(result.code == one.code, result.err);
    CHECK_MESSAGE(contains(result.err, one.reason), result.err);
  }
  for (const std::string& target : {std::string("loop"), name}) {
    CHECK(run(folder, {"check", target}).code == 3);
    CHECK(run(folder, {"predict", "-m", target, "t.csv"}).code == 4);
    CHECK(run(folder, {"certify", target}).code == 3);
    CHECK(run(folder, {"init", "--data", target}).code == 4);
  }
}

TEST_CASE("folders without permission are reported with their reason") {
  const Folder folder;
  folder.write("locked/t.csv", table());
  folder.write("p.yaml", "data: {train: locked/t.csv, target: y}\nmodel: linear\noptimizer: sgd\n");
  folder.write("q.yaml", "data: {train: locked/*.csv, target: y}\nmodel: linear\noptimizer: sgd\n");
  fs::permissions(folder.path("locked"), fs::perms(0));
  Surroundings nobody;
  nobody.as_nobody = true;
  for (const char* problem : {"p.yaml", "q.yaml"}) {
    const Result result = run(folder, {"check", problem}, nobody);
    CHECK(result.code == 4);
    CHECK_MESSAGE(contains(result.err, "Permission denied"), result.err);
  }
  CHECK(contains(run(folder, {"certify", "locked"}, nobody).err, "Permission denied"));
  fs::permissions(folder.path("locked"), fs::perms(0755));
}

TEST_CASE("a current directory that was deleted is reported") {
  const Folder folder;
  folder.write("t.csv", table());
  Surroundings gone;
  gone.deleted_directory = true;
  gone.input = "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sgd\n";
  const Result data = run(folder, {"check", "-"}, gone);
  CHECK(data.code == 4);
  CHECK_MESSAGE(contains(data.err, "t.csv: error: there is no current directory"), data.err);
  gone.input = two_steps;
  const Result output = run(folder, {"solve", "-"}, gone);
  CHECK(output.code == 5);
  CHECK_MESSAGE(contains(output.err, "runs: error: cannot make the folder: No such file or directory"),
                output.err);
}

TEST_CASE("messages are appended to logs and to nothing else") {
  const Folder folder;
  folder.write("p.yaml", two_steps);
  folder.write("t.csv", table());
  for (const char* file : {"p.yaml", "t.csv"}) {
    const std::string before = folder.read(file);
    const Result result = run(folder, {"solve", "p.yaml", "--log-file", file});
    CHECK(result.code == 5);
    CHECK_MESSAGE(contains(result.err, "cannot write the log file: it holds something else"), result.err);
    CHECK(folder.read(file) == before);
  }
  CHECK(!folder.exists("runs"));
  folder.write("empty", "");
  for (const char* file : {"log", "log", "empty", "/dev/null"})
    CHECK(run(folder, {"solve", "p.yaml", "--log-file", file}).code == 0);
  CHECK(lines(folder.read("log")).size() >= 2);
}

TEST_CASE("a folder that another run writes to is refused, with --force too") {
  const Folder folder;
  folder.write("p.yaml", "objective: rosenbrock\noptimizer: {name: sgd, lr: 1e-9}\nstop: {time: 1h}\n");
  folder.write("brief.yaml", two_steps);
  Process first(folder, {"solve", "p.yaml", "-q", "-o", "run"});
  REQUIRE(eventually(60, [&] { return folder.exists("run/trace.csv") || !first.running(); }));
  const std::string owner = std::to_string(folder.json("run/run.json")["pid"].get<int>());
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"solve", "brief.yaml", "-o", "run"},
                                             {"solve", "brief.yaml", "-o", "run", "--force"},
                                             {"solve", "brief.yaml", "-o", "run", "--force", "--dry-run"}}) {
    const Result second = run(folder, arguments);
    CHECK(second.code == 5);
    CHECK_MESSAGE(
        contains(second.err, "run: error: another run writes to the folder, process " + owner + " on "),
        second.err);
  }
  first.signal(SIGKILL);
  first.wait();
  // The lock went with the process, however it ended.
  CHECK(run(folder, {"solve", "brief.yaml", "-q", "-o", "run", "--force"}).code == 0);
  CHECK(folder.json("run/run.json")["status"] == "finished");
}

TEST_CASE("several runs that replace one folder leave the files of one of them") {
  const Folder folder;
  folder.write("p.yaml", "objective: rosenbrock\noptimizer: adam\nstop: {steps: 3000}\nname: same\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  std::vector<std::unique_ptr<Process>> all;
  for (int seed = 1; seed <= 8; ++seed) {
    all.push_back(std::make_unique<Process>(
        folder, std::vector<std::string>{"solve", "p.yaml", "-q", "-o", "run", "--force", "--seed",
                                         std::to_string(seed)}));
  }
  int done = 0;
  for (const auto& process : all) {
    const Result result = process->wait();
    CHECK_MESSAGE((result.code == 0 || result.code == 5), result.err);
    done += result.code == 0 ? 1 : 0;
  }
  CHECK(done >= 1);
  const auto json = folder.json("run/run.json");
  CHECK(json["status"] == "finished");
  const Csv trace = parse_csv(folder.read("run/trace.csv"));
  for (const std::string& seed : trace.column("seed")) CHECK(seed == std::to_string(json["seed"].get<int>()));
  CHECK(contains(folder.read("run/config.yaml"), "seed: " + std::to_string(json["seed"].get<int>())));
}

TEST_CASE("--force replaces what this program wrote, not a folder with some run.json") {
  const Folder folder;
  folder.write("p.yaml", two_steps);
  for (const char* text : {"{}", "{\"status\": \"finished\"}", "not JSON", "[1]"}) {
    folder.write("mine/run.json", text);
    folder.write("mine/model.json", "my model");
    folder.write("mine/config.yaml", "my settings");
    const Result result = run(folder, {"solve", "p.yaml", "-o", "mine", "--force"});
    CHECK(result.code == 5);
    CHECK_MESSAGE(contains(result.err, "mine: error: the folder is not empty and holds no earlier run"),
                  result.err);
    CHECK(folder.read("mine/model.json") == "my model");
    CHECK(folder.read("mine/config.yaml") == "my settings");
  }
}

}  // namespace
}  // namespace lookahead::cli
