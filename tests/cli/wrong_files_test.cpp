#include "wrong_files.hpp"

// Files that are no problem, and values that are not of their type.
namespace lookahead::cli {
namespace {

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

// Each line stands for the one before, nine times.
std::string bomb() {
  std::string text = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    const std::string before = "*" + std::string(1, static_cast<char>(c - 1));
    text += std::string(1, c) + ": &" + c + " [" + before + repeated(", " + before, 8) + "]\n";
  }
  return text;
}

TEST_CASE("an optimizer that needs more than the problem has is refused") {
  refused(
      {{"objective: rosenbrock\noptimizer: svrg\n",
        "2:12: error: optimizer svrg needs an objective that is a sum of terms, and rosenbrock is none "
        "(use "},
       {"objective: sphere\noptimizer:\n  name: saga\n", "3:3: error: optimizer saga needs "},
       {"data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sarah\nlookahead: {workers: 2, shard: "
        "true}\n",
        "4:32: error: optimizer sarah goes through all rows, and lookahead.shard gives every worker a part"},
       {"data: {train: t.csv, target: y}\nmodel: linear\noptimizer: polyak\n",
        "3:12: error: optimizer polyak needs a known minimum, and that of a data problem is not known here "
        "(optimizer.minimum gives it)"},
       {"objective: sphere\noptimizer: {name: lbfgs, decrease: 0.4, curvature: 0.3}\n",
        "2:12: error: optimizer.decrease must be below curvature"}});
}

TEST_CASE("a file that is no YAML map is refused at its place") {
  refused({
      {"",
       "1:1: error: the problem is empty (two lines are enough: 'objective: rosenbrock' and 'optimizer: "
       "adam')"},
      {" \n\n", "1:1: error: the problem is empty"},
      {"# only\n# comments\n", "1:1: error: the problem is empty"},
      {"---\n", "1:1: error: the problem is empty"},
      {"~\n", "1:1: error: the problem is empty"},
      {"- objective\n", "1:1: error: the problem must be a map, got a list"},
      {"rosenbrock\n", "1:1: error: the problem must be a map, got 'rosenbrock'"},
      {std::string("\x7f"
                   "ELF\x02\x01\0\0\0",
                   9),
       "1:1: error: the file has the control byte '\\x7f' (is it a text file?)"},
      {"objective: sphere\nname: a\x01\n", "2:8: error: the file has the control byte '\\x01'"},
      {std::string("objective: sphere\nname: a\0b\n", 28),
       "2:8: error: the file has the control byte '\\x00'"},
      {"objective: sphere\n\toptimizer: sgd\n",
       "2:1: error: a tab (use blanks; a tab in a text stands in quotes)"},
      {"objective:\tsphere\n", "1:11: error: a tab"},
      {sphere + "---\n" + sphere, "4:1: error: a second document (keep one document per file)"},
      {sphere + "<<: {seed: 1}\n", "3:1: error: YAML merges ('<<') are not supported (write the keys out)"},
      {"!!map {objective: sphere}\n", "1:1: error: YAML tags are not supported (leave the tag out)"},
      {sphere + "seed: !!int 3\n", "3:7: error: YAML tags are not supported"},
      {sphere + "name: 'a\n", "3:9: error: not valid YAML: illegal EOF in scalar"},
      {sphere + "name: \"a\n\n", "3:9: error: not valid YAML: illegal EOF in scalar"},
      {sphere + "start: [1, 2\n", "3:1: error: not valid YAML: end of sequence flow not found"},
      {sphere + "start: {1: 2\n", "3:1: error: not valid YAML: end of map flow not found"},
      {"a: 1\n b: 2\n", "2:3: error: not valid YAML: illegal map value"},
      {sphere + " seed: 2\n",
       "3:6: error: not valid YAML: illegal map value (the indentation of line 3 fits no line above it: "
       "the keys of a block begin in the same column)"},
      {"stop:\n  steps: 3\n time: 1s\n",
       "3:2: error: not valid YAML: end of map not found (the indentation of line 3"},
      {"  objective: sphere\noptimizer: sgd\n",
       "2:1: error: the indentation of line 2 is less than that of the lines above it"},
      {"name: a: b\n", "1:8: error: not valid YAML: illegal map value"},
      {"name: \"\\q\"\n", "1:10: error: not valid YAML: unknown escape character: q"},
      {"name: @x\n", "1:7: error: not valid YAML: unknown token"},
      {"%YAML 3.0\n---\na: 1\n", "1:1: error: not valid YAML: YAML major version too large"},
      {"name: *nowhere\n", "1:7: error: not valid YAML: the referenced anchor is not defined"},
      {"? [a]\n: 1\n", "1:3: error: a key must be a plain text, got a list"},
      {": 1\n", "1:1: error: a key must be a plain text, got nothing"},
  });
}

TEST_CASE("a file made to use up memory, time or stack is refused") {
  refused({
      {repeated("[", 100000), "1:1: error: the brackets are nested too deeply"},
      {"start: " + repeated("{a: ", 20000), "1:1: error: the brackets are nested too deeply"},
      {sphere + "start: " + repeated("[", 400) + repeated("]", 400) + "\n",
       "3:9: error: start must be a number, got a list"},
      {bomb(), "5:4: error: the file unfolds to too many values (write fewer of them)"},
      {"a: &a [*a]\n", "1:8: error: an alias cannot stand inside its own anchor (write the value out)"},
      {"a: " + repeated("&a [", 300) + repeated("x,", 40000) + repeated("]", 300), "1:"},
      {"[" + repeated("1,", 300000) + "1]", "1:1: error: the problem must be a map"},
  });
}

TEST_CASE("unknown and duplicate keys are refused with a suggestion") {
  refused({
      {sphere + "sed: 1\n", "3:1: error: unknown key 'sed' (did you mean 'seed'?)"},
      {sphere + "wzrbrmft: 1\n", "3:1: error: unknown key 'wzrbrmft' (known: version, name, objective, "},
      {sphere + "lookahead: {alhpa: 0.5}\n",
       "3:13: error: unknown key 'alhpa' in lookahead (did you mean 'alpha'?)"},
      {sphere + "stop:\n  step: 100\n", "4:3: error: unknown key 'step' in stop (did you mean 'steps'?)"},
      {sphere + "trace: {evry: 1}\n", "3:9: error: unknown key 'evry' in trace (did you mean 'every'?)"},
      {"objective: {function: sphere, dims: 3}\noptimizer: sgd\n",
       "1:31: error: unknown key 'dims' in objective (did you mean 'dim'?)"},
      {"objective: sphere\noptimizer: {name: adam, momentum: 0.9}\n",
       "2:25: error: unknown key 'momentum' in optimizer"},
      {"data: {train: t.csv, target: y, sep: ';'}\nmodel: linear\noptimizer: sgd\n",
       "1:33: error: unknown key 'sep' in data"},
      {"objective: sphere\noptimizer: sgd\nobjective: beale\n",
       "3:1: error: duplicate key 'objective' (it stands in line 1 already)"},
      {"objective: sphere\noptimizer: {name: sgd, lr: 1, lr: 2}\n",
       "2:31: error: duplicate key 'lr' (it stands in line 2 already)"},
      {"objective: spher\noptimizer: sgd\n",
       "1:12: error: unknown function 'spher' (did you mean 'sphere'?)"},
      {"objective: sphere\noptimizer: sdg\n", "2:12: error: unknown optimizer 'sdg' (did you mean 'sgd'?)"},
      {"data: {train: t.csv, target: y}\nmodel: linaer\noptimizer: sgd\n",
       "2:8: error: unknown model 'linaer' (did you mean 'linear'?)"},
      {"objective: sphere\noptimizer: {name: sgd, lr: {cosin: {from: 1}}}\n",
       "2:29: error: unknown schedule 'cosin' in optimizer.lr (did you mean 'cosine'?)"},
      {"objective: {function: sphere, noise: {gausian: 1}}\noptimizer: sgd\n",
       "1:39: error: unknown noise 'gausian' in objective.noise (did you mean 'gaussian'?)"},
      {data + "metrics: [rsme]\n", "4:11: error: unknown metric 'rsme' (did you mean 'rmse'?)"},
  });
}

TEST_CASE("values of the wrong type are refused") {
  refused({
      {sphere + "seed: 1.5\n", "3:7: error: seed must be an integer, got '1.5'"},
      {sphere + "seed: true\n", "3:7: error: seed must be an integer, got 'true'"},
      {sphere + "seed: [1]\n", "3:7: error: seed must be an integer, got a list"},
      {sphere + "seed: {a: 1}\n", "3:7: error: seed must be an integer, got a map"},
      {sphere + "seed:\n", "3:1: error: seed must be an integer, got nothing"},
      {sphere + "seed: \"1\"\n", "3:7: error: seed must be an integer, got '1'"},
      {sphere + "seed: 99999999999999999999\n",
       "3:7: error: seed must be below 2^63, got 99999999999999999999"},
      {sphere + "seed: 1e999\n", "3:7: error: seed must be below 2^63, got 1e999"},
      {sphere + "seed: 0x10\n", "3:7: error: seed must be an integer, got '0x10'"},
      {sphere + "seed: 010\n", "3:7: error: seed must be an integer, got '010'"},
      {sphere + "seed: 0o10\n", "3:7: error: seed must be an integer, got '0o10'"},
      {sphere + "seed: 1_000\n", "3:7: error: seed must be an integer, got '1_000'"},
      {sphere + "seed: 1,5\n", "3:7: error: seed must be an integer, got '1,5'"},
      {"objective: sphere\noptimizer: {name: sgd, lr: .nan}\n",
       "2:28: error: optimizer.lr must be a number, got '.nan'"},
      {"objective: sphere\noptimizer: {name: sgd, lr: nan}\n",
       "2:28: error: optimizer.lr must be finite, got nan"},
      {"objective: sphere\noptimizer: {name: sgd, lr: 1e999}\n",
       "2:28: error: optimizer.lr must be finite, got 1e999"},
      {"objective: sphere\noptimizer: {name: sgd, lr: 0x1p-3}\n",
       "2:28: error: optimizer.lr must be a number, got '0x1p-3'"},
      {"objective: sphere\noptimizer: [sgd]\n",
       "2:12: error: optimizer must be the name of an optimizer, got a list"},
      {"objective: sphere\noptimizer: {lr: 0.1}\n", "2:12: error: optimizer needs the key 'name'"},
      {"objective: {dim: 2}\noptimizer: sgd\n", "1:12: error: objective needs the key 'function'"},
      {"objective: {formula: \"x[0]^2\", dim: 1}\noptimizer: sgd\n",
       "1:12: error: objective needs the key 'function', 'game' or 'expression' (did you mean 'expression' instead "
       "of 'formula'?)"},
      {"objective: x[0]^2 + x[1]^2\noptimizer: sgd\n",
       "1:12: error: unknown function 'x[0]^2 + x[1]^2' (a formula is written as objective: {expression: "
       "\"x[0]^2 + x[1]^2\", dim: 2})"},
      {"objective: {function: \"sin(x)\"}\noptimizer: sgd\n",
       "1:23: error: unknown function 'sin(x)' (a formula is written as objective: {expression: \"x[0]^2 + "
       "x[1]^2\", dim: 2})"},
      {sphere + "stop: 100\n", "3:7: error: stop must be a map, got '100'"},
      {sphere + "stop: {time: 5}\n",
       "3:14: error: stop.time must be a duration > 0, got '5' (write it with its unit: 500ms, 60s, 5m or "
       "2h)"},
      {sphere + "trace: {points: 1}\n", "3:17: error: trace.points must be true or false, got '1'"},
      {sphere + "lookahead: no\n",
       "3:12: error: lookahead must be a map such as {k: 5, alpha: 0.5}, or false, got 'no'"},
      {sphere + "start: middle\n",
       "3:8: error: start must be default, random, {uniform: [low, high]}, {run: directory} or a list of "
       "numbers, got "
       "'middle'"},
      {sphere + "start: [1, x]\n", "3:12: error: start must be a number, got 'x'"},
      {sphere + "precision: half\n", "3:12: error: precision must be one of double, single, got 'half'"},
      {"objective: sphere\noptimizer: {name: sgd, clip: 3}\n",
       "2:30: error: optimizer.clip must be a map, got '3'"},
      {"data: t.csv\nmodel: linear\noptimizer: sgd\n", "1:7: error: data must be a map, got 't.csv'"},
  });
}

TEST_CASE("all faults of a file are reported, up to twenty, in the order of the file") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "objective: sphere\nseed: x\noptimizer: {name: sgd, lr: -1}\nlookahead:\n  k: 0\n  alhpa: 1\n");
  const Result four = run(folder, {"check", "p.yaml"});
  CHECK(four.code == 3);
  REQUIRE(lines(four.err).size() == 4);
  CHECK(lines(four.err)[0].starts_with("p.yaml:2:7: error: seed must be"));
  CHECK(lines(four.err)[1].starts_with("p.yaml:3:28: error: optimizer.lr must be"));
  CHECK(lines(four.err)[2].starts_with("p.yaml:5:6: error: lookahead.k must be"));
  CHECK(lines(four.err)[3].starts_with("p.yaml:6:3: error: unknown key 'alhpa'"));
  std::string many = sphere;
  for (int i = 0; i < 30; ++i) many += "zzzzzz" + std::to_string(i) + ": 1\n";
  folder.write("p.yaml", many);
  const Result twenty = run(folder, {"check", "p.yaml"});
  CHECK(twenty.code == 3);
  REQUIRE(lines(twenty.err).size() == 21);
  CHECK(lines(twenty.err)[20] == "10 more errors");
}

TEST_CASE("what cannot be read at all is a wrong problem file") {
  const Folder folder;
  folder.write("p.yaml", sphere);
  std::filesystem::create_directory(folder.path("folder"));
  folder.write("long.yaml", sphere + "# " + std::string((1 << 20) + 1, 'x') + "\n");
  folder.write("secret.yaml", sphere);
  std::filesystem::permissions(folder.path("secret.yaml"), std::filesystem::perms::none);
  const auto before = folder.names();
  const auto refuses = [&](const std::string& file, const std::string& message) {
    Surroundings nobody;
    nobody.as_nobody = true;
    const Result result = run(folder, {"solve", file}, nobody);
    CHECK(result.code == 3);
    CHECK_MESSAGE(result.err.starts_with(message), result.err);
  };
  refuses("nosuch.yaml",
          "nosuch.yaml: error: cannot read the file: No such file or directory (check the path");
  refuses("folder", "folder: error: is a directory, not a file");
  refuses("p.yaml/x", "p.yaml/x: error: cannot read the file: Not a directory");
  refuses("long.yaml", "long.yaml: error: is longer than 1048576 bytes");
  refuses("secret.yaml", "secret.yaml: error: cannot read the file: Permission denied");
  CHECK(folder.names() == before);
}

}  // namespace
}  // namespace lookahead::cli
