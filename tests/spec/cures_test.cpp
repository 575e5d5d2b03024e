#include "faults_of.hpp"

// What is advised where a key, a value or a name stands as other programs have it, or in another place than its own.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// The cures of a problem's faults are exactly these.
void cures(const std::string& yaml, const std::vector<std::string>& wanted,
           const std::vector<std::string>& set = {}) {
  CAPTURE(yaml);
  std::vector<std::string> found;
  const auto spec = read_problem({yaml, "p.yaml", "p", "/folder", set});
  for (const Fault& fault : spec.faults()) found.push_back(fault.cure);
  CHECK_MESSAGE(found == wanted, faults_of(yaml, set));
}

const std::string learn = "data: {train: a.csv, target: y}\nmodel: linear\noptimizer: adam\n";

}  // namespace

TEST_CASE("a key of a block that stands at the top is shown in its block") {
  const std::pair<const char*, const char*> keys[] = {
      {"lr: 0.1", "it belongs in optimizer: {name: adam, lr: 0.1}"},
      {"k: 5", "it belongs in lookahead: {k: 5}"},
      {"alpha: 0.5", "it belongs in lookahead: {alpha: 0.5}"},
      {"workers: 2", "it belongs in lookahead: {workers: 2}"},
      {"dim: 2", "it belongs in objective: {function: rosenbrock, dim: 2}"},
      {"noise: {gaussian: 1}", "it belongs in objective: {function: rosenbrock, noise: {gaussian: 1}}"},
      {"noise: 0.1", "it belongs in objective: {function: rosenbrock, noise: {gaussian: 0.1}}"},
      {"clip: 1", "it belongs in optimizer: {name: adam, clip: {norm: 1}}"},
      {"steps: 1000", "it belongs in stop: {steps: 1000}"},
      {"target: 1e-3", "it belongs in stop: {target: 1e-3}"},
      {"every: 10", "it belongs in trace: {every: 10}"},
      {"momentum: 0.9", "optimizer takes 'momentum' where it is gda, lars, rmsprop, sgd, signum"},
  };
  for (const auto& [key, cure] : keys) cures(two_lines + key + "\n", {cure});
  cures(learn + "penalty: group\n", {"it belongs in model: {type: linear, penalty: group}"});
  cures(learn + "validation: 0.2\n", {"it belongs in data: {train: a.csv, target: y, validation: 0.2}"});
  cures("objective: rosenbrock\noptimizer: {name: adam, k: 5}\n", {"it belongs in lookahead: {k: 5}"});
  cures(two_lines + "lookahead: {k: 5, lr: 0.1}\n", {"it belongs in optimizer: {name: adam, lr: 0.1}"});
  cures(two_lines + "stop: {step: 100}\n", {"did you mean 'steps'?"});
  cures("objective: {function: sphere, gaussian: 0.1}\noptimizer: adam\n",
        {"it belongs in objective: {function: sphere, noise: {gaussian: 0.1}}"});
  cures(two_lines, {"did you mean --set optimizer.lr=0.1?"}, {"lr=0.1"});
  cures(two_lines, {"did you mean --set stop.steps=5?"}, {"steps=5"});
}

TEST_CASE("keys that other programs have in a block are told what stands there") {
  const std::string penalties = "the penalty of ridge regression is l2: 0.1, that of lasso l1: 0.1";
  for (const char* key : {"alpha", "lambda", "C", "regularization", "ridge"}) {
    cures(std::string("data: {train: a.csv, target: y}\nmodel: {type: linear, ") + key +
              ": 0.1}\noptimizer: adam\n",
          {penalties});
  }
  cures("data: {train: a.csv, target: y, normalize: true}\nmodel: ridge\noptimizer: adam\n",
        {"did you mean 'standardize'?", "write {type: linear, l2: 0.1}"});
  cures(two_lines + "lookahead: {steps: 5}\n", {"the number of steps between two syncs is k"});
  cures("objective: {expression: \"x[0]^2\"}\nstart: [1, 1]\noptimizer: adam\n", {"for example dim: 10"});
  cures("data: {train: a.csv, target: y, standardize: all}\nmodel: matrix_factorization\noptimizer: adam\n",
        {"leave out data.standardize"});
  cures("objective: {function: sphere, noise: 'none'}\noptimizer: adam\n", {"none stands without quotes"});
}

TEST_CASE("law: a key that is shown in its block is free of faults there") {
  for (const char* key : {"lr: 0.1", "k: 5", "alpha: 0.5", "dim: 2", "noise: 0.1", "clip: 1", "steps: 10",
                          "learning_rate: 0.1", "eps: 1e-3", "max_iter: 7", "tol: 1e-3", "log_every: 5"}) {
    CAPTURE(key);
    const std::string line = std::string(key) + "\n";
    const auto spec = read_problem({two_lines + line, "p.yaml", "p", "/folder", {}});
    REQUIRE(spec.faults().size() == 1);
    const std::string& cure = spec.faults().front().cure;
    const std::string belongs = "belongs in ";
    const std::size_t begin = cure.find(belongs);
    REQUIRE_MESSAGE(begin != std::string::npos, cure);
    const std::string block = cure.substr(begin + belongs.size());
    std::string mended;
    for (const std::string& other : {std::string("objective: rosenbrock"), std::string("optimizer: adam")}) {
      if (!block.starts_with(other.substr(0, other.find(':') + 1))) mended += other + "\n";
    }
    CHECK_MESSAGE(faults_of(mended + block + "\n").empty(), (mended + block));
  }
}

TEST_CASE("a name that stands as a key is told to stand in its place") {
  cures("objective: {quadratic: {dim: 3}}\noptimizer: sgd\n",
        {"its parameters stand beside its name: {function: quadratic, ...}"});
  cures("objective: {bilinear: {dim: 3}}\noptimizer: sgd\n",
        {"its parameters stand beside its name: {game: bilinear, ...}"});
}

TEST_CASE("a key is found by the name that other programs give it") {
  const auto rule = [](const std::string& inside) {
    return "objective: rosenbrock\noptimizer: {name: adam, " + inside + "}\n";
  };
  cures(rule("learning_rate: 0.1"), {"did you mean 'lr'?"});
  cures(rule("Learning-Rate: 0.1"), {"did you mean 'lr'?"});
  cures(rule("eps: 1e-3"), {"did you mean 'epsilon'?"});
  cures(rule("betas: [0.9, 0.99]"), {"write beta1: 0.9, beta2: 0.99"});
  cures(rule("momentum: 0.9"), {"optimizer takes 'momentum' where it is gda, lars, rmsprop, sgd, signum"});
  cures(two_lines + "learning_rate: 0.1\n", {"'lr' belongs in optimizer: {name: adam, lr: 0.1}"});
  cures(two_lines + "max_iter: 7\n", {"'steps' belongs in stop: {steps: 7}"});
  cures(two_lines + "Random-State: 7\n", {"did you mean 'seed'?"});
  cures(learn + "batch_size: 7\n", {"did you mean 'batch'?"});
  cures(two_lines + "seeds: [1, 2]\n",
        {"one run has one 'seed'; several: lookahead sweep FILE --seeds 1..10"});
}

TEST_CASE("an item is found by the name that other programs give it, and long lists are not printed") {
  const auto optimizer = [](const std::string& name) {
    return "objective: rosenbrock\noptimizer: " + name + "\n";
  };
  const std::string wraps =
      "lookahead: {k: 5, alpha: 0.5} is a key beside it, which wraps the optimizer, for example adam";
  cures(optimizer("lookahead"), {wraps});
  cures(optimizer("{name: lookahead, k: 5}"), {wraps});
  cures(optimizer("SGD"), {"did you mean 'sgd'?"});
  cures(optimizer("nesterov"), {"write {name: sgd, momentum: 0.9, nesterov: true}"});
  cures(optimizer("zzzzzz"), {"lookahead list optimizers shows the names"});
  cures("objective: zzzzzz\noptimizer: adam\n", {"lookahead list functions shows the names"});
  cures(optimizer("{lr: 0.1}"), {"for example name: adam"});
  cures(optimizer("{type: sgd}"), {"for example name: sgd"});
  const auto noise = [](const std::string& text) {
    return "objective: {function: rosenbrock, noise: " + text + "}\noptimizer: adam\n";
  };
  cures(noise("{normal: 0.1}"), {"did you mean 'gaussian'?"});
  cures(noise("normal"), {"did you mean 'gaussian'?"});
  cures(noise("0.1"), {"for example noise: {gaussian: 0.1}"});
}

TEST_CASE("a number in the place of a map is shown in the map, and a list of one thing as a sweep") {
  cures(two_lines + "stop: 1000\n", {"for example stop: {steps: 1000}"});
  cures(two_lines + "stop: 60s\n", {"for example stop: {time: 60s}"});
  cures(two_lines + "lookahead: 5\n", {"for example lookahead: {k: 5}"});
  cures(two_lines + "trace: 10\n", {"for example trace: {every: 10}"});
  cures("data: a.csv\nmodel: linear\noptimizer: adam\n", {"for example data: {train: a.csv, target: y}"});
  cures("objective: rosenbrock\noptimizer: [sgd, adam]\n",
        {"a run has one; for several: lookahead sweep FILE --vary \"optimizer=[sgd, adam]\""});
  cures("objective: rosenbrock\noptimizer: {name: adam, lr: [0.1, 1]}\n",
        {"a run has one; for several: lookahead sweep FILE --vary \"optimizer.lr=[0.1, 1]\""});
}

TEST_CASE("a number that has to be computed is given as the number") {
  const auto rate = [](const std::string& text) {
    return "objective: rosenbrock\noptimizer: {name: adam, lr: " + text + "}\n";
  };
  cures(rate("1/100"), {"write 0.01"});
  cures(rate("10%"), {"write 0.1"});
  cures(rate("fast"), {"for example 0.01, a schedule such as {cosine: 0.01}, or auto"});
  cures(rate("1/0"), {"for example 0.01, a schedule such as {cosine: 0.01}, or auto"});
  for (const char* key : {"validation", "test"}) {
    const auto share = [&](const std::string& text) {
      return "data: {train: a.csv, target: y, " + std::string(key) + ": " + text +
             "}\nmodel: linear\noptimizer: adam\n";
    };
    cures(share("20%"), {"write 0.2"});
    cures(share("1/4"), {"write 0.25; the path of a file stands in quotes"});
    cures(share("true"), {"write 0.2"});
    cures(share("'1/4'"), {});
    cures(share("parts/4.csv"), {});
  }
}

TEST_CASE("keys that are not indented are told to be") {
  const std::string indent =
      "its keys stand in the lines below it, further to the right: two blanks before each";
  cures("objective: rosenbrock\noptimizer:\nname: adam\n", {indent});
  cures("objective: rosenbrock\noptimizer: adam\nstop:\nsteps: 100\n",
        {indent, "it belongs in stop: {steps: 100}"});
  cures("objective:\ndim: 2\noptimizer: adam\n", {indent, "it belongs in objective: {dim: 2}"});
}

TEST_CASE("a formula in { } is told to stand in quotes, and none that stands in them") {
  const std::string quotes = "inside { } a formula, or another text with [ ], stands in quotes: ";
  cures("objective: {expression: x[0]^2, dim: 2}\noptimizer: adam\n", {quotes + "expression: \"...\""});
  cures("objective: {expression: sum(i, 0, 1, x[i]), dim: 2}\noptimizer: adam\n",
        {quotes + "expression: \"...\""});
  cures("objective: {players: {x: 1, y: 1}, costs: {x: x[0]*y[0], y: \"0\"}}\noptimizer: gda\n",
        {quotes + "x: \"...\""});
  CHECK(faults_of("objective: {expression: max(1, 2), dim: 1}\noptimizer: adam\n")
            .find("(inside { } a formula stands in quotes)") != std::string::npos);
  const std::string incomplete = "expected a number, a name or (, found the end\n";
  for (const char* objective :
       {"{expression: \"x[0]^2 + \", dim: 1}", "\n  expression: \"x[0]^2 + \"\n  dim: 1",
        "\n  dim: 1\n  expression: x[0]^2 +", "\n  expression: |\n    x[0]^2 +\n  dim: 1"}) {
    CHECK(faults_of("objective: " + std::string(objective) + "\noptimizer: adam\n").ends_with(incomplete));
  }
  cures("objective: {expression: \"x[0]^2\", dim: 2\noptimizer: adam\n",
        {"a bracket is never closed, or a comma is missing before this place"});
}

TEST_CASE("a game's minimum is 0") {
  const auto game = [](const std::string& minimum) {
    return "objective: {players: {x: 1, y: 1}, costs: {x: \"x[0]*y[0]\", y: \"-x[0]*y[0]\"}, minimum: " +
           minimum + "}\noptimizer: {name: gda, lr: 0.1}\n";
  };
  CHECK(faults_of(game("0")).empty());
  CHECK(faults_of(game("-1"))
            .find("objective.minimum of a game is 0, as its value is |V|^2/2 (leave it out)") !=
        std::string::npos);
}

TEST_CASE("curly quotes are no quotes") {
  for (const char* text : {"objective: \xE2\x80\x9Crosenbrock\xE2\x80\x9D\noptimizer: adam\n",
                           "objective: {function: \xE2\x80\x98sphere\xE2\x80\x99}\noptimizer: adam\n"}) {
    CAPTURE(text);
    CHECK(faults_of(text).find(
              "error: a curly quote, which is no quote in YAML (write straight ones: \" or ')") !=
          std::string::npos);
  }
  CHECK(faults_of("name: \"\xE2\x80\x9Cx\xE2\x80\x9D\"\n" + two_lines).empty());
  CHECK(faults_of("# \xE2\x80\x9Cx\xE2\x80\x9D\n" + two_lines).empty());
}

TEST_CASE("a formula over a table's rows says what it is a formula of") {
  const auto mean = [](const std::string& formula, const std::string& more = "") {
    return "objective: {expression: \"" + formula + "\", terms: rows.csv, dim: 1}\noptimizer: sgd\n" + more;
  };
  cures(mean("(y - x[0]*t)^2"), {"the point is w here: w[0]"});
  cures(
      mean("sum(i, 0, 9, (y[i] - w[0])^2)"),
      {"of a column a formula with 'terms' reads the cell in its row: write y; the mean over the rows is taken "
       "of the whole formula"});
  cures(mean("(y - w[0]*t)^2", "batch: 16\n"), {"in its place: objective: {noise: {minibatch: 16}}"});
  cures(mean("(y - w[0]*t)^2", "batch: full\n"), {"leave it out"});
  cures(two_lines + "batch: 16\n", {"leave it out"});
}
