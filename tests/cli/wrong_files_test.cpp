#include <doctest/doctest.h>

#include "run_binary.hpp"
#include "spec/codecs.hpp"
#include "spec/yaml.hpp"
#include "support/form_fits.hpp"

// Wrong problem files: refused with place, reason and cure, before anything is written.
namespace lookahead::cli {
namespace {

struct Wrong {
  std::string text;
  std::string message;  // how the first line of stderr begins, after "p.yaml:"
};

const std::string sphere = "objective: sphere\noptimizer: sgd\n";
const std::string data = "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sgd\n";

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

// Whether an editor can see by the schema what the message tells of: misspelled keys and names, values of the
// wrong type or out of a declared range, keys that are not there. It cannot see how two values go together.
bool is_for_editors(const std::string& message) {
  for (const char* about : {"extrapolate: true allows", "optimizer.lr must be finite",
                            "start: ", "start.uniform must", "stop has no", "must be below", "got '010'",
                            "objective.dim of", "trace.file must", "name must be a plain",
                            "data needs the key 'target'", "per_decade must be", "validation needs either",
                            "folds must be >= 2", "and <= 1e+09, got 1e+30", "is empty", "start has"}) {
    if (contains(message, about)) return false;
  }
  return contains(message, "unknown ") || contains(message, " must be ") ||
         contains(message, " must have ") || contains(message, "needs the key");
}

void refused(const std::vector<Wrong>& list) {
  static const Form form = problem_form();
  const Folder folder;
  folder.write("t.csv", table());
  for (const Wrong& wrong : list) {
    CAPTURE(wrong.text.substr(0, 200));
    folder.write("p.yaml", wrong.text);
    // The schema is made from the same form.
    if (const auto node = parse_yaml(wrong.text, "p.yaml"); node && is_for_editors(wrong.message))
      CHECK_FALSE(test::fits(form, *node));
    for (const char* command : {"check", "solve"}) {
      const Result result = run(folder, {command, "p.yaml"});
      CHECK(result.code == 3);
      CHECK(result.out.empty());
      CHECK_MESSAGE(result.err.starts_with("p.yaml:" + wrong.message), result.err);
      for (const std::string& line : lines(result.err)) CHECK_MESSAGE(line.starts_with("p.yaml:"), line);
    }
  }
  CHECK(folder.names() == std::vector<std::string>{"p.yaml", "t.csv"});
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
      {"[" + repeated("1,", 300000) + "1]", "1:200002: error: the file unfolds to too many values"},
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

TEST_CASE("values out of their range are refused") {
  const std::string lr = "objective: sphere\noptimizer: {name: sgd, lr: ";
  refused({
      {lr + "-0.1}\n", "2:28: error: optimizer.lr must be > 0, got -0.1"},
      {lr + "0}\n", "2:28: error: optimizer.lr must be > 0, got 0"},
      {lr + "1e-999}\n", "2:28: error: optimizer.lr must be > 0, got 1e-999"},
      {lr + "{cosine: {to: 1}}}\n", "2:28: error: optimizer.lr.cosine needs the key 'from'"},
      {sphere + "lookahead: {k: 0}\n", "3:16: error: lookahead.k must be >= 1"},
      {sphere + "lookahead: {k: 2.5}\n", "3:16: error: lookahead.k must be an integer, got 2.5"},
      {sphere + "lookahead: {k: 1e30}\n", "3:16: error: lookahead.k must be >= 1 and <= 1e+09, got 1e30"},
      {sphere + "lookahead: {k: {cosine: {from: 1e30}}}\n",
       "3:16: error: lookahead.k must be >= 1 and <= 1e+09, got 1e+30"},
      {sphere + "lookahead: {alpha: 0}\n", "3:20: error: lookahead.alpha must be > 0, got 0"},
      {sphere + "lookahead: {alpha: 1.5}\n",
       "3:20: error: lookahead.alpha must be > 0 and <= 1, got 1.5 (extrapolate: true allows more than 1)"},
      {sphere + "lookahead: {at_sync: kep}\n",
       "3:22: error: lookahead.at_sync must be one of keep, reset, pullback, average, got 'kep' (did you "
       "mean "
       "'keep'?)"},
      {sphere + "lookahead: [{k: 1e9}, {k: 1e9}]\n",
       "3:12: error: lookahead has rounds of 1e+18 steps, at most 1e+15 can be counted (choose smaller k)"},
      {sphere + "lookahead: []\n", "3:12: error: lookahead must have from 1 to 16 levels, got 0"},
      {sphere + "lookahead: [{k: 2}, {k: 0}]\n", "3:25: error: lookahead[1].k must be >= 1"},
      {sphere + "lookahead: [{k: 2, workers: 2}, {k: 3}]\n",
       "3:29: error: lookahead[0].workers goes with the outermost level (the last of the list)"},
      {sphere + "lookahead: [{k: 2}, {alpha: adaptive}]\n",
       "3:29: error: lookahead[1].alpha.adaptive goes with the innermost level (the first of the list)"},
      {sphere + "lookahead: {alpha: {adaptive: {low: 0.9, high: 0.5}}}\n",
       "3:20: error: lookahead.alpha.adaptive needs low <= high"},
      {sphere + "lookahead: {alpha: adaptive, outer: slowmo}\n",
       "3:20: error: lookahead.alpha.adaptive goes with the plain slow step of one fast agent (leave out "
       "outer "
       "and workers)"},
      {sphere + "lookahead: {workers: 0}\n",
       "3:22: error: lookahead.workers must be >= 1 and <= 1024, got 0"},
      {sphere + "lookahead: {workers: 2, shard: true}\n", "3:32: error: lookahead.shard goes with data"},
      {sphere + "lookahead: {outer: slomo}\n",
       "3:20: error: unknown outer optimizer 'slomo' (did you mean 'slowmo'?)"},
      {sphere + "lookahead: {outer: lbfgs}\n",
       "3:20: error: optimizer lbfgs makes no sense on the slow point's differences"},
      {sphere + "lookahead: {outer: {name: slowmo, beta: 1}}\n",
       "3:41: error: lookahead.outer.beta must be >= 0 and < 1, got 1"},
      {"objective: {function: sphere, dim: 0}\noptimizer: sgd\n", "1:36: error: objective.dim must be >= 1"},
      {"objective: {function: sphere, dim: 1e15}\noptimizer: sgd\n",
       "1:36: error: objective.dim must be >= 1 and <= 1e+08, got 1e15"},
      {"objective: {function: quadratic, dim: 1000000, seed: 1}\noptimizer: sgd\n",
       "1:12: error: the objective needs 8 TB of memory, there are "},
      {"objective: {function: rosenbrock, dim: 3}\noptimizer: sgd\n",
       "1:40: error: objective.dim of rosenbrock must be 2, got 3 (rosenbrock_chained "
       "takes it)"},
      {"objective: {function: powell_singular, dim: 6}\noptimizer: sgd\n",
       "1:45: error: objective.dim of powell_singular must be at least 4, a multiple of 4, got 6"},
      {"objective: {function: sphere, noise: {gaussian: -1}}\noptimizer: sgd\n",
       "1:49: error: objective.noise.gaussian must be >= 0, got -1"},
      {sphere + "seed: -1\n", "3:7: error: seed must be >= 0, got -1"},
      {sphere + "threads: 0\n", "3:10: error: threads must be auto or >= 1 and <= 1024, got 0"},
      {sphere + "version: 2\n", "3:10: error: version must be >= 1 and <= 1, got 2"},
      {sphere + "stop: {steps: 0}\n", "3:15: error: stop.steps must be >= 1"},
      {sphere + "stop: {steps: 9000000000000000000}\n",
       "3:15: error: stop.steps must be >= 1 and <= 1e+15, got 9000000000000000000"},
      {sphere + "stop: {rounds: -5}\n", "3:16: error: stop.rounds must be >= 1"},
      {sphere + "stop: {}\n", "3:7: error: stop has no condition that ends a run"},
      {sphere + "stop: {divergence: 0, steps: 1}\n", "3:20: error: stop.divergence must be > 0, got 0"},
      {sphere + "stop: {time: -5s}\n", "3:14: error: stop.time must be a duration > 0, got '-5s'"},
      {sphere + "trace: {every: 0}\n", "3:16: error: trace.every must be >= 1, got 0"},
      {sphere + "trace: {every: {per_decade: 1e15}}\n",
       "3:29: error: trace.every.per_decade must be >= 1 and <= 1000000, got 1e15"},
      {sphere + "trace: {file: ../x}\n",
       "3:15: error: trace.file must be a plain file name of its own, got '../x'"},
      {sphere + "trace: {file: run.json}\n",
       "3:15: error: trace.file must be a plain file name of its own, got 'run.json'"},
      {sphere + "trace: {file: run.json.tmp}\n",
       "3:15: error: trace.file must be a plain file name of its own"},
      {sphere + "name: a/b\n", "3:7: error: name must be a plain file name without '/', got 'a/b'"},
      {sphere + "name: ''\n", "3:7: error: name must be a plain file name without '/', got ''"},
      {sphere + "name: ..\n", "3:7: error: name must be a plain file name without '/', got '..'"},
      {sphere + "name: \"a\\0b\"\n", "3:7: error: name must be a plain file name without '/', got 'a\\x00b'"},
      {data + "batch: 0\n", "4:8: error: batch must be full or >= 1 and <= 4294967296, got 0"},
      {data + "batch: many\n", "4:8: error: batch must be an integer, got 'many'"},
      {"data: {train: t.csv, target: y, validation: 2}\nmodel: linear\noptimizer: sgd\n",
       "1:45: error: data.validation must be a fraction > 0 and < 1, got 2"},
      {"data: {train: t.csv, target: y, validation: {folds: 1}}\nmodel: linear\noptimizer: sgd\n",
       "1:53: error: data.validation.folds must be >= 2"},
      {"data: {train: t.csv, target: y, validation: {folds: 3, fraction: 0.2}}\nmodel: linear\noptimizer: "
       "sgd\n",
       "1:45: error: data.validation needs either fraction or folds (for example data.validation: {folds: "
       "5})"},
      {"data: {train: t.csv, target: y, validation: {folds: 3}}\nmodel: linear\noptimizer: sgd\n"
       "stop: {patience: {metric: val_r2}}\n",
       "4:27: error: stop.patience.metric 'val_r2' is not evaluated in this run (folds judge models of their "
       "own; "
       "train_<metric> is evaluated in each)"},
      {"data: {train: t.csv, target: y}\nmodel: {type: linear, l2: -1}\noptimizer: sgd\n",
       "2:27: error: model.l2 must be >= 0, got -1"},
  });
}

TEST_CASE("keys that need each other or exclude each other are reported") {
  refused({
      {"optimizer: sgd\n", "1:1: error: the problem needs the key 'objective', or 'data' and 'model'"},
      {"objective: sphere\n", "1:1: error: the problem needs the key 'optimizer'"},
      {sphere + "data: {train: t.csv, target: y}\n",
       "3:7: error: both objective and data (a problem has either objective, or data and model)"},
      {sphere + "model: linear\n", "3:8: error: both objective and data"},
      {sphere + data.substr(0, data.find("optimizer")), "3:7: error: both objective and data"},
      {"data: {train: t.csv, target: y}\noptimizer: sgd\n",
       "1:1: error: the problem needs the key 'model' too"},
      {"model: linear\noptimizer: sgd\n", "1:1: error: the problem needs the key 'data' too"},
      {"data: {train: t.csv}\nmodel: linear\noptimizer: sgd\n", "1:7: error: data needs the key 'target'"},
      {"data: {target: y}\nmodel: linear\noptimizer: sgd\n", "1:7: error: data needs the key 'train'"},
      {"data: {train: t.csv, target: y, drop: [y]}\nmodel: linear\noptimizer: sgd\n",
       "1:7: error: data.drop contains the target 'y'"},
      {sphere + "batch: 3\n", "3:8: error: batch goes with data (leave it out)"},
      {sphere + "metrics: [rmse]\n", "3:10: error: metrics goes with data (leave it out)"},
      {sphere + "sampling: blocks\n", "3:11: error: sampling goes with data (leave it out)"},
      {data + "metrics: [rmse, rmse]\n", "4:10: error: metric rmse is given twice (leave one out)"},
      {sphere + "stop: {epochs: 5}\n", "3:16: error: stop.epochs goes with data (use stop.steps)"},
      {data + "start: default\n",
       "4:8: error: this start goes with objective; a model has a start of its own"},
      {data + "metrics: [accuracy]\n", "4:10: error: metric accuracy does not fit the model linear"},
      {"data: {train: t.csv, target: y, task: classification}\nmodel: linear\noptimizer: sgd\n",
       "1:39: error: data.task does not fit the model linear"},
      {"data: {train: t.csv, target: y, task: regression}\nmodel: softmax\noptimizer: sgd\n",
       "1:39: error: data.task does not fit the model softmax"},
      {data + "stop: {patience: {metric: val_loss}}\n",
       "4:27: error: stop.patience.metric 'val_loss' is not evaluated in this run (data.validation: 0.2 sets "
       "rows aside)"},
      {sphere + "start: [1]\n", "3:8: error: start has 1 coordinates, the objective has 2"},
      {sphere + "start: {uniform: [2, 1]}\n",
       "3:18: error: start.uniform must be [low, high] with low <= high"},
      {"objective: sphere\noptimizer: {name: sgd, lr: {cosine: {from: 1}}}\nstop: {time: 1s}\n",
       "2:28: error: optimizer.lr: the schedule cosine needs the run's length: stop.steps, stop.epochs, "
       "stop.evals, "
       "or with a constant k stop.rounds"},
      {sphere + "start: [1e300, 1e300]\n",
       "3:8: error: the objective is not finite at the start: inf (choose another start)"},
      {sphere + "precision: single\nstart: [1e39, 0]\n",
       "4:9: error: start: 1e39 is infinite in single precision (set precision: double, or choose"},
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
