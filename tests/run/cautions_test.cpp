#include "run/cautions.hpp"

#include "support/mentions.hpp"
#include "support/problem.hpp"

// What is said of a run beforehand.
using namespace lookahead;
using namespace lookahead::test;

namespace {

std::vector<Note> notes_of(const std::string& problem) {
  Trial<double> trial(problem);
  return trial.plan->notes;
}

}  // namespace

TEST_CASE("what a run would do without effect is said beforehand, with the cure") {
  const std::string sphere = "objective: sphere\noptimizer: ";
  CHECK(notes_of(sphere + "adam\n").empty());
  CHECK(mentions(notes_of(sphere + "adam\nlookahead: {k: 50}\nstop: {steps: 49}\n"),
                 "warning: lookahead.k: the first round has 50 steps, and the run ends after 49 steps"));
  CHECK(notes_of(sphere + "adam\nlookahead: {k: 50}\nstop: {steps: 50}\n").empty());
  CHECK(mentions(notes_of(sphere + "adam\nstop: {target: 1e-300}\n"),
                 "warning: stop: only the target ends the run, however long that takes"));
  CHECK(mentions(notes_of(sphere + "adam\nstop: {grad_norm: 0}\n"),
                 "warning: stop: only grad_norm ends the run"));
  CHECK(notes_of(sphere + "adam\nstop: {target: 1e-300, time: 1s}\n").empty());
  CHECK(mentions(notes_of(sphere + "{name: adam, lr: {step: {from: 0.1, every: 100}}}\nstop: {steps: 100}\n"),
                 "warning: optimizer.lr: the schedule step needs 101 steps"));
  CHECK(notes_of(sphere + "{name: adam, lr: {step: {from: 0.1, every: 100}}}\nstop: {steps: 101}\n").empty());
  CHECK(mentions(notes_of(sphere + "{name: adam, lr: {multi_step: {from: 0.1, milestones: [10, 90]}}}\n"
                                   "stop: {steps: 80}\n"),
                 "the schedule multi_step needs 91 steps"));
  CHECK(mentions(notes_of(sphere + "{name: adam, lr: {cosine_restarts: {from: 0.1, period: 90}}}\n"
                                   "stop: {steps: 80}\n"),
                 "the schedule cosine_restarts needs 90 steps"));
  CHECK(mentions(
      notes_of(sphere + "{name: adam, lr: {cosine: {from: 0.1, warmup: 500}}}\nstop: {steps: 100}\n"),
      "optimizer.lr: the warm-up of 500 steps is longer than the run of 100 steps"));
  CHECK(mentions(notes_of(sphere + "{name: schedule_free_sgd, warmup: 500}\nstop: {steps: 100}\n"),
                 "optimizer.warmup: the warm-up of 500 steps"));
  CHECK(mentions(notes_of(sphere + "adam\nlookahead: {alpha: {step: {from: 0.5, every: 100}}}\n"
                                   "stop: {rounds: 3}\n"),
                 "lookahead.alpha: the schedule step"));
  for (const std::string rule : {"radam", "prodigy", "dog"}) {
    CHECK(mentions(notes_of(sphere + rule + "\nlookahead: {k: 5, at_sync: reset}\n"),
                   "lookahead.at_sync: reset starts " + rule + " again every 5 steps"));
    CHECK(notes_of(sphere + rule + "\nlookahead: {k: 5}\n").empty());
  }
  CHECK(notes_of(sphere + "radam\nlookahead: {k: 6, at_sync: reset}\n").empty());
  CHECK(notes_of(sphere + "adam\nlookahead: {k: 1, at_sync: reset}\n").empty());
}

TEST_CASE("workers that all do the same, and an average over one, are warned of") {
  const auto of = [](const std::string& lookahead, const std::string& objective = "objective: sphere\n") {
    return notes_of(objective + "optimizer: adam\nlookahead: " + lookahead + "\nstop: {steps: 100}\n");
  };
  const std::string noisy = "objective: {function: sphere, noise: {gaussian: 1}}\n";
  const std::string same = "lookahead.workers: without noise, minibatches or shard all 3 take the same steps";
  CHECK(mentions(of("{workers: 3}"), same));
  CHECK(of("{workers: 3}", noisy).empty());
  CHECK(mentions(of("{workers: 3}", linear_points() + "batch: full\n"), same));
  CHECK_FALSE(mentions(of("{workers: 3, shard: true}", linear_points() + "batch: full\n"), same));
  CHECK_FALSE(mentions(of("{workers: 3}", linear_points() + "batch: 2\n"), same));
  CHECK(mentions(of("[{k: 2}, {k: 3, workers: 2}]"), "lookahead.1.workers: without noise"));
  CHECK(mentions(of("{k: 5, at_sync: average}"),
                 "lookahead.at_sync: average is over the workers of this level"));
  CHECK(mentions(of("[{k: 2, at_sync: average}, {k: 3, workers: 2}]", noisy),
                 "lookahead.0.at_sync: average is over the workers of this level, which has one (keep is the "
                 "same, or set it at the level of the workers)"));
  CHECK(of("[{k: 2}, {k: 3, workers: 2, at_sync: average}]", noisy).empty());
}

TEST_CASE("parameters of a rule that have no effect are warned of") {
  const auto of = [](const std::string& optimizer, const std::string& steps = "100") {
    return notes_of("objective: sphere\noptimizer: " + optimizer + "\nstop: {steps: " + steps + "}\n");
  };
  CHECK(mentions(
      of("asgd"),
      "warning: optimizer.t0: the average of the path begins in step 1000003, after the run or its next reset"));
  CHECK(mentions(of("{name: asgd, t0: 98}"), "optimizer.t0"));
  CHECK(of("{name: asgd, t0: 97}").empty());
  CHECK(mentions(of("{name: adam, maximum: corrected}"), "optimizer.maximum: there is none without amsgrad"));
  CHECK(of("{name: adam, maximum: corrected, amsgrad: true}").empty());
  CHECK(of("{name: amsgrad, maximum: corrected}").empty());
  CHECK(mentions(of("{name: sgd, dampening: 0.5}"), "optimizer.dampening: it is a part of momentum"));
  CHECK(of("{name: sgd, dampening: 0.5, momentum: 0.9}").empty());
  CHECK(mentions(of("{name: adan, variant: paper, epsilon_inside: 0.1}"), "optimizer.epsilon_inside"));
  CHECK(of("{name: adan, variant: paper}").empty());
  CHECK(of("{name: adan, epsilon_inside: 0.1}").empty());
  CHECK(mentions(of("{name: lbfgs, line_search: none, curvature: 0.5}"),
                 "optimizer.curvature: it is of the line search"));
  CHECK(of("{name: lbfgs, line_search: none}").empty());
  CHECK(of("{name: lbfgs, curvature: 0.5}").empty());
}

TEST_CASE("parameters of a model that have no effect are warned of") {
  const auto of = [](const std::string& model) {
    return notes_of("data: {train: " + data_folder() + "points.csv, target: y}\nbatch: 2\nmodel: " + model +
                    "\noptimizer: sgd\nstop: {steps: 5}\n");
  };
  const std::string dropout = "model.dropout: there are no hidden units to leave out";
  CHECK(mentions(of("{type: mlp, hidden: [], dropout: 0.5}"), dropout));
  CHECK_FALSE(mentions(of("{type: mlp, hidden: [3], dropout: 0.5}"), dropout));
  CHECK_FALSE(mentions(of("{type: mlp, hidden: []}"), dropout));
}

TEST_CASE("draws of rows are warned of where every step sees all of them") {
  const auto of = [](const std::string& text) {
    return notes_of(linear_points() + "optimizer: sgd\nstop: {steps: 5}\n" + text + "\n");
  };
  const std::string all = "sampling: every step sees all 60 rows, so that replacement has no effect";
  CHECK(mentions(of("batch: full\nsampling: replacement"), all));
  CHECK(mentions(of("batch: 60\nsampling: replacement"), all));
  CHECK_FALSE(mentions(of("batch: 59\nsampling: replacement"), "no effect"));
  CHECK_FALSE(mentions(of("batch: full"), "no effect"));
  CHECK(mentions(of("batch: 20\nsampling: replacement\nlookahead: {workers: 3, shard: true}"),
                 "sees all 20 rows of its worker"));
  // Some workers have 9 rows, others 8.
  CHECK_FALSE(
      mentions(of("batch: 8\nsampling: replacement\nlookahead: {workers: 7, shard: true}"), "no effect"));
}

TEST_CASE("pullback and average are warned of where the rule has no moments") {
  const auto of = [](const std::string& optimizer, const std::string& at_sync) {
    return notes_of("objective: {function: sphere, noise: {gaussian: 1}}\noptimizer: " + optimizer +
                    "\nlookahead: {k: 3, workers: 2, at_sync: " + at_sync + "}\nstop: {steps: 60}\n");
  };
  CHECK(mentions(of("rprop", "pullback"), "lookahead.at_sync: pullback is of moments, and rprop has none"));
  CHECK(mentions(of("{name: sgd, lr: 0.1}", "average"),
                 "at_sync: average is of moments, and sgd has none as it is set"));
  CHECK(of("{name: sgd, lr: 0.1, momentum: 0.9}", "average").empty());
  CHECK(of("adam", "pullback").empty());
  CHECK(of("rprop", "keep").empty());
}

TEST_CASE(
    "a schedule over a length that stop.evals may cut is warned of, where evaluations are not counted ahead") {
  const auto of = [](const std::string& optimizer, const std::string& stop) {
    return notes_of(linear_points() + "batch: 4\noptimizer: {name: " + optimizer +
                    ", lr: {cosine: {from: 0.01}}}\nstop: " + stop + "\n");
  };
  const std::string warned =
      "optimizer.lr: the schedule cosine is laid out for 100 steps, but stop.evals may end";
  CHECK(mentions(of("svrg", "{steps: 100, evals: 1000}"), warned));
  CHECK_FALSE(mentions(of("svrg", "{steps: 100}"), "laid out"));
  CHECK_FALSE(mentions(of("sgd", "{steps: 100, evals: 1000}"), "laid out"));
}

TEST_CASE("a rule that takes its first rate alone, or is reset before it averages, is warned of") {
  const auto of = [](const std::string& optimizer, const std::string& lookahead) {
    return notes_of("objective: sphere\noptimizer: " + optimizer + "\nlookahead: " + lookahead +
                    "\nstop: {steps: 60}\n");
  };
  const std::string once = "rprop takes the rate of its first step alone",
                    falling = "{linear: {from: 0.1, to: 0.01}}";
  CHECK(mentions(of("{name: rprop, lr: " + falling + "}", "{k: 3}"), once));
  CHECK_FALSE(mentions(of("{name: rprop, lr: " + falling + "}", "{k: 3, at_sync: reset}"), once));
  CHECK_FALSE(mentions(of("{name: rprop, lr: 0.1}", "{k: 3}"), once));
  CHECK_FALSE(mentions(of("{name: sgd, lr: " + falling + "}", "{k: 3}"), once));
  const std::string average = "the average of the path begins in step 8, after the run or its next reset";
  CHECK(mentions(of("{name: asgd, t0: 5}", "{k: 3, at_sync: reset}"), average));
  CHECK(mentions(of("{name: asgd, t0: 5}", "[{k: 3}, {k: 2, at_sync: reset}]"), average));
  CHECK_FALSE(mentions(of("{name: asgd, t0: 5}", "{k: 8, at_sync: reset}"), average));
  CHECK_FALSE(mentions(of("{name: asgd, t0: 5}", "{k: 3}"), average));
}

TEST_CASE("columns that a function's trace has anyway are warned of") {
  const auto of = [](const std::string& problem, const std::string& trace) {
    return notes_of(problem + "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 5}\ntrace: " + trace + "\n");
  };
  const std::string function = "objective: sphere\n";
  CHECK(mentions(of(function, "{fast: true}"), "trace.fast: a function's rows always have"));
  CHECK(mentions(of(function, "{gradients: true}"), "trace.gradients: a function's rows always have"));
  CHECK_FALSE(mentions(of(function, "{every: 1}"), "always have"));
  CHECK_FALSE(mentions(of(linear_points(), "{fast: true}"), "always have"));
}

TEST_CASE("noise that draws all terms in every step is warned of") {
  const auto of = [](const std::string& minibatch) {
    return notes_of("objective: {function: least_squares, dim: 3, samples: 30, noise: {minibatch: " +
                    minibatch + "}}\noptimizer: {name: sgd, lr: 0.05}\nstop: {steps: 5}\n");
  };
  CHECK(mentions(of("{size: 31, replacement: false}"), "every step draws all 30 terms"));
  CHECK(mentions(of("{size: 30, replacement: false}"), "every step draws all 30 terms"));
  CHECK_FALSE(mentions(of("{size: 29, replacement: false}"), "draws all"));
  CHECK_FALSE(mentions(of("{size: 31}"), "draws all"));
}

TEST_CASE("relative noise that does not grow with the gradient is warned of") {
  const auto of = [](const std::string& noise) {
    return notes_of("objective: {function: sphere, noise: " + noise +
                    "}\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 5}\n");
  };
  CHECK(mentions(of("{relative: 0.5}"), "rho is 0, so the noise does not grow with the gradient"));
  CHECK(mentions(of("relative"), "rho is 0"));
  CHECK_FALSE(mentions(of("{relative: {rho: 0.5}}"), "rho is 0"));
  CHECK_FALSE(mentions(of("{gaussian: 0.5}"), "rho is 0"));
}

TEST_CASE("lr: auto of workers is the best of a known length, and else leaves their drift a bound") {
  const auto of = [](const std::string& stop) {
    return notes_of(
        "objective: {function: quadratic_diag, dim: 5, condition: 4, noise: {gaussian: 0.1}}\n"
        "optimizer: {name: sgd, lr: auto}\nlookahead: {k: 5, alpha: 0.5, workers: 3}\nstop: " +
        stop + "\n");
  };
  // L = 1: kappa = lr^2 k (k - 1) is 1 at 0.2236, and half of it at 0.1581.
  CHECK(
      mentions(of("{target: 0.1}"), "auto is 0.15811388300841897, with kappa at most 1/2 in condition (W)"));
  CHECK(mentions(of("{target: 0.1}"), "up to 0.2236067977499789"));
  CHECK(mentions(of("{steps: 100}"), "the best for 100 steps (up to 0.2236067977499789"));
}
