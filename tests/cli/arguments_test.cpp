#include <doctest/doctest.h>

#include "run_binary.hpp"

// Arguments that scripts get wrong: empty, in brackets, very long.
namespace lookahead::cli {
namespace {

const std::string twenty_steps = "objective: sphere\noptimizer: sgd\nstop: {steps: 20}\n";

TEST_CASE("an empty argument is refused with the name of its option, and nothing runs") {
  const Folder folder;
  folder.write("p.yaml", twenty_steps);
  const auto refuses = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const Result result = run(folder, arguments);
    CAPTURE(message);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK_MESSAGE(result.err.starts_with(message), result.err);
  };
  for (const char* option : {"-o", "--set", "-s", "--seed", "--log-file", "--threads", "--output"}) {
    const std::string name = option;
    refuses({"solve", "p.yaml", name, ""}, name + ": error: its value is the empty text (");
  }
  refuses({"solve", "p.yaml", "--output="}, "--output: error: its value is the empty text (");
  refuses({"predict", "-m", "", "p.yaml"}, "-m: error: its value is the empty text (");
  refuses({"gradcheck", "p.yaml", "--points", ""}, "--points: error: its value is the empty text (");
  refuses({"certify", "p.yaml", "--epsilon", ""}, "--epsilon: error: its value is the empty text (");
  refuses({"init", "--data", ""}, "--data: error: its value is the empty text (");
  for (const char* command : {"solve", "check", "certify", "gradcheck", "describe", "list", "help", "init"})
    refuses({command, ""}, "lookahead: error: an argument is the empty text (");
  refuses({"check", "p.yaml", ""}, "lookahead: error: an argument is the empty text (");
  refuses({""}, "lookahead: error: an argument is the empty text (");
  // A flag has no value.
  refuses({"check", "--resolved", ""}, "lookahead: error: an argument is the empty text (");
  CHECK(folder.names() == std::vector<std::string>{"p.yaml"});
  // What is no empty argument: an empty value of a key, the column with the empty header.
  CHECK(run(folder, {"check", "p.yaml", "--set", "name="}).code == 2);
  folder.write("t.csv", ",y\n1,2\n3,5\n4,4\n");
  CHECK(run(folder, {"init", "--data", "t.csv", "--target", ""}).err.find("empty text") == std::string::npos);
}

TEST_CASE("a file in brackets is a file of that name") {
  const Folder folder;
  folder.write("a", twenty_steps);
  folder.write("[b]", twenty_steps);
  folder.write("[a,b]", twenty_steps);
  for (const char* command : {"check", "gradcheck", "certify"}) {
    const Result result = run(folder, {command, "[x]"});
    CHECK(result.code == 3);
    CHECK_MESSAGE(contains(result.err, "[x]: error: cannot read the file"), result.err);
    CHECK(run(folder, {command, "[b]"}).code == 0);
    CHECK(run(folder, {command, "[a,b]"}).code == 0);
  }
  CHECK(run(folder, {"check", "a", "[b]", "[a,b]"}).code == 0);
  CHECK(run(folder, {"check", "-q", "a", "[b]"}).code == 0);
}

TEST_CASE("an argument of 100 kB is answered by a short message") {
  const Folder folder;
  folder.write("p.yaml", twenty_steps);
  const std::string big(100000, 'a');
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"check", big},
                                                    {"check", "p.yaml", "--set", big + "=1"},
                                                    {"check", "p.yaml", "--set", "name=" + big},
                                                    {"solve", "p.yaml", "-o", big},
                                                    {"solve", "p.yaml", "--seed", big},
                                                    {"solve", "p.yaml", "--threads", big},
                                                    {"solve", "p.yaml", "--color", big},
                                                    {"solve", "p.yaml", "--log-file", big},
                                                    {"gradcheck", "p.yaml", "--points", big},
                                                    {"describe", big},
                                                    {"list", big},
                                                    {"help", big},
                                                    {"init", big},
                                                    {"init", "--data", big},
                                                    {"predict", "-m", big, "p.yaml"},
                                                    {big}}) {
    const Result result = run(folder, arguments);
    CAPTURE(arguments.front().substr(0, 20));
    CHECK(result.code > 1);
    CHECK(result.err.size() < 6000);
    CHECK(contains(result.err, "error: "));
  }
}

TEST_CASE("the help of a command names every word that it takes") {
  struct Words {
    std::vector<std::string> refused;  // a command line with a word that is none
    std::string before;                // what the message has before the list of words
    std::string command;
    std::vector<std::string> taken;  // the same with a right word behind it, where it ends with 0
  };
  const std::vector<Words> cases = {
      {{"list", "nosuch"}, "known: ", "list", {"list"}},
      {{"init", "nosuch"}, "kinds: ", "init", {"init"}},
      {{"predict", "-m", "run", "t.csv", "--columns", "nosuch"}, "one of ", "predict", {}}};
  const Folder folder;
  for (const Words& one : cases) {
    const std::string help = run(folder, {"help", one.command}).out;
    std::string words = run(folder, one.refused).err;
    CAPTURE(words);
    REQUIRE(contains(words, one.before));
    words = words.substr(words.find(one.before) + one.before.size());
    words = words.substr(0, words.find_first_of(")\n"));
    for (std::size_t at = 0; at < words.size();) {
      const std::size_t end = std::min(words.find(", ", at), words.size());
      const std::string word = words.substr(at, end - at);
      CHECK_MESSAGE(contains(help, word), word);
      if (!one.taken.empty()) CHECK(run(folder, {one.taken.front(), word}).code == 0);
      at = end + 2;
    }
  }
}

}  // namespace
}  // namespace lookahead::cli
