#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Programs as objectives: what they may do wrong, what becomes of them, and what they see.
namespace lookahead::cli {
namespace {

// f(x, y) = 1 with a gradient of (0.5, 0.5): a program in sh that at its 100th point does `then`, or from that
// one on.
std::string program(const std::string& then, const std::string& first = "", const char* from = "-eq") {
  return first + "read -r hello\necho ok\nn=0\nwhile read -r x y; do\n  n=$((n + 1))\n" + "  if [ $n " +
         from + " 100 ]; then\n    " + then + "\n  fi\n  echo 1 0.5 0.5\ndone\n";
}

const std::string impatient_problem =
    "objective: {program: [sh, mine.sh], dim: 2, timeout: 2s}\noptimizer: {name: sgd, lr: 1e-3}\n"
    "stop: {steps: 300}\ntrace: {points: true}\n";

// The folder holds the files of a run that has ended in this way, and nothing half.
void whole_files(const Folder& folder, const std::string& status, const std::string& stop) {
  const auto json = folder.json("run/run.json");
  CHECK(json["status"] == status);
  CHECK(json["stop"] == stop);
  const std::string text = folder.read("run/trace.csv");
  REQUIRE(!text.empty());
  CHECK(text.back() == '\n');
  const Csv trace = parse_csv(text);
  for (const auto& row : trace.rows) {
    if (row.size() != trace.header.size()) FAIL_CHECK("a row of " << row.size() << " fields");
  }
  CHECK(trace.column("step").back() == std::to_string(json["steps"].get<long>()));
  const Csv solution = parse_csv(folder.read("run/solution.csv"));
  CHECK(solution.rows.size() == 2);
  for (const std::string& name : folder.names()) CHECK(!name.ends_with(".tmp"));
  // Where the last step has a row already, perhaps of a sync, the end has none of its own.
  const std::string& event = trace.rows.back().back();
  if (event.empty()) CHECK(status == "failed");
  if (event.empty()) return;
  CHECK(event == stop);
  CHECK(solution.column("fast") == std::vector{trace.column("fast_0").back(), trace.column("fast_1").back()});
}

// Whether the process whose number a file holds runs; one that nobody has waited for does not.
bool runs(const Folder& folder, const std::string& file) {
  std::ifstream stat("/proc/" + std::to_string(std::stol(folder.read(file))) + "/stat");
  std::string text;
  std::getline(stat, text);
  const std::size_t end = text.rfind(')');
  return end != std::string::npos && text.size() > end + 2 && text[end + 2] != 'Z' && text[end + 2] != 'X';
}

}  // namespace

TEST_CASE("every way in which a program can fail ends the run with exit code 4 and whole files") {
  struct Way {
    const char *then, *says;
  };
  const Way ways[] = {
      {"exit 3", "ended with status 3"},
      {"kill -9 $$", "was ended by SIGKILL"},
      {"sleep 600", "did not answer within 2s"},
      {"trap '' TERM; sleep 600; sleep 600", "did not answer within 2s"},
      {"echo what is this", "expected 3 numbers, the value and the components of the gradient, got 'what is"},
      {"echo 1 0.5; continue", "got 2: '1 0.5'"},
      {"echo; continue", "got an empty line"},
      {"echo 1 0.5 0.5 0.5; continue", "got more: '1 0.5 0.5 0.5'"},
      {"echo 1 0.5 0.5", "was not asked for"},
      {"printf 1; exit 0", "ended with status 0 within a line, '1'"},
      {"exec >&-; sleep 600", "closed its standard output"},
      {"echo lost my way >&2; exit 1", "its last line on standard error: 'lost my way'"},
      {"head -c 4000 /dev/zero | tr '\\0' 1", "of its output is too long"},
      {"printf '%04000d 0.5 0.5\\n' 1; continue", "of its output is too long"},
  };
  for (const Way& way : ways) {
    CAPTURE(std::string(way.then));
    const Folder folder;
    folder.write("mine.sh", program(way.then));
    folder.write("p.yaml", impatient_problem);
    const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
    CAPTURE(result.err);
    CHECK(result.code == 4);
    CHECK(contains(result.err, "sh mine.sh: error: "));
    CHECK(contains(result.err, way.says));
    CHECK(contains(result.err, "kept: run"));
    whole_files(folder, "failed", "evaluation");
    CHECK(folder.json("run/run.json")["steps"].get<long>() > 20);
    CHECK(contains(folder.read("run/run.json"), "an evaluation failed after step"));
  }
}

TEST_CASE("a line too many is detected even where the program is slower than the questions") {
  const Folder folder;
  folder.write("mine.sh", program("echo 1 0.5 0.5; sleep 0.05; echo 1 0.5 0.5; continue"));
  folder.write("p.yaml", impatient_problem);
  const Result result = run(folder, {"solve", "p.yaml", "-o", "run", "--set", "stop.steps=110"});
  CHECK(result.code == 4);
  CHECK(contains(result.err, "was not asked for: '1 0.5 0.5'"));
  whole_files(folder, "failed", "evaluation");
}

TEST_CASE("a program that does not begin as it should is exit code 4, and nothing is written") {
  struct Way {
    const char *command, *script, *says;
  };
  const Way ways[] = {
      {"[sh, mine.sh]", "exit 5\n", "ended with status 5"},
      {"[sh, mine.sh]", "sleep 600\n", "did not answer within 2s"},
      {"[sh, mine.sh]", "echo hello\nsleep 600\n", "'hello'"},
      {"[sh, mine.sh]", "read -r hello; echo no\nsleep 600\n", "expected the answer 'ok'"},
      {"[no-such-program-here]", "", "there is no program 'no-such-program-here' on PATH"},
      {"[./no-such-file]", "", "./no-such-file: No such file or directory"},
      {"[./mine.sh]", "", "Permission denied"},
  };
  for (const Way& way : ways) {
    CAPTURE(way.command);
    CAPTURE(way.script);
    const Folder folder;
    folder.write("mine.sh", way.script);
    // The others answer at once, however long a busy machine takes for that.
    const char* timeout = contains(way.says, "2s") ? "2s" : "10m";
    folder.write("p.yaml", "objective: {program: " + std::string(way.command) +
                               ", dim: 2, timeout: " + timeout + "}\noptimizer: adam\n");
    const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
    CAPTURE(result.err);
    CHECK(result.code == 4);
    CHECK(contains(result.err, way.says));
    CHECK(!folder.exists("run"));
  }
}

TEST_CASE("nan, inf and a gradient that is not finite are divergence, and the point is kept") {
  for (const char* answer : {"nan", "inf", "inf 0 0", "-inf", "1 nan 0.5", "1 0.5 inf"}) {
    CAPTURE(answer);
    const Folder folder;
    folder.write("mine.sh", program("echo " + std::string(answer) + "; continue", "", "-ge"));
    folder.write("p.yaml", impatient_problem);
    const Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
    CAPTURE(result.err);
    CHECK(result.code == 6);
    CHECK(contains(result.err, "diverged at step"));
    whole_files(folder, "diverged", "divergence");
  }
}

TEST_CASE("a megabyte on standard error keeps nobody waiting") {
  const Folder folder;
  folder.write("mine.sh", program("head -c 1048576 /dev/zero | tr '\\0' x >&2"));
  folder.write("p.yaml", impatient_problem);
  Result result = run(folder, {"solve", "p.yaml", "-o", "run"});
  CHECK(result.code == 0);
  CHECK(!contains(result.err, "xxxx"));
  CHECK(contains(result.err, "runs the program sh mine.sh in "));
  result = run(folder, {"solve", "p.yaml", "-o", "seen", "-v"});
  CHECK(result.code == 0);
  CHECK(contains(result.err, "xxxx"));
}

TEST_CASE("a program and what it has started end with the run, and do not outlive a killed one") {
  const std::string first = "echo $$ >pid\nsleep 600 & echo $! >other\n";
  const Folder folder;
  folder.write("mine.sh", program(":", first));
  folder.write("p.yaml", impatient_problem);
  CHECK(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  CHECK(!runs(folder, "pid"));
  // It is no child of lookahead: whoever takes it over may yet have to look at its end.
  CHECK(eventually(60, [&] { return !runs(folder, "other"); }));
  // Neither after a signal that ends lookahead at once, nor after one that nothing can catch.
  for (const int signal : {SIGTERM, SIGKILL}) {
    CAPTURE(signal);
    const Folder killed;
    killed.write("mine.sh", program("touch there; sleep 600", first));
    killed.write("p.yaml", "objective: {program: [sh, mine.sh], dim: 2, timeout: 1h}\noptimizer: adam\n");
    Process process(killed, {"gradcheck", "p.yaml", "--most", "100000", "--points", "1000"});
    REQUIRE(eventually(60, [&] { return killed.exists("there"); }));
    CHECK(runs(killed, "pid"));
    process.signal(signal);
    process.wait();
    CHECK(eventually(60, [&] { return !runs(killed, "pid"); }));
    // Of a SIGKILL only the program itself learns.
    if (signal == SIGTERM) CHECK(eventually(60, [&] { return !runs(killed, "other"); }));
    if (signal == SIGKILL) ::kill(static_cast<pid_t>(std::stol(killed.read("other"))), SIGKILL);
  }
}

TEST_CASE("a program sees PATH, HOME and LANG, the folder of its problem, no file of the run, and no shell") {
  const Folder folder;
  folder.write("below/mine.sh", program(":",
                                        "tr '\\0' '\\n' </proc/$$/environ >environment\n"
                                        "pwd >place\nprintf '%s' \"$1\" >word\nls -l /proc/$$/fd >open\n"));
  folder.write("below/p.yaml",
               "objective:\n  program: [sh, mine.sh, \"$HOME; touch owned\"]\n  dim: 2\noptimizer: adam\n"
               "stop: {steps: 3}\n");
  Surroundings surroundings;
  surroundings.environment = {{"SECRET", "1"}, {"HOME", "/nowhere"}, {"LANG", "C"}};
  REQUIRE(run(folder, {"solve", "below/p.yaml", "-o", "run", "--log-file", "log"}, surroundings).code == 0);
  CHECK(!contains(folder.read("below/open"), folder.path("log")));
  for (const std::string& line : lines(folder.read("below/environment"))) {
    const bool known = line.starts_with("PATH=") || line == "HOME=/nowhere" || line == "LANG=C";
    CHECK_MESSAGE(known, line);
  }
  CHECK(lines(folder.read("below/place")).front().ends_with("/below"));
  CHECK(folder.read("below/word") == "$HOME; touch owned");
  CHECK(!folder.exists("below/owned"));
}

TEST_CASE("check starts nothing, and --no-outside refuses programs and libraries in every command") {
  const Folder folder;
  folder.write("mine.sh", "touch started\n" + program(":"));
  folder.write("p.yaml", impatient_problem);
  folder.write("library.yaml", "objective: {library: ./no.so, dim: 2}\noptimizer: adam\n");
  folder.write("sweep.yaml", "problem: p.yaml\nvary: {optimizer.lr: [0.1, 0.2]}\n");
  for (const char* file : {"p.yaml", "library.yaml"}) {
    const Result result = run(folder, {"check", file});
    CHECK(result.code == 0);
    CHECK(contains(result.out, "the objective itself was not tried"));
  }
  CHECK(run(folder, {"check", "--resolved", "p.yaml"}).code == 0);
  const auto refused = [&](std::vector<std::string> arguments) {
    CAPTURE(arguments.front());
    arguments.push_back("--no-outside");
    const Result result = run(folder, arguments);
    CHECK(result.code == 2);
    CHECK(contains(result.err, "--no-outside forbids it (leave out --no-outside where you trust the file)"));
  };
  for (const char* file : {"p.yaml", "library.yaml"}) {
    for (const char* command : {"solve", "check", "gradcheck", "certify"}) refused({command, file});
  }
  refused({"sweep", "sweep.yaml"});
  refused({"check", "sweep.yaml"});
  CHECK(!folder.exists("started"));
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run"}).code == 0);
  std::filesystem::remove(folder.path("started"));
  refused({"solve", "--resume", "run", "-s", "stop.steps=400"});
  refused({"certify", "run"});
  refused({"plot", "run", "--kind", "path", "--ascii"});
  CHECK(!folder.exists("started"));
}

TEST_CASE("a library or a symbol that is not there is exit code 4, and what makes no sense exit code 3") {
  const Folder folder;
  const auto solved = [&](const std::string& objective) {
    folder.write("p.yaml", "objective: " + objective + "\noptimizer: adam\n");
    return run(folder, {"solve", "p.yaml", "-o", "run"});
  };
  Result result = solved("{library: ./no.so, dim: 2}");
  CHECK(result.code == 4);
  CHECK(contains(result.err, "no.so: error: cannot be loaded: "));
  result = solved("{library: libm.so.6, dim: 2}");
  CHECK(result.code == 4);
  struct Wrong {
    const char *objective, *says;
  };
  const Wrong wrongs[] = {
      {"{program: [sh, x], library: ./a.so, dim: 2}", "has both program and library"},
      {"{program: [sh, x], function: rosenbrock, dim: 2}", "has both program and function"},
      {"{program: [sh, x]}", "needs the key 'dim'"},
      {"{program: [], dim: 2}", "names no program"},
      {"{program: [sh, x], dim: 2, timeout: 10}", "timeout"},
      {"{program: [sh, x], dim: 2, processes: 0}", "processes must be >= 1"},
      {"{program: [sh, x], dim: 2, gives: hessian}", "gives"},
      {"{program: [sh, x], dim: 2, domain: [5, -5]}", "the lower end first"},
      {"{program: [sh, x], dim: 2, lipschitz: -1}", "lipschitz must be > 0"},
      {"{program: [sh, x], dim: 2, timout: 1s}", "did you mean 'timeout'?"},
      {"{program: [sh, x], dim: 2}\nstart: random", "objective.domain gives it"},
      {"{program: [sh, x], dim: 2}\nstop: {target: 1}", "stop.target needs a known minimum"},
      {"{program: [sh, x], dim: 2, noise: {minibatch: 2}}", "program is none"},
  };
  for (const Wrong& wrong : wrongs) {
    CAPTURE(wrong.objective);
    const Result refused = solved(wrong.objective);
    CAPTURE(refused.err);
    CHECK(refused.code == 3);
    CHECK(contains(refused.err, wrong.says));
  }
  CHECK(!folder.exists("run"));
}

}  // namespace lookahead::cli
