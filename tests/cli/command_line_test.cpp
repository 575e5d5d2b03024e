#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Command lines: what is refused with exit code 2, and where options may stand.
namespace lookahead::cli {
namespace {

const std::string adam_problem = "objective: rosenbrock\noptimizer: adam\nstop: {steps: 20}\n";

TEST_CASE("without a command the help goes to stderr") {
  const Folder folder;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"-q"}, {"--color", "never"}}) {
    const Result result = run(folder, arguments);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(contains(result.err, "Usage: lookahead"));
    CHECK(contains(result.err, "solve"));
  }
}

TEST_CASE("wrong command lines are refused with their reason") {
  const Folder folder;
  folder.write("p.yaml", adam_problem);
  const auto refuses = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const Result result = run(folder, arguments);
    CAPTURE(message);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK_MESSAGE(result.err.starts_with(message), result.err);
  };
  refuses({"nosuch"}, "lookahead: error: there is no command 'nosuch'");
  refuses({"--nosuch"}, "lookahead: error: there is no option '--nosuch'");
  refuses({"solve"}, "lookahead: error: FILE is required");
  refuses({"check"}, "lookahead: error: FILE is required");
  refuses({"predict", "p.yaml"}, "lookahead: error: -m, --model is required");
  refuses({"predict", "-m", "p.yaml"}, "lookahead: error: DATA is required");
  refuses({"describe"}, "lookahead: error: NAME is required");
  refuses({"solve", "p.yaml", "q.yaml"}, "lookahead: error: solve has no place for the argument 'q.yaml'");
  refuses({"solve", "p.yaml", "--nosuch"}, "lookahead: error: solve has no option '--nosuch'");
  refuses({"solve", "p.yaml", "-o"}, "lookahead: error: ");
  refuses({"solve", "p.yaml", "--color", "sometimes"},
          "lookahead: error: --color must be one of auto, always, never, got 'sometimes'");
  refuses({"solve", "p.yaml", "--progress", "pie"},
          "lookahead: error: --progress must be one of auto, bar, lines, none, got 'pie'");
  for (const char* threads : {"0", "-1", "x", "1.5", "1e9", "4096"}) {
    const std::string message =
        std::string("--threads ") + threads + ": error: must be auto or a number from 1 to 1024";
    refuses({"solve", "p.yaml", "--threads", threads}, message);
    refuses({"version", "--threads", threads}, message);
  }
  for (const char* seed : {"abc", "-1", "1.5", "99999999999999999999", "0x1"}) {
    refuses({"solve", "p.yaml", "--seed", seed},
            std::string("--seed ") + seed + ": error: must be an integer >= 0 and < 2^63");
  }
  refuses({"solve", "p.yaml", "--require-target"}, "--require-target: error: the problem has no stop.target");
  refuses({"list", "nosuch"}, "lookahead list: error: nothing called 'nosuch' (known: functions, ");
  refuses(
      {"describe", "rosenbrok"},
      "lookahead describe: error: no item, key or column is called 'rosenbrok' (did you mean 'rosenbrock'?)");
  refuses(
      {"describe", "lookahead.kk"},
      "lookahead describe: error: no item, key or column is called 'lookahead.kk' (did you mean 'lookahead.k'?)");
  refuses({"help", "nosuch"}, "lookahead help: error: no command or topic 'nosuch'");
  CHECK(folder.names() == std::vector<std::string>{"p.yaml"});
}

TEST_CASE("what begins with a bracket is a file or a value by its place, whatever the other words are") {
  const Folder folder;
  folder.write("p.yaml", adam_problem);
  folder.write("[p].yaml", adam_problem);
  for (const char* output : {"plot", "show", "check"}) {
    CAPTURE(output);
    const Result result = run(folder, {"eval", "p.yaml", "--at", "[1, 2]", "-o", output});
    CHECK_MESSAGE(result.code == 0, result.err);
    CHECK(contains(folder.read(output), "\n1.0,2.0,"));
  }
  CHECK(run(folder, {"check", "[p].yaml"}).code == 0);
  CHECK(run(folder, {"--threads", "2", "check", "[p].yaml", "-q"}).code == 0);
  CHECK(run(folder, {"check", "--set", "seed=2", "[p].yaml"}).code == 0);
  REQUIRE(
      run(folder, {"sweep", "p.yaml", "-q", "--seeds", "[1,2,3]", "--targets", "[1e-2, 1e-4]", "-o", "show"})
          .code == 5);  // a file has this name
  REQUIRE(run(folder, {"sweep", "p.yaml", "-q", "--vary", "optimizer.lr=[0.1,0.2]", "--seeds", "[1,2,3]",
                       "--targets", "[1e6]", "-o", "s"})
              .code == 0);
  const Result compared = run(folder, {"compare", "s", "--by", "optimizer.lr", "--targets", "[1e6]"});
  CHECK_MESSAGE(compared.code == 0, compared.err);
  CHECK(run(folder, {"compare", "s", "--select-seeds", "[1,2]"})
            .err.starts_with("--select-seeds [1,2]: error: "));
  CHECK(run(folder, {"solve", "p.yaml", "--seed", "1", "--seed", "2"})
            .err.starts_with("lookahead: error: --seed is given more than once\n"));
  CHECK(run(folder, {"sweep", "p.yaml", "--dry-run=maybe"})
            .err.starts_with("lookahead: error: --dry-run takes no value\n"));
  CHECK(
      contains(run(folder, {"gradcheck", "p.yaml", "-"}).err, "gradcheck has no place for the argument '-'"));
}

TEST_CASE("what is nearly right on a command line is asked for") {
  const Folder folder;
  const auto asks = [&](const std::vector<std::string>& words, const std::string& question) {
    const Result result = run(folder, words);
    CHECK(result.code == 2);
    CHECK_MESSAGE(lines(result.err).back() == question, result.err);
  };
  folder.write("ok.yaml", adam_problem);
  folder.write("birds.csv", "x,y\n1,2\n");
  asks({"sovle", "p.yaml"}, "did you mean lookahead solve p.yaml?");
  asks({"-q", "chekc", "p.yaml"}, "did you mean lookahead check p.yaml?");
  asks({"ok.yaml"}, "did you mean lookahead solve ok.yaml?");
  asks({"ok.yaml", "slove"}, "did you mean lookahead solve ok.yaml?");
  asks({"birds.csv"}, "did you mean lookahead init --data birds.csv?");
  asks({"run", "ok.yaml"}, "did you mean lookahead solve ok.yaml?");
  asks({"resume", "runs/ok-001"}, "did you mean lookahead solve --resume runs/ok-001?");
  asks({"-o", "there", "solve", "ok.yaml"}, "did you mean lookahead solve ... -o?");
  asks({"sweep", "--processes", "2", "ok.yaml"}, "did you mean --threads?");
  asks({"solve", "p.yaml", "--out", "there"}, "did you mean --output?");
  asks({"solve", "p.yaml", "--lr", "0.1"}, "did you mean --set optimizer.lr=0.1?");
  asks({"solve", "p.yaml", "--lr=0.1"}, "did you mean --set optimizer.lr=0.1?");
  asks({"solve", "p.yaml", "--learning-rate", "0.1"}, "did you mean --set optimizer.lr=0.1?");
  asks({"sweep", "p.yaml", "--lookahead.k", "5"}, "did you mean --set lookahead.k=5?");
  asks({"solve", "p.yaml", "--no-trase"}, "did you mean --no-trace?");
  asks({"solve", "p.yaml", "--thread", "2"}, "did you mean --threads?");
  asks({"solve", "p.yaml", "--nosuchthing"}, "lookahead help solve shows what it takes");
  asks({"solve"}, "lookahead help solve shows what it takes");
  asks({"somethingelse"}, "lookahead help shows the commands and options");
}

TEST_CASE("a key of a problem file is described by its path") {
  const Folder folder;
  const Result k = run(folder, {"describe", "lookahead.k"});
  CHECK(k.code == 0);
  CHECK(k.out.starts_with("lookahead.k (key of a problem file)"));
  CHECK(contains(k.out, "--set lookahead.k=VALUE"));
  CHECK(contains(run(folder, {"describe", "stop.steps"}).out, "stop.steps (key of a problem file)"));
}

TEST_CASE("a --set that cannot be read is a wrong command line") {
  const Folder folder;
  folder.write("p.yaml", adam_problem);
  const std::vector<std::pair<std::string, std::string>> list = {
      {"a", "expected key.path=value (for example --set optimizer.lr=1e-3)"},
      {"=1", "expected key.path=value"},
      {"seed=", "the value is empty (write '' for an empty text)"},
      {"seed=#", "the value is empty (write '' for an empty text)"},
      {"seed=null",
       "the value 'null' is nothing in YAML (leave the setting out for the default, or write the "
       "value in quotes)"},
      {"seed=[1", "not valid YAML: end of sequence flow not found"},
      {"seed={a: 1, a: 2}", "duplicate key 'a'"},
      {"seed=!!int 3", "YAML tags are not supported"},
      {"a..b=1", "an empty key in the path"},
      {".a=1", "an empty key in the path"},
      {"a.=1", "an empty key in the path"},
      {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1", "a path of too many keys"},
  };
  for (const auto& [assignment, message] : list) {
    const Result result = run(folder, {"solve", "p.yaml", "--set", assignment});
    const auto& the_message = message;
    CAPTURE(the_message);
    CHECK(result.code == 2);
    CHECK_MESSAGE(result.err.starts_with("--set " + assignment + ": error: " + message),
                  result.err.substr(0, 300));
  }
  CHECK(folder.names() == std::vector<std::string>{"p.yaml"});
}

TEST_CASE("a --set of any length and with any bytes is shown in one short line") {
  const Folder folder;
  folder.write("p.yaml", adam_problem);
  std::string deep = "a";
  for (int i = 0; i < 50000; ++i) deep += ".a";
  const Result longest = run(folder, {"check", "p.yaml", "--set", deep + "=1"});
  CHECK(longest.code == 2);
  CHECK(longest.err.size() < 300);
  CHECK(longest.err.ends_with("...: error: a path of too many keys\n"));
  const Result control = run(folder, {"check", "p.yaml", "--set", "seed=\t1\n\x1b[31m"});
  CHECK(control.code == 2);
  CHECK(control.err.starts_with("--set seed=\\x091\\x0a\\x1b[31m: error: "));
  CHECK(lines(control.err).size() == 1);
}

TEST_CASE("a --set that makes the problem wrong names itself as the place") {
  const Folder folder;
  folder.write("p.yaml", adam_problem);
  const std::vector<std::pair<std::string, std::string>> list = {
      {"optimizer.lrr=1", "unknown key 'optimizer.lrr' (did you mean 'optimizer.lr'?)"},
      {"optimzer=sgd", "unknown key 'optimzer' (did you mean 'optimizer'?)"},
      {"lookahead.alhpa=1", "unknown key 'lookahead.alhpa' (did you mean 'lookahead.alpha'?)"},
      {"optimizer.lr=-1", "optimizer.lr must be > 0, got -1"},
      {"optimizer=sdg", "unknown optimizer 'sdg' (did you mean 'sgd'?)"},
      {"seed=abc", "seed must be an integer, got 'abc'"},
      {"start=[1,2,3]", "start has 3 coordinates, the objective has 2"},
      {"start=[1e300,0]", "the objective is not finite at the start: inf"},
      {"stop=5", "stop must be a map, got '5'"},
      {"batch=5", "batch goes with data"},
  };
  for (const auto& [assignment, message] : list) {
    for (const char* option : {"--set", "-s"}) {
      const Result result = run(folder, {"solve", "p.yaml", option, assignment});
      const auto& the_assignment = assignment;
      CAPTURE(the_assignment);
      CHECK(result.code == 3);
      CHECK_MESSAGE(result.err.starts_with("--set " + assignment + ": error: " + message), result.err);
    }
  }
  CHECK(folder.names() == std::vector<std::string>{"p.yaml"});
}

TEST_CASE("a --set expands short forms and the last one wins") {
  const Folder folder;
  folder.write("p.yaml", "objective: rosenbrock_chained\noptimizer: sgd\nlookahead: false\n");
  const auto resolved = [&](const std::vector<std::string>& set) {
    std::vector<std::string> arguments = {"check", "--resolved", "p.yaml"};
    for (const std::string& assignment : set) {
      arguments.emplace_back("--set");
      arguments.push_back(assignment);
    }
    const Result result = run(folder, arguments);
    CHECK_MESSAGE(result.code == 0, result.err);
    return result.out;
  };
  CHECK(contains(resolved({"optimizer.lr=0.25"}), "optimizer:\n  name: sgd\n  lr: 0.25\n"));
  CHECK(contains(resolved({"objective.dim=7"}), "objective:\n  function: rosenbrock_chained\n  dim: 7\n"));
  CHECK(contains(resolved({"lookahead.k=7"}), "lookahead:\n  k: 7\n  alpha: 0.5\n"));
  CHECK(contains(resolved({"optimizer.lr.cosine.from=0.5"}), "lr: {cosine: {from: 0.5"));
  CHECK(contains(resolved({"seed=3", "seed=4"}), "\nseed: 4\n"));
  CHECK(contains(resolved({"start={uniform: [-1, 1]}"}), "\nstart:\n  uniform: [-1, 1]\n"));
  CHECK(contains(resolved({"name='a=b'"}), "name: \"a=b\"\n"));
}

TEST_CASE("common options stand before or after the command") {
  const Folder folder;
  folder.write("p.yaml", adam_problem);
  const Result before =
      run(folder, {"-q", "--threads", "2", "--color", "never", "solve", "p.yaml", "-o", "a"});
  const Result after =
      run(folder, {"solve", "p.yaml", "-o", "b", "--color", "never", "--threads", "2", "-q"});
  CHECK(before.code == 0);
  CHECK(after.code == 0);
  CHECK(before.err.empty());
  CHECK(after.err.empty());
  CHECK(folder.json("a/run.json")["threads"] == 2);
  CHECK(folder.json("b/run.json")["threads"] == 2);
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--version"},
                                                    {"solve", "--version"},
                                                    {"version"},
                                                    {"version", "-q"},
                                                    {"-q", "version"}}) {
    const Result version = run(folder, arguments);
    CHECK(version.code == 0);
    CHECK(version.out.starts_with("lookahead 0."));
    CHECK(version.err.empty());
  }
}

TEST_CASE(
    "version -v tells the level of instructions of the program, and of the processor, which is no lower") {
  const Folder folder;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"version", "-v"}, {"-v", "version"}}) {
    const Result version = run(folder, arguments);
    CHECK(version.code == 0);
    const std::vector<std::string> told = lines(version.out);
    REQUIRE_MESSAGE(told.size() == 3, version.out);
    CHECK(told[0].starts_with("lookahead 0."));
    CHECK_MESSAGE(told[1].starts_with("  compiled for  "), told[1]);
    CHECK_MESSAGE(told[2].starts_with("  processor     "), told[2]);
    const auto level = [](const std::string& line) {
      std::string found;
      for (const char* name : {"other", "x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"})
        if (contains(line + ",", std::string(" ") + name + ",")) found = name;
      return found;
    };
    CHECK_FALSE(level(told[1]).empty());
    CHECK_FALSE(level(told[2]).empty());
    CHECK(level(told[1]) <= level(told[2]));
  }
}

TEST_CASE("every command has its help") {
  const Folder folder;
  for (const char* command :
       {"solve", "check", "list", "describe", "init", "predict", "weights", "gradcheck", "certify", "sweep",
        "compare", "show", "eval", "plot", "report", "schema", "completion", "version", "help"}) {
    const Result asked = run(folder, {"help", command}), option = run(folder, {command, "--help"}),
                 brief = run(folder, {command, "-h"});
    CHECK(asked.code == 0);
    CHECK(option.code == 0);
    CHECK(contains(asked.out, std::string("Usage: lookahead ") + command));
    CHECK(asked.out == option.out);
    CHECK(brief.out == option.out);
    CHECK(asked.err.empty());
  }
  const Result all = run(folder, {"help"}), option = run(folder, {"--help"});
  CHECK(all.code == 0);
  CHECK(all.out == option.out);
  CHECK(contains(all.out, "Usage: lookahead [OPTIONS]"));
}

}  // namespace

TEST_CASE("what the shell has taken apart, and a setting without --set, are answered with what to type") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 3}\n");
  const auto says = [&](const std::vector<std::string>& words, const std::string& cure) {
    const Result result = run(folder, words);
    CAPTURE(cure);
    CHECK(result.code == 2);
    CHECK_MESSAGE(contains(result.err, cure), result.err);
  };
  says({"solve", "p.yaml", "--set", "optimizer.lr", "=", "0.1"},
       "a setting is one word: --set 'optimizer.lr=0.1'");
  says({"solve", "p.yaml", "--set", "optimizer={name:", "sgd,", "lr:", "0.1}"},
       "a setting is one word: --set 'optimizer={name: sgd, lr: 0.1}'");
  says({"sweep", "p.yaml", "--vary", "optimizer.lr=[0.1", "0.2]"},
       "a setting is one word: --vary 'optimizer.lr=[0.1 0.2]'");
  says({"sweep", "p.yaml", "--vary", "optimizer.lr=[1,", "2]", "-q"},
       "a setting is one word: --vary 'optimizer.lr=[1, 2]'");
  says({"solve", "p.yaml", "--set", "optimizer.lr=0.1", "q.yaml"},
       "lookahead help solve shows what it takes");
  says({"solve", "p.yaml", "lr=0.1"}, "did you mean --set optimizer.lr=0.1?");
  says({"solve", "p.yaml", "--set"}, "--set needs a value: --set KEY=VALUE");
  says({"solve", "--resume", "r", "-o", "q"}, "--output does not go with --resume\nleave one of the two out");
  says({"describe", "certify"}, "lookahead help certify tells of the command");
  says({"help", "foo"}, "lookahead help shows the commands and topics");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "r"}).code == 0);
  const Result folder_given = run(folder, {"solve", "r"});
  CHECK(contains(folder_given.err, "lookahead show r shows the run, solve --resume r continues it"));
}

TEST_CASE("list finds short words as words, kinds in any letters, and keys of problem files") {
  const Folder folder;
  CHECK(run(folder, {"list", "Models"}).out == run(folder, {"list", "models"}).out);
  const std::string found = run(folder, {"list", "lr"}).out;
  CHECK(contains(found, "keys of problem files"));
  CHECK(contains(found, "optimizer.lr"));
  CHECK_FALSE(contains(run(folder, {"list", "k"}).out, "rosenbrock"));
}

}  // namespace lookahead::cli
