

#include <cmath>

#include "support/mentions.hpp"
#include "support/problem.hpp"
#include "support/temporary_folder.hpp"

// When a run is over: divergence, rest, and what is said of runs without effect.
using namespace lookahead;
using namespace lookahead::test;

namespace {

bool mentions(const std::vector<std::string>& texts, const std::string& part) {
  return test::mentions(std::vector<Note>(texts.begin(), texts.end()), part);
}

}  // namespace

TEST_CASE("a function's minimum is that in its domain, and a point that has left it reaches no target") {
  const std::string leaves = "objective: mccormick\noptimizer: {name: sgd, momentum: 0.9, lr: 0.3}\n";
  Trial<double> beyond(leaves + "stop: {steps: 60, target: 1e-6}\n");
  const Outcome left = beyond.run();
  CHECK(left.stop == StopReason::steps);
  CHECK(*left.gap < -1);
  Trial<double> within(
      "objective: mccormick\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 2000, target: 1e-6}\n");
  CHECK(within.run().stop == StopReason::target);
  // What the user says is believed.
  Trial<double> own(
      "objective: {expression: \"x[0]^2\", dim: 1, minimum: 5}\noptimizer: sgd\nstop: {steps: 9, target: 1}\n");
  CHECK(own.run().stop == StopReason::target);
}

TEST_CASE("whether a point has left the domain is told of every function whose minimum holds there alone") {
  int met = 0;
  for (const FunctionEntry& entry : function_catalog()) {
    for (const Index dimension : {2, 5}) {
      const Values values = entry.defaults();
      if (!entry.admits(values, dimension)) continue;
      const Facts facts = entry.facts(values, dimension);
      if (!facts.unbounded_outside) continue;
      ++met;
      CAPTURE(entry.card.name);
      CAPTURE(dimension);
      // One coordinate after the other on the far side of the middle.
      for (std::size_t i = 0; i <= facts.lower.size(); ++i) {
        std::string start;
        for (std::size_t j = 0; j < facts.lower.size(); ++j) {
          const double middle = (facts.lower[j] + facts.upper[j]) / 2,
                       width = facts.upper[j] - facts.lower[j];
          start += (j > 0 ? ", " : "") + to_text(i == j ? middle + width : middle);
        }
        Trial<double> trial("objective: {function: " + entry.card.name + ", dim: " + to_text(dimension) +
                            "}\nstart: [" + start +
                            "]\noptimizer: {name: sgd, lr: 1e-9}\nstop: {steps: 1}\nlookahead: false\n");
        CHECK(trial.run().outside_domain == (i < facts.lower.size()));
      }
    }
  }
  CHECK(met == 4);
}

TEST_CASE("a gradient that is no number ends no run as small") {
  // The formula's second part has no gradient at 0.
  const std::string part = "sqrt(x[1]^2) + x[2]^2\", dim: 3}\nlookahead: {k: 4, alpha: 1}\n";
  Trial<double> at_start("objective: {expression: \"(x[0] - 2)^2 + " + part +
                         "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 100, grad_norm: 1e-6}\n");
  const Outcome none = at_start.run();
  CHECK(none.status == Status::diverged);
  CHECK(std::isnan(none.grad_norm));
  Trial<double> later("objective: {expression: \"(x[0] - 1)^2 + " + part +
                      "start: [3, 0.5, 0]\noptimizer: {name: sgd, lr: 0.125}\n"
                      "stop: {steps: 400, grad_norm: 1e-6}\n");
  CHECK(later.run().status == Status::diverged);
}

TEST_CASE("a loss below the minimum by rounding alone is at it") {
  Trial<double> rounded(
      "objective: {expression: \"x[0]^2 - 2*x[0]*x[1] + x[1]^2\", dim: 2, minimum: 0}\n"
      "start: [3.1, 1.7]\noptimizer: {name: sgd, lr: 0.1}\nstop: {steps: 700}\n");
  const Outcome at = rounded.run();
  CHECK(*at.gap < 0);
  CHECK_FALSE(at.below_minimum);
  Trial<double> wrong(
      "objective: {expression: \"x[0]^2\", dim: 1, minimum: 1e-6}\nstart: [0.1]\n"
      "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 700}\n");
  CHECK(wrong.run().below_minimum);
}

TEST_CASE("a loss that falls far below the start's is no divergence, one that rises by as much is") {
  // A poisson loss of counts of thousands is e^s - y s, 1 at the start and -y (log y - 1) at its minimum.
  const TemporaryFolder folder;
  const std::string path = folder.write("counts.csv", "x,y\n1,3000\n2,4000\n3,5000\n4,7000\n");
  Trial<double> falling("data: {train: " + path +
                        ", target: y}\nmodel: poisson\noptimizer: lbfgs\nbatch: full\n"
                        "stop: {epochs: 40, divergence: 10}\n");
  const Outcome fallen = falling.run();
  CHECK(fallen.status == Status::finished);
  CHECK(fallen.loss_slow < -20000);
  Trial<double> rising(
      "objective: {function: quadratic, dim: 1}\nstart: [1]\noptimizer: {name: sgd, lr: 3}\n"
      "lookahead: false\nstop: {steps: 100, divergence: 50}\n");
  const Outcome outcome = rising.run();
  CHECK(outcome.status == Status::diverged);
  // x -> -2 x from 1: x^2 / 2 goes 0.5, 2, 8, 32, 128, and 50.5 is the limit.
  CHECK(outcome.counts.steps == 4);
  CHECK(outcome.loss_slow == 32);
  REQUIRE(outcome.remarks.size() == 1);
  CHECK(outcome.remarks.front() ==
        "diverged at step 4: the loss at the fast point is 128, above that of the start, 0.5, by more than "
        "stop.divergence = 50 times max(1, |f(start)|); the last finite slow point is kept (a smaller "
        "optimizer.lr may help)");
  // Figures of six digits: 1.1^2 / 2 is 0.6050000000000001.
  Trial<double> other(
      "objective: {function: quadratic, dim: 1}\nstart: [1.1]\noptimizer: {name: sgd, lr: 3}\n"
      "lookahead: false\nstop: {steps: 100, divergence: 50}\n");
  const Outcome also = other.run();
  REQUIRE(also.remarks.size() == 1);
  CHECK_MESSAGE(
      mentions(also.remarks, "the loss at the fast point is 154.88, above that of the start, 0.605, by"),
      also.remarks.front());
}

TEST_CASE("the metrics of a diverged run are those of the point that is kept") {
  // At the first slow point the mean of the last row overflows, which no weight above 0 takes back.
  const TemporaryFolder folder;
  const std::string path = folder.write("overflow.csv", "x,w,y\n1,1,3\n1,1,5\n1000,1e-300,2\n");
  Trial<double> trial("data: {train: " + path +
                      ", target: y, weights: w, standardize: false}\nmodel: poisson\n"
                      "optimizer: {name: sgd, lr: 10}\nlookahead: {k: 1, alpha: 0.5}\nbatch: full\n"
                      "metrics: [rmse]\nstop: {epochs: 10}\n");
  const Outcome outcome = trial.run();
  CHECK(outcome.status == Status::diverged);
  REQUIRE(!outcome.metrics.empty());
  // Of the start, which predicts e^0 for 3 and 5.
  CHECK(outcome.metrics.front().value == doctest::Approx(std::sqrt(10.0)).epsilon(1e-12));
}

TEST_CASE("a run where nothing can change any more has stalled, at the same step traced or not") {
  for (const std::string optimizer :
       {"{name: sgd, lr: 0.5}", "{name: sgd, lr: 0.45}", "{name: sgd, lr: 0.3, momentum: 0.5}", "lbfgs"}) {
    for (const std::string lookahead :
         {"false", "{k: 5, alpha: 0.5}", "[{k: 2, alpha: 0.5}, {k: 3, alpha: 1}]",
          "{k: 3, alpha: 0.5, workers: 2, outer: nesterov}"}) {
      CAPTURE(optimizer);
      CAPTURE(lookahead);
      const std::string problem =
          "objective: {function: quadratic, dim: 3, condition: 2}\nstart: [1, 2, 3]\n"
          "optimizer: " +
          optimizer + "\nlookahead: " + lookahead +
          "\nstop: {steps: 1000000}\ntrace: {every: {per_decade: 20}}\n";
      Trial<double> traced(problem), untraced(problem);
      const Outcome outcome = traced.run();
      CHECK(*outcome.stop == StopReason::stalled);
      CHECK(outcome.status == Status::finished);
      CHECK(outcome.counts.steps < 100000);
      CHECK(traced.sink.records.back().event == "stalled");
      CHECK(untraced.run(0, false).counts.steps == outcome.counts.steps);
      CHECK(untraced.slow() == traced.slow());
      // A hundred rounds more would change no bit: the same run with noise of size zero knows of no rest.
      Trial<double> further(problem, {"objective.noise={gaussian: 0}",
                                      "stop.steps=" + std::to_string(outcome.counts.steps + 600)});
      if (optimizer != "lbfgs") {
        CHECK(*further.run().stop == StopReason::steps);
        CHECK(further.slow() == traced.slow());
      }
    }
  }
}

TEST_CASE("full batches come to rest, batches do not") {
  const std::string sgd =
      "optimizer: {name: sgd, lr: 0.3}\nlookahead: {k: 3, alpha: 0.5}\nstop: {epochs: 20000}\n";
  Trial<double> full(linear_points() + sgd + "batch: full\n"),
      shards(linear_points() + sgd + "batch: full\n", {"lookahead.workers=4", "lookahead.shard=true"});
  CHECK(*full.run(0, false).stop == StopReason::stalled);
  CHECK(*shards.run(0, false).stop == StopReason::stalled);
  Trial<double> batches(linear_points() + sgd + "batch: 30\n", {"stop.epochs=3000"});
  CHECK(*batches.run(0, false).stop == StopReason::epochs);
}

TEST_CASE(
    "a rate of zero at the end of a schedule, a rate too small so far, noise and counters are no rest") {
  const auto stop = [](const std::string& optimizer, const std::string& more = "") {
    Trial<double> trial("objective: {function: sphere, dim: 2" + more + "}\noptimizer: " + optimizer +
                        "\nlookahead: {k: 2, alpha: 0.5}\nstop: {steps: 400}\n");
    return *trial.run(0, false).stop;
  };
  CHECK(stop("{name: sgd, lr: {linear: {from: 0.4, to: 0}}}") == StopReason::steps);
  CHECK(stop("{name: sgd, lr: {linear: {from: 1e-30, to: 0.1, warmup: 50}}}") == StopReason::steps);
  CHECK(stop("{name: sgd, lr: 0.5}", ", noise: {gaussian: 0.1}") == StopReason::steps);
  CHECK(stop("{name: adam, lr: 1e-30}") == StopReason::steps);
  CHECK(stop("{name: sgd, lr: 1e-30}") == StopReason::stalled);
}

TEST_CASE("lbfgs at the rounding floor ends its search and costs nothing more") {
  const std::string data = "data: {train: " + data_folder() + "points.csv, target: ";
  for (const std::string& problem :
       {std::string("objective: rosenbrock\n"), std::string("objective: beale\n"),
        std::string("objective: {function: rosenbrock_chained, dim: 10}\n"),
        data + "y}\nmodel: linear\nbatch: full\n",
        data + "class}\nmodel: {type: softmax, l2: 0.01}\nbatch: full\n"}) {
    for (const std::string& lookahead : {std::string("false"), std::string("{k: 5, alpha: 0.5}")}) {
      CAPTURE(problem);
      CAPTURE(lookahead);
      Trial<double> trial(problem + "optimizer: lbfgs\nlookahead: " + lookahead +
                          "\nstop: {steps: 100000}\n");
      const Outcome outcome = trial.run(0, false);
      const auto terms = static_cast<double>(std::max<Index>(1, trial.plan->terms().size()));
      CHECK(outcome.grad_norm < 1e-6);
      // Without syncs ten searches of 25 evaluations at the floor and what it took to get there; with them a
      // few evaluations a round, since a sync of points that differ in their last bits moves them.
      if (lookahead == "false") CHECK(*outcome.stop == StopReason::stalled);
      CHECK(static_cast<double>(outcome.counts.grad_evals) / terms < (lookahead == "false" ? 1000 : 100000));
    }
  }
}

TEST_CASE("a run that ends before its first slow step says so") {
  Trial<double> trial("objective: sphere\noptimizer: adam\nlookahead: {k: 1000000000}\nstop: {time: 1ms}\n");
  const Outcome outcome = trial.run();
  CHECK(outcome.counts.rounds == 0);
  CHECK(mentions(outcome.remarks, "before the first slow step: the result is the start"));
}

TEST_CASE("the settled point of asgd is the average of its path, from its beginning on") {
  for (const std::string lookahead : {"false", "{k: 4, alpha: 0.5}"}) {
    CAPTURE(lookahead);
    Trial<double> trial(
        "objective: {function: sphere, dim: 3, noise: {gaussian: 1}}\noptimizer: {name: asgd, lr: "
        "0.05, t0: 8}\nlookahead: " +
        lookahead + "\nstop: {steps: 40}\ntrace: {every: 1, points: true}\n");
    trial.run();
    const bool alone = lookahead == "false";
    std::vector<double> mean(3, 0);
    Index count = 0;
    for (const Record& record : trial.sink.records) {
      if (record.event != "" || record.step == 0) continue;
      if (!alone) continue;
      // Step t has the weight 1 / max(1, t - 1 - t0) in the average.
      if (record.step >= 10) ++count;
      for (std::size_t i = 0; i < 3 && count > 0; ++i)
        mean[i] += (record.fast[i] - mean[i]) / static_cast<double>(count);
      if (count == 0) continue;
      for (std::size_t i = 0; i < 3; ++i) CHECK(record.slow[i] == doctest::Approx(mean[i]).epsilon(1e-13));
    }
    CHECK(trial.slow() != trial.fast());
    CHECK(trial.sink.records.back().loss_slow < trial.sink.records.front().loss_slow);
    double best = std::numeric_limits<double>::infinity();
    for (const Record& record : trial.sink.records) {
      if (record.synced) best = std::min(best, record.loss_slow);
      CHECK(record.best_loss == best);
    }
  }
}

TEST_CASE("a run that diverges inside a round ends at the slow point before, whatever walks below it") {
  int diverged = 0;
  for (const bool single : {false, true}) {
    for (const char* lookahead :
         {"false", "{k: 5, alpha: 0.5}", "{k: 5, alpha: 1}", "{k: 4, alpha: 0.5, workers: 3}",
          "[{k: 2, alpha: 0.5}, {k: 3, alpha: 0.5, workers: 2}]", "{k: 2, alpha: 1, outer: slowmo}"}) {
      for (const char* rate : {"3", "1e18", "2.05"}) {
        CAPTURE(single);
        CAPTURE(lookahead);
        CAPTURE(rate);
        const Spec spec =
            spec_of("objective: {function: quadratic, dim: 1}\nstart: [1]\noptimizer: {name: sgd, lr: " +
                    std::string(rate) + "}\nlookahead: " + lookahead +
                    "\nprecision: " + (single ? "single" : "double") +
                    "\nstop: {steps: 20000, divergence: 50}\ntrace: {every: 1, points: true}\n");
        const auto judge = [&](auto trial) {
          const Outcome outcome = trial.run();
          if (outcome.status != Status::diverged) return;
          ++diverged;
          const Record& last = trial.sink.records.back();
          CHECK(last.event == "divergence");
          const double slow = static_cast<double>(trial.slow().front());
          CHECK(std::isfinite(slow));
          CHECK(outcome.loss_slow <= 50.5);
          CHECK(last.loss_slow == outcome.loss_slow);
          CHECK(last.slow == std::vector<double>{slow});
          // Where fast and slow stand apart the round is not over.
          CHECK(last.synced == (trial.fast() == trial.slow()));
          if (!last.synced) CHECK(last.disagreement == std::abs(last.fast.front() - slow));
          // It is the slow point of the last row before whose loss is no divergence.
          const auto& records = trial.sink.records;
          for (auto row = records.rbegin() + 1; row != records.rend(); ++row) {
            if (row->loss_slow > 50.5) continue;
            CHECK(row->slow == last.slow);
            break;
          }
        };
        single ? judge(Trial<float>(spec)) : judge(Trial<double>(spec));
      }
    }
  }
  CHECK(diverged >= 24);
}

TEST_CASE("where no slow point near the end is finite the start is kept, and that is said") {
  // Only the first row of an epoch moves the weight, and only it sees how far.
  const TemporaryFolder folder;
  const std::string path = folder.write("zeros.csv", "x,y\n1,1\n0,1\n0,2\n0,1\n0,2\n");
  for (const char* epochs : {"1", "3"}) {
    Trial<double> trial("data: {train: " + path + ", target: y, standardize: false}\n" +
                        "model: {type: linear, intercept: false}\noptimizer: {name: sgd, lr: 1e200}\n"
                        "lookahead: {k: 1, alpha: 0.5}\nbatch: 1\nsampling: sequential\nstop: {epochs: " +
                        std::string(epochs) + "}\n");
    const Outcome outcome = trial.run();
    CHECK(outcome.status == Status::diverged);
    CHECK(trial.slow() == std::vector<double>{0});
    CHECK(std::isfinite(outcome.loss_slow));
    CHECK(mentions(outcome.remarks, "the start is kept"));
  }
}
