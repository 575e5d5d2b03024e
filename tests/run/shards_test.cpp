

#include <cmath>

#include "support/problem.hpp"
#include "support/temporary_folder.hpp"

// Workers with rows of their own: together they see the whole objective, however unequal their shares are.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// 17 rows of two numbers, a level, weights, targets of every kind.
std::string table() {
  std::string text = "u,v,s,w,y,c,r,p\n";
  for (int i = 0; i < 17; ++i) {
    const double u = std::sin(1.7 * i), v = std::cos(0.9 * i * i);
    text += to_text(u) + "," + to_text(v) + "," +
            (i % 3 == 0   ? "a"
             : i % 3 == 1 ? "b"
                          : "c") +
            "," + to_text(i % 5 == 4 ? 0 : 1 + (i * 7) % 4) + "," + to_text(1 + u - 2 * v) + "," +
            (u > 0.3 ? "yes"
             : v > 0 ? "no"
                     : "perhaps") +
            ",m" + to_text(i % 4) + ",n" + to_text(i % 3) + "\n";
  }
  return text;
}

std::vector<double> weights_after(const std::string& problem, const std::string& lookahead) {
  Trial<double> trial(problem + "lookahead: " + lookahead + "\n");
  trial.run(0, false);
  return trial.slow();
}

}  // namespace

TEST_CASE("three rows among two workers are the mean over the rows") {
  const TemporaryFolder folder;
  const std::string file = folder.write("rows.csv", "x,y\n1,0\n2,0\n3,3\n");
  // One step of rate 1 from zero is minus the gradient: the intercept becomes the mean of y.
  const auto weights =
      weights_after("data: {train: " + file +
                        ", target: y, standardize: false}\nmodel: linear\noptimizer: {name: sgd, "
                        "lr: 1}\nbatch: full\nstop: {steps: 1}\n",
                    "{k: 1, alpha: 1, workers: 2, shard: true}");
  // (1 * 0 + 2 * 0 + 3 * 3) / 3 and (0 + 0 + 3) / 3, a rounding or two.
  CHECK(weights[0] == doctest::Approx(3).epsilon(1e-15));
  CHECK(weights[1] == doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE(
    "law: with k = 1 and alpha = 1 full batches of shards are the full batch, with weights and penalties") {
  const TemporaryFolder folder;
  const std::string file = folder.write("rows.csv", table());
  const std::string numbers = ", features: [u, v, s], target: ";
  for (const std::string& data : {numbers + "y}\nmodel: {type: linear, l2: 0.3}\n",
                                  numbers + "y}\nmodel: {type: linear, loss: huber, l2: 0.3, penalty: {name: "
                                            "nonconvex, strength: 0.1}}\n",
                                  numbers + "c}\nmodel: {type: softmax, l2: 0.3, class_weight: balanced}\n",
                                  numbers + "c}\nmodel: {type: mlp, hidden: [3], l2: 0.3}\n",
                                  std::string(", features: [r, p], target: y}\nmodel: {type: "
                                              "matrix_factorization, rank: 2, l2: 0.3}\n")}) {
    for (const std::string column : {"", ", weights: w"}) {
      for (const int workers : {2, 3, 5, 17}) {
        CAPTURE(data);
        CAPTURE(column);
        CAPTURE(workers);
        const std::string problem = "data: {train: " + file + column + data +
                                    "optimizer: {name: sgd, lr: 0.1}\nbatch: full\nstop: {steps: 20}\n";
        const auto whole = weights_after(problem, "false");
        const auto parts =
            weights_after(problem, "{k: 1, alpha: 1, workers: " + std::to_string(workers) + ", shard: true}");
        // Twenty steps of sums in another order.
        for (std::size_t i = 0; i < whole.size(); ++i)
          CHECK(parts[i] == doctest::Approx(whole[i]).epsilon(1e-12).scale(1));
      }
    }
  }
}

TEST_CASE("shards of one size have equal shares, bit for bit, and memories are averaged by the shares") {
  // 60 rows.
  const std::string problem =
      "data: {train: " + data_folder() +
      "points.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.1, momentum: "
      "0.9}\nbatch: full\nstop: {steps: 12}\n";
  Trial<double> trial(problem + "lookahead: {k: 1, alpha: 1, workers: 4, shard: true, at_sync: average}\n");
  trial.run();
  const Part<double>& train = trial.plan->train;
  // By hand: the mean of the shards' points, and of their momenta, pair by pair.
  std::vector<double> x(trial.plan->start.begin(), trial.plan->start.end()), momentum(x.size(), 0.0);
  std::vector<double> gradient(x.size());
  Evaluator<double> evaluator(*train.model, trial.pool, 60);
  for (int step = 0; step < 12; ++step) {
    std::vector<double> points[2], momenta[2];
    for (Index worker = 0; worker < 4; ++worker) {
      auto &point = points[worker / 2], &moments = momenta[worker / 2];
      if (worker % 2 == 0) point = moments = std::vector<double>(x.size(), 0.0);
      const Batch rows = Batch::range(15 * worker, 15 * worker + 15);
      static_cast<void>(evaluator.value_and_gradient(x, rows, gradient));
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double moved = step == 0 ? gradient[i] : 0.9 * momentum[i] + gradient[i];
        point[i] += x[i] - 0.1 * moved;
        moments[i] += moved;
      }
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = (points[0][i] + points[1][i]) * 0.25;
      momentum[i] = (momenta[0][i] + momenta[1][i]) * 0.25;
    }
  }
  CHECK(trial.slow() == x);
  // Unequal ones: averaged momenta of the shards are the momentum of the whole.
  const std::string uneven = problem;
  const auto whole = weights_after(uneven, "false");
  const auto parts = weights_after(uneven, "{k: 1, alpha: 1, workers: 7, shard: true, at_sync: average}");
  for (std::size_t i = 0; i < whole.size(); ++i)
    CHECK(parts[i] == doctest::Approx(whole[i]).epsilon(1e-12).scale(1));
}

TEST_CASE("an epoch is that of the longest shard, and shorter ones begin again within it") {
  Trial<double> trial("data: {train: " + data_folder() +
                      "points.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\nbatch: 2\n"
                      "lookahead: {k: 1, workers: 7, shard: true}\nstop: {epochs: 3}\n");
  const Outcome outcome = trial.run();
  // Four shards of 9 rows and three of 8: 5 steps, in which a shard of 8 is through after 4.
  CHECK(outcome.counts.steps == 15);
  CHECK(outcome.counts.grad_evals == 4 * 27 + 3 * 30);
}

TEST_CASE("workers follow one plateau, which observes the mean of their losses") {
  const TemporaryFolder folder;
  const std::string file = folder.write("rows.csv", "x,y\n1,0\n2,0\n3,3\n4,9\n");
  const std::string problem =
      "data: {train: " + file +
      ", target: y, standardize: false}\nmodel: linear\noptimizer: {name: sgd, lr: {plateau: {from: 0.1, "
      "factor: "
      "0.5, patience: 0, threshold: 0.2, every: 1}}}\nbatch: full\nlookahead: {k: 3, alpha: 0.5, workers: 2, "
      "shard: true}\nstop: {steps: 30}\ntrace: {every: 1, points: true}\n";
  Trial<double> trial(problem);
  trial.run();
  const auto& chosen = trial.plan->spec.optimizer.rate.value.schedule;
  const auto rate = chosen.entry->make(chosen.values, 0);
  const double xs[] = {1, 2, 3, 4}, ys[] = {0, 0, 3, 9};
  double w[2] = {0, 0}, b[2] = {0, 0}, slow_w = 0, slow_b = 0;
  std::vector<double> rates;
  for (Index step = 0; step < 30; ++step) {
    double mean = 0;
    const double lr = rate->at(step);
    rates.push_back(lr);
    for (int worker = 0; worker < 2; ++worker) {
      double slope_w = 0, slope_b = 0, loss = 0;
      for (int i = worker; i < 4; i += 2) {
        const double r = w[worker] * xs[i] + b[worker] - ys[i];
        slope_w += r * xs[i] / 2;
        slope_b += r / 2;
        loss += r * r / 4;
      }
      w[worker] -= lr * slope_w;
      b[worker] -= lr * slope_b;
      mean += loss / 2;
    }
    rate->observe(mean);
    if ((step + 1) % 3 == 0) {
      slow_w = 0.5 * (w[0] + w[1]) / 2 + 0.5 * slow_w;
      slow_b = 0.5 * (b[0] + b[1]) / 2 + 0.5 * slow_b;
      w[0] = w[1] = slow_w;
      b[0] = b[1] = slow_b;
    }
    const Record& row = trial.sink.records[static_cast<std::size_t>(step + 1)];
    CHECK(row.lr == lr);
    CHECK(row.loss_batch == doctest::Approx(mean).epsilon(1e-12));
    CHECK(row.slow[0] == doctest::Approx(slow_w).epsilon(1e-12));
    CHECK(row.slow[1] == doctest::Approx(slow_b).epsilon(1e-12));
  }
  CHECK(rates.back() < 0.01);
}
