#include "wrong_files.hpp"

// Values out of their range, and keys that do not go together.
namespace lookahead::cli {
namespace {

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
      {sphere + "model: linear\n", "3:8: error: both objective and model"},
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
      {"data: {train: t.csv, target: y, validation: 0.2}\nmodel: linear\noptimizer: sgd\n"
       "stop: {patience: {metric: val_mae}}\n",
       "4:27: error: stop.patience.metric 'val_mae' is not evaluated in this run (name it in metrics; known "
       "here: "},
      {sphere + "start: [1]\n", "3:8: error: start has 1 coordinates, the objective has 2"},
      {sphere + "start: {uniform: [2, 1]}\n",
       "3:18: error: start.uniform must be [low, high] with low <= high"},
      {"objective: sphere\noptimizer: {name: sgd, lr: {cosine: {from: 1}}}\nstop: {time: 1s}\n",
       "2:28: error: optimizer.lr: the schedule cosine needs the run's length: stop.steps, stop.epochs, "
       "stop.evals, "
       "or with a constant k stop.rounds"},
      {"objective: sphere\noptimizer: {name: lbfgs, lr: {linear: {from: 1}}}\nstop: {evals: 5000}\n",
       "2:30: error: optimizer.lr: the schedule linear needs the run's length, which stop.evals does not tell: a "
       "step of lbfgs has no fixed number of evaluations (set stop.steps, or with a constant k stop.rounds)"},
      {data.substr(0, data.find("optimizer")) +
           "optimizer: {name: svrg, lr: {linear: {from: 1, to: 0}}}\nstop: {evals: 5000}\n",
       "3:29: error: optimizer.lr: the schedule linear needs the run's length, which stop.evals does not tell: "
       "a step of svrg has no fixed number of evaluations (set stop.steps, stop.epochs, or with a constant k "
       "stop.rounds)"},
      {"objective: sphere\noptimizer: {name: sgd, lr: {linear: {from: 1}}}\nlookahead: {alpha: {adaptive: {}}}\n"
       "stop: {evals: 5000}\n",
       "2:28: error: optimizer.lr: the schedule linear needs the run's length, which stop.evals does not tell: "
       "lookahead.alpha: adaptive has evaluations of its own in every round (set stop.steps, or with"},
      {sphere + "start: [1e300, 1e300]\n",
       "3:8: error: the objective is not finite at the start: inf (choose another start)"},
      {sphere + "precision: single\nstart: [1e39, 0]\n",
       "4:9: error: start: 1e39 is infinite in single precision (set precision: double, or choose"},
  });
}

TEST_CASE("a target below the minimum is refused, and a loss that was meant is given as a gap") {
  const std::string deep = "objective: {expression: \"x[0]^2 - 3\", dim: 1, minimum: -3}\noptimizer: sgd\n";
  refused({
      {sphere + "stop: {steps: 9, target: -1}\n",
       "3:26: error: stop.target is a gap above the minimum, and no gap is below 0, got -1 (for example target: "
       "1e-6)\n"},
      {deep + "stop: {target: -1}\n",
       "3:16: error: stop.target is a gap above the minimum, and no gap is below 0, got -1 (target: 2 ends the "
       "run at a loss of -1)\n"},
      {deep + "stop: {target: -4}\n",
       "3:16: error: stop.target is a gap above the minimum, and no gap is below 0"},
  });
  const Folder folder;
  folder.write("p.yaml", sphere + "stop: {steps: 9, target: 0}\n");
  CHECK(run(folder, {"check", "p.yaml"}).code == 0);
}

TEST_CASE("a target below every loss that data allow is warned of") {
  const Folder folder;
  folder.write("t.csv", table());
  const auto warned = [&](const std::string& model, const std::string& target) {
    folder.write("p.yaml", "data: {train: t.csv, target: x1, features: [x2]}\nmodel: " + model +
                               "\noptimizer: sgd\nstop: {epochs: 9, target: " + target + "}\n");
    const Result result = run(folder, {"check", "p.yaml"});
    CHECK_MESSAGE(result.code == 0, result.err);
    return contains(result.err, "warning: stop.target: the loss cannot be below ");
  };
  CHECK(warned("linear", "-1e-9"));
  CHECK_FALSE(warned("linear", "0"));
  // Its loss leaves out a term of the targets alone, and may be negative.
  CHECK_FALSE(warned("poisson", "-0.1"));
  CHECK(warned("poisson", "-1e3"));
}

TEST_CASE("a constant of the wrong shape is refused with the shape that formulas know") {
  const auto with = [](const std::string& value) {
    return "objective: {expression: \"a[0]*x[0]^2\", dim: 1, constants: {a: " + value +
           "}}\noptimizer: sgd\n";
  };
  const std::string shape = "(write a table row by row in one list: element j of row i of n is a[n*i + j])\n";
  refused({
      {with("[[1, 2], [3, 4]]"),
       "1:64: error: objective.constants.a must be a number or a list of numbers, got a list in the list " +
           shape},
      {with("[1, {b: 2}]"),
       "1:67: error: objective.constants.a must be a number or a list of numbers, got a map in the list " +
           shape},
      {with("{b: 2}"),
       "1:63: error: objective.constants.a must be a number or a list of numbers, got a map " + shape},
      {with("[]"),
       "1:63: error: objective.constants.a is an empty list (a list has at least one number, as in [1, 2])"},
  });
}

TEST_CASE("of a name with a meaning of its own the message says which, and other words are names") {
  const auto with = [](const std::string& name) {
    return "objective: {expression: \"" + name + "*x[0]^2\", dim: 1, constants: {" + name +
           ": 2}}\noptimizer: sgd\n";
  };
  const auto is_reserved = [&](const std::string& name, const std::string& meaning) {
    const Folder folder;
    folder.write("p.yaml", with(name));
    const Result result = run(folder, {"check", "p.yaml"});
    CHECK(result.code == 3);
    CHECK_MESSAGE(contains(result.err, "error: objective.constants: '" + name + "' is reserved for " +
                                           meaning + " (choose another name)\n"),
                  result.err);
  };
  is_reserved("n", "the number of coordinates");
  is_reserved("x", "the point of a formula");
  is_reserved("e", "the number 2.71...");
  is_reserved("sum", "the function of that name");
  const Folder folder;
  folder.write("rows.csv", "message,list,n\n1,2,3\n2,3,4\n");
  for (const std::string name : {"message", "list"}) {
    folder.write("p.yaml", with(name));
    CHECK(run(folder, {"check", "p.yaml"}).code == 0);
    folder.write("p.yaml", "objective: {terms: rows.csv, dim: 1, expression: \"(w[0] - " + name +
                               ")^2\"}\noptimizer: sgd\n");
    const Result result = run(folder, {"check", "p.yaml"});
    CHECK_MESSAGE(result.code == 0, result.err);
  }
  folder.write("p.yaml",
               "objective: {terms: rows.csv, dim: 1, expression: \"(w[0] - n)^2\"}\noptimizer: sgd\n");
  const Result number = run(folder, {"check", "p.yaml"});
  CHECK(number.code == 3);
  CHECK_MESSAGE(
      contains(number.err,
               "names no column of the table (a column called n, pi, e or w needs another name, as in "
               "columns: {u: n}; "),
      number.err);
  folder.write(
      "p.yaml",
      "objective: {terms: rows.csv, dim: 1, columns: {u: n}, expression: \"(w[0] - u)^2\"}\noptimizer: sgd\n");
  CHECK(run(folder, {"check", "p.yaml"}).code == 0);
}

}  // namespace
}  // namespace lookahead::cli
