#include <doctest/doctest.h>

#include <filesystem>

#include "run_binary.hpp"
#include "support/named_pipe.hpp"

// Every file that a command reads, in every way that it can be there.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;
using test::NamedPipe;

enum class Way { file, no_last_newline, link, pipe, bytes, pipe_behind_link, standard_input };
constexpr Way other_ways[] = {Way::no_last_newline,  Way::link,          Way::pipe, Way::bytes,
                              Way::pipe_behind_link, Way::standard_input};

// A command, and the file whose way of being there changes.
struct Reading {
  const char* title;
  std::string file;
  std::vector<std::string> arguments;
  bool dash = false;        // the command takes "-" in the place of the file
  std::string result = "";  // a file that the command writes
};

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + by.size()))
    text.replace(at, part.size(), by);
  return text;
}

// All that came of a command.
std::string outcome(const Folder& folder, const Reading& reading, Way way, const std::string& content) {
  const std::string path = folder.path(reading.file), behind = folder.path("behind");
  fs::remove(path);
  fs::remove(behind);
  fs::remove_all(folder.path("out"));
  std::vector<std::string> arguments = reading.arguments;
  Surroundings surroundings;
  surroundings.seconds = 60;
  std::optional<NamedPipe> pipe;
  const bool is_pipe = way == Way::pipe || way == Way::bytes || way == Way::pipe_behind_link;
  if (way == Way::file) folder.write(reading.file, content);
  if (way == Way::no_last_newline) folder.write(reading.file, content.substr(0, content.size() - 1));
  if (way == Way::link) folder.write("behind", content);
  if (way == Way::link || way == Way::pipe_behind_link) fs::create_symlink(behind, path);
  if (is_pipe) {
    pipe.emplace(way == Way::pipe_behind_link ? behind : path, content,
                 way == Way::bytes ? 1 : std::size_t{1} << 16);
  }
  if (way == Way::standard_input) {
    surroundings.input = content;
    for (std::string& argument : arguments) argument = replaced(argument, reading.file, "-");
  }
  const Result result = run(folder, arguments, surroundings);
  std::string text = std::to_string(result.code) + " " + std::to_string(result.signal) + "\n";
  for (const std::string& line : lines(result.out + result.err)) {
    // Times differ, and a pipe is kept in memory.
    if (!contains(line, " s stepping)") && !contains(line, ": ok, ")) text += line + "\n";
  }
  if (!reading.result.empty()) text += folder.read(reading.result);
  // What the file is called is the only difference there may be.
  text = replaced(text, folder.path() + "/", "");
  text = replaced(replaced(text, "\"<stdin>\"", "FILE"), "<stdin>", "FILE");
  return replaced(replaced(text, reading.file, "FILE"), "behind", "FILE");
}

void reads_alike(const Folder& folder, const std::vector<Reading>& readings) {
  for (const Reading& reading : readings) {
    CAPTURE(reading.title);
    const std::string content = folder.read(reading.file);
    REQUIRE(content.ends_with('\n'));
    const std::string expected = outcome(folder, reading, Way::file, content);
    CHECK_MESSAGE(expected.starts_with("0 0\n"), expected.substr(0, 1000));
    for (const Way way : other_ways) {
      if (way == Way::standard_input && !reading.dash) continue;
      CAPTURE(static_cast<int>(way));
      const std::string told = outcome(folder, reading, way, content);
      CHECK_MESSAGE(told == expected, told.substr(0, 1000));
    }
    fs::remove(folder.path(reading.file));
    folder.write(reading.file, content);
  }
}

const std::string noisy_function =
    "name: f\nobjective: {function: rational, dim: 2, noise: {gaussian: 0.3}}\n"
    "optimizer: {name: sgd, lr: 0.05}\nstop: {steps: 20}\ntrace: {exact: true}\n";

std::string on(const std::string& data) {
  return "name: d\ndata: {" + data +
         "}\nmodel: linear\noptimizer: {name: sgd, lr: 1e-3}\nstop: {epochs: 9}\ntrace: {time: false}\n";
}

TEST_CASE("a problem is read alike from a file, a link, a pipe, standard input, and byte by byte") {
  const Folder folder;
  folder.write("p.yaml", noisy_function);
  reads_alike(folder, {{"check", "p.yaml", {"check", "--resolved", "p.yaml"}, true},
                       {"solve", "p.yaml", {"solve", "-q", "--dry-run", "p.yaml"}, true},
                       {"solve, with --set",
                        "p.yaml",
                        {"solve", "-q", "-o", "out", "--set", "seed=3", "p.yaml"},
                        true,
                        "out/solution.csv"},
                       {"gradcheck", "p.yaml", {"gradcheck", "p.yaml"}, true},
                       {"certify", "p.yaml", {"certify", "p.yaml"}, true}});
}

TEST_CASE("the data of a problem out of a stream lie beside the current directory") {
  const Folder folder;
  folder.write("t.csv", table());
  Surroundings surroundings;
  surroundings.input = on("train: t.csv, target: y");
  for (const char* stream : {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}) {
    const Result result = run(folder, {"check", stream}, surroundings);
    CHECK_MESSAGE(result.code == 0, result.err);
  }
  surroundings.input = "objective: sphere\noptimizer: sgd\nstop: {steps: 1}\n";
  REQUIRE(run(folder, {"solve", "/dev/fd/0", "-q"}, surroundings).code == 0);
  CHECK(folder.exists("runs/stdin-001/run.json"));
}

TEST_CASE("a stream cannot be both the problem and some of its data") {
  const Folder folder;
  folder.write("t.csv", table());
  Surroundings surroundings;
  for (const char* keys : {"train: '-'", "train: [t.csv, '-']", "train: t.csv, validation: '-'",
                           "train: t.csv, test: '-'", "train: t.csv, test: /dev/stdin"}) {
    surroundings.input = on(std::string("target: y, ") + keys);
    for (const std::string stream : {"-", "/dev/stdin"}) {
      CAPTURE(keys);
      CAPTURE(stream);
      const Result result = run(folder, {"check", stream}, surroundings);
      CHECK(result.code == 2);
      CHECK_MESSAGE(
          contains(result.err, " cannot be both the problem and the data (put one of them in a file)"),
          result.err);
    }
  }
}

TEST_CASE("data are read alike from a file, a link, a pipe, standard input, and byte by byte") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("v.csv", table());
  folder.write("t.svm", "1 1:0.5 3:1\n-1 2:1e-3\n1 1:2 2:2\n-1 3:2\n");
  const std::string keys = ", target: y, drop: [two, three]";
  folder.write("train.yaml", on("train: t.csv" + keys));
  folder.write("drop.yaml", on("train: t.csv, missing: drop" + keys));
  folder.write("validation.yaml", on("train: v.csv, validation: t.csv" + keys));
  folder.write("test.yaml", on("train: v.csv, test: t.csv" + keys));
  folder.write("sparse.yaml", on("train: t.svm, task: regression"));
  REQUIRE(run(folder, {"solve", "train.yaml", "-q", "-o", "run"}).code == 0);
  const auto solving = [](const std::string& problem) {
    return std::vector<std::string>{"solve", "-q", "-o", "out", problem};
  };
  const std::string model = "out/model.json";
  reads_alike(folder, {{"train", "t.csv", solving("train.yaml"), false, model},
                       {"train, missing: drop", "t.csv", solving("drop.yaml"), false, model},
                       {"validation", "t.csv", solving("validation.yaml"), false, "out/trace.csv"},
                       {"test", "t.csv", solving("test.yaml"), false, model},
                       {"sparse", "t.svm", solving("sparse.yaml"), false, model},
                       {"check", "t.csv", {"check", "train.yaml"}},
                       {"gradcheck", "t.csv", {"gradcheck", "train.yaml"}},
                       {"init", "t.csv", {"init", "--data", "t.csv", "--target", "y"}},
                       {"predict", "t.csv", {"predict", "-m", "run", "t.csv"}, true}});
}

TEST_CASE("what a run left is read alike from a file, a link, a pipe, and byte by byte") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", noisy_function);
  folder.write("d.yaml", on("train: t.csv, target: y"));
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  REQUIRE(run(folder, {"solve", "d.yaml", "-q", "-o", "fit"}).code == 0);
  fs::remove(folder.path("run/certificate.csv"));
  const std::vector<std::string> certifying = {"certify", "run", "--json"};
  reads_alike(folder, {{"model", "fit/model.json", {"predict", "-m", "fit", "t.csv"}},
                       {"model, named", "fit/model.json", {"predict", "-m", "fit/model.json", "t.csv"}},
                       {"run.json", "run/run.json", certifying},
                       {"trace.csv", "run/trace.csv", certifying},
                       {"config.yaml", "run/config.yaml", certifying}});
}

}  // namespace
}  // namespace lookahead::cli
