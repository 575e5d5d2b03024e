#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "run_binary.hpp"

// What a run shows of itself while it goes on.
namespace lookahead::cli {
namespace {

// A run that ends by the clock, long after the first sign of life.
const std::string long_run =
    "objective: {function: rosenbrock_chained, dim: 20}\noptimizer: adam\nstop: {time: 5s, steps: 1000000000}\n";

// What the program writes to a terminal of so many columns, beside its stdout. Whatever is new of it is answered.
std::string on_terminal(const Folder& folder, int columns,
                        const std::function<void(const std::string&)>& answer = {}) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  const int side = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
  REQUIRE(side >= 0);
  winsize size{};
  size.ws_row = 24;
  size.ws_col = static_cast<unsigned short>(columns);
  REQUIRE(::ioctl(side, TIOCSWINSZ, &size) == 0);
  const std::string program = program_file(), place = folder.path();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::dup2(side, STDERR_FILENO);
    ::setenv("TERM", "xterm", 1);
    if (::chdir(place.c_str()) == 0) ::execl(program.c_str(), program.c_str(), "solve", "p.yaml", nullptr);
    ::_exit(127);
  }
  ::close(side);
  std::string shown;
  char buffer[4096];
  for (ssize_t count; (count = ::read(terminal, buffer, sizeof buffer)) > 0;) {
    shown.append(buffer, static_cast<std::size_t>(count));
    if (answer) answer(shown);
  }
  ::close(terminal);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  return shown;
}

}  // namespace

TEST_CASE("without a terminal a run is silent at first, and then tells lines") {
  const Folder folder;
  folder.write("p.yaml", long_run);
  const Result told = run(folder, {"solve", "p.yaml"});
  CHECK(told.code == 0);
  const auto all = lines(told.err);
  // One after 2 s; the next one would come after 12 s.
  REQUIRE_MESSAGE(all.size() >= 2, told.err);
  CHECK(all[0].starts_with("writing to "));
  CHECK(all[1].starts_with("step "));
  CHECK(contains(all[1], " %), "));
  CHECK(contains(all[1], " s, about "));
  CHECK(contains(all[1], " left"));
  folder.write("short.yaml", "objective: rosenbrock\noptimizer: adam\nstop: {steps: 5}\n");
  CHECK(lines(run(folder, {"solve", "short.yaml"}).err).size() == 1);
  for (const char* quiet : {"--progress=none", "-q"}) {
    const Result silent = run(folder, {"solve", "p.yaml", quiet, "--set", "stop.time=2.5s"});
    CHECK(!contains(silent.err, "step "));
  }
}

TEST_CASE("lines tell the loss, and the target where there is one") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: {function: rosenbrock_chained, dim: 20, noise: {gaussian: 1}}\noptimizer: adam\n"
               "stop: {time: 3s, steps: 1000000000, target: 1e-300}\n");
  const auto all = lines(run(folder, {"solve", "p.yaml"}).err);
  REQUIRE(all.size() >= 2);
  CHECK_MESSAGE(contains(all[1], " left, loss "), all[1]);
  CHECK_MESSAGE(all[1].ends_with(", target 1e-300"), all[1]);
  const auto without =
      lines(run(folder, {"solve", "p.yaml", "--set", "stop={time: 3s, steps: 1000000000}"}).err);
  REQUIRE(without.size() >= 2);
  CHECK_MESSAGE(contains(without[1], " left, loss "), without[1]);
  CHECK_FALSE(contains(without[1], "target"));
}

TEST_CASE("lines of a sweep tell how many runs have finished, and how long the others may take") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: {function: sphere, noise: {gaussian: 1}}\noptimizer: adam\n"
               "stop: {time: 1200ms, steps: 100000000000}\n");
  const Result told =
      run(folder, {"sweep", "p.yaml", "--seeds", "1..3", "-o", "s", "--threads", "1", "--progress", "lines"});
  CHECK(told.code == 0);
  const auto all = lines(told.err);
  const auto line = std::find_if(
      all.begin(), all.end(), [](const std::string& each) { return each.starts_with("1 of 3 runs, 2 s"); });
  REQUIRE_MESSAGE(line != all.end(), told.err);
  CHECK_MESSAGE(contains(*line, ", about 4 s left"), *line);
  CHECK_FALSE(contains(*line, "failed"));
}

TEST_CASE("a terminal shows a bar no wider than it is, and keeps nothing of it") {
  const Folder folder;
  folder.write("p.yaml", long_run);
  for (const int columns : {50, 80}) {
    CAPTURE(columns);
    const std::string shown = on_terminal(folder, columns);
    std::size_t bars = 0;
    std::string line;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      if (shown.compare(i, 4, "\r\033[K") == 0) {
        CHECK_MESSAGE(line.size() < static_cast<std::size_t>(columns), line);
        bars += line.find(" %), ") != std::string::npos ? 1 : 0;
        line.clear();
        i += 3;
      } else if (shown[i] == '\n' || shown[i] == '\r') {
        line.clear();
      } else {
        line += shown[i];
      }
    }
    CHECK(bars > 0);
    CHECK_MESSAGE(line.empty(), line);
    CHECK(contains(shown, columns == 80 ? "[#" : "step "));
  }
}

TEST_CASE("a terminal shows what is read, and cuts no character of its name in two") {
  const Folder folder;
  std::string name;
  for (int i = 0; i < 60; ++i) name += "ä";
  name += ".csv";
  folder.write("p.yaml", "data: {train: " + name +
                             ", target: y}\nmodel: linear\noptimizer: adam\nbatch: full\nstop: {steps: 3}\n");
  const std::string pipe = folder.path(name);
  // An odd and an even place.
  const int beyond = static_cast<int>(pipe.size()) - 60;
  for (const int columns : {beyond, beyond + 1}) {
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    // Open for both, so that neither side waits for the other; what is to be read comes once that is shown.
    int writer = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(writer >= 0);
    const std::string shown = on_terminal(folder, columns, [&](const std::string& so_far) {
      if (writer < 0 || !contains(so_far, "~")) return;
      const std::string rows = "y,x\n1,2\n2,3\n3,5\n";
      CHECK(::write(writer, rows.data(), rows.size()) == static_cast<ssize_t>(rows.size()));
      ::close(writer);
      writer = -1;
    });
    CHECK_MESSAGE(contains(shown, "ä~"), shown);
    CHECK(::unlink(pipe.c_str()) == 0);
  }
}
}  // namespace lookahead::cli
