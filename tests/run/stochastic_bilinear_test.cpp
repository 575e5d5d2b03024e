#include <Eigen/SVD>
#include <cmath>
#include <complex>

#include "base/aligned.hpp"
#include "objective/game.hpp"
#include "run/constants.hpp"
#include "support/problem.hpp"
#include "theory/games.hpp"

// The stochastic bilinear games: all terms together are the bilinear game of the mean matrix, whose modes move
// as lib/theory says; drawn terms leave the variance that theory says.
using namespace lookahead;
using namespace lookahead::test;

namespace {

using Complex = std::complex<double>;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr Index n = 6, samples = 40;
const std::string game = "objective: {game: stochastic_bilinear, dim: 12, samples: 40, seed: 3";

// The mean matrix as it is documented: diag(s) + spread G_i, whose entries are the draws of step i.
Matrix mean_matrix() {
  Matrix mean = Matrix::Zero(n, n);
  const Stream stream(3, Purpose::problem, 0);
  std::vector<double> draws(static_cast<std::size_t>(n * n));
  for (Index i = 0; i < samples; ++i) {
    stream.normals(static_cast<std::uint64_t>(i), draws);
    mean += Eigen::Map<const Eigen::Matrix<double, n, n, Eigen::RowMajor>>(draws.data());
  }
  mean /= static_cast<double>(samples) * std::sqrt(static_cast<double>(n));
  for (Index j = 0; j < n; ++j)
    mean(j, j) += std::pow(2.0, -static_cast<double>(n - 1 - j) / static_cast<double>(n - 1));
  return mean;
}

std::string by_gda(double lr, Index k, double alpha) {
  return "optimizer: {name: gda, lr: " + to_text(lr) + "}\nlookahead: {k: " + std::to_string(k) +
         ", alpha: " + to_text(alpha) + "}\n";
}

Vector deviation(const Plan& plan, const std::vector<double>& z) {
  Vector away(2 * n);
  for (Index i = 0; i < 2 * n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    away[i] = z[at] - plan.facts().minimizers.front()[at];
  }
  return away;
}

double distance_after(const std::string& optimizer, Index rounds, const std::string& rest = "") {
  Trial<double> trial(game + rest + "}\n" + optimizer + "stop: {rounds: " + std::to_string(rounds) +
                      ", divergence: 1e300}\n");
  return trial.run(0, false).metrics[0].value;
}

}  // namespace

TEST_CASE("all terms of the stochastic bilinear game move by theory's factors on every mode of the mean") {
  const Eigen::JacobiSVD<Matrix> svd(mean_matrix(), Eigen::ComputeFullU | Eigen::ComputeFullV);
  const Index rounds = 30;
  for (const Index k : {1, 3, 7}) {
    for (const double alpha : {0.4, 0.9}) {
      CAPTURE(k);
      CAPTURE(alpha);
      const double lr = 0.3;
      Trial<double> trial(game + "}\n" + by_gda(lr, k, alpha) + "stop: {rounds: 30}\n");
      const Vector before = deviation(*trial.plan, trial.slow());
      trial.run();
      const Vector after = deviation(*trial.plan, trial.slow());
      // w = U'x + i V'y is multiplied by 1 + i lr s in a step.
      for (Index m = 0; m < n; ++m) {
        const auto mode = [&](const Vector& z) {
          return Complex(svd.matrixU().col(m).dot(z.head(n)), svd.matrixV().col(m).dot(z.tail(n)));
        };
        const Complex factor = theory::round_multiplier(Complex(1, lr * svd.singularValues()[m]), k, alpha);
        const Complex predicted = mode(before) * std::pow(factor, static_cast<double>(rounds));
        // Some hundred steps of numbers that grow to about ten.
        CHECK(std::abs(mode(after) - predicted) <= 1e-11);
      }
    }
  }
}

TEST_CASE("the stochastic bilinear game with all terms converges below theory's limit of alpha alone") {
  const Vector values = Eigen::JacobiSVD<Matrix>(mean_matrix()).singularValues();
  const std::vector<double> singular(values.begin(), values.end());
  for (const Index k : {3, 5, 10}) {
    CAPTURE(k);
    const double limit = theory::bilinear_alpha_limit(singular, 0.3, k);
    REQUIRE(limit > 0);
    REQUIRE(limit < 1);
    const double below = distance_after(by_gda(0.3, k, 0.97 * limit), 8000),
                 above = distance_after(by_gda(0.3, k, 1.03 * limit), 8000);
    CHECK(below < 1e-3);
    CHECK(above > 1e3);
  }
}

TEST_CASE(
    "the published stochastic bilinear game goes at one factor on all modes, those of 1 over their number") {
  for (const Index k : {0, 5}) {
    const std::string block = k == 0 ? "lookahead: false\n" : "lookahead: {k: 5, alpha: 0.5}\n";
    Trial<double> trial(
        "objective: {game: stochastic_bilinear_unit, dim: 40}\noptimizer: {name: gda, lr: 2}\n" + block +
        "stop: {rounds: 100}\n");
    const double rounds = 100, first = std::sqrt(40.0);
    const double factor =
        k == 0 ? std::sqrt(1.01) : std::abs(theory::round_multiplier(Complex(1, 0.1), k, 0.5));
    // Rounding of some hundred steps.
    CHECK(trial.run().metrics[0].value == doctest::Approx(first * std::pow(factor, rounds)).epsilon(1e-11));
  }
}

TEST_CASE(
    "drawn terms leave Lookahead on the stochastic bilinear game the variance that the recursion says") {
  // With spread 0 every term has the matrix s I, so that w = x + i y has the factor 1 + i lr s in every step
  // and gets noise of the terms' linear parts, independent of where it is.
  const std::string even = ", spread: 0, spectrum: 0.5, offset: 1.5, noise: {minibatch: 2}";
  const double lr = 0.4, alpha = 0.5;
  const Index k = 4, rounds = 25;
  const Spec spec = spec_of(game + even + "}\noptimizer: gda\n");
  const auto objective = spec.objective->function.entry->make<double>(spec.objective->function.values, 2 * n);
  // sigma^2 of one term, the sum over all coordinates: at any point.
  const std::vector<double> x(2 * n, 0.25);
  std::vector<double> mean(2 * n), one(2 * n);
  static_cast<void>(objective->value_and_gradient(x, Batch::range(0, samples), mean, {}));
  double variance = 0;
  for (Index i = 0; i < samples; ++i) {
    static_cast<void>(objective->value_and_gradient(x, Batch::range(i, i + 1), one, {}));
    for (std::size_t j = 0; j < one.size(); ++j)
      variance += (one[j] - mean[j]) * (one[j] - mean[j]) / static_cast<double>(samples);
  }
  const Complex step(1, lr * 0.5);
  double noise = 0;
  for (Index j = 0; j < k; ++j) noise += std::pow(std::norm(step), static_cast<double>(j));
  noise *= alpha * alpha * lr * lr * variance / 2;
  const double factor = std::norm(theory::round_multiplier(step, k, alpha));
  double expected = 2.0 * n;  // one in every coordinate
  for (Index r = 0; r < rounds; ++r) expected = factor * expected + noise;
  constexpr int seeds = 400;
  double sum = 0, squares = 0, sum_of_epochs = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const std::string more = "seed: " + std::to_string(seed) + "\nthreads: 1\nstop: {rounds: 25}\n";
    Trial<double> trial(game + even + "}\n" + by_gda(lr, k, alpha) + more);
    const double distance = trial.run(0, false).metrics[0].value;
    sum += distance * distance;
    squares += std::pow(distance, 4);
    Trial<double> epochs(game + even + "}\n" + by_gda(lr, k, alpha) + more,
                         {"objective.noise.minibatch.replacement=false"});
    const double other = epochs.run(0, false).metrics[0].value;
    sum_of_epochs += other * other;
  }
  const double average = sum / seeds;
  const double error = std::sqrt((squares / seeds - average * average) / (seeds - 1));
  CAPTURE(average);
  CAPTURE(error);
  CHECK(std::abs(average - expected) <= 3 * error);
  // 100 steps of two of 40 terms are five whole epochs, whose noise cancels in part.
  CHECK(sum_of_epochs < 0.7 * sum);
}

TEST_CASE("a game's batch is never cut: its value is half the squared norm of the batch's whole field") {
  Trial<double> trial(
      "objective: {game: stochastic_bilinear, dim: 64, samples: 50, noise: {minibatch: 3000}}\noptimizer: "
      "{name: gda, lr: 0.1}\nstop: {steps: 1}\nthreads: 2\ntrace: {every: 1, points: true}\n");
  trial.run();
  const auto& function = trial.plan->spec.objective->function;
  const auto objective = function.entry->make<double>(function.values, 64);
  const Stream stream(1, Purpose::shuffle, 0);
  std::vector<std::uint32_t> rows(3000);
  for (std::uint32_t i = 0; i < 3000; ++i) rows[i] = static_cast<std::uint32_t>(stream.below(0, i, 50));
  CHECK(trial.sink.records[1].loss_batch ==
        objective->value(trial.sink.records[0].fast, Batch::rows(rows), {}).value);
}

TEST_CASE(
    "every rule that takes fields runs on drawn terms of a game, with workers on any number of threads") {
  int rules = 0;
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (!entry.on_fields) continue;
    CAPTURE(entry.card.name);
    ++rules;
    for (const char* replacement : {"true", "false"}) {
      const auto end = [&](const std::string& threads) {
        Trial<double> trial(
            "objective: {game: stochastic_bilinear, samples: 20, noise: {minibatch: {size: 3, "
            "replacement: " +
            std::string(replacement) + "}}}\noptimizer: {name: " + entry.card.name +
            ", lr: 0.01}\nlookahead: {k: 3, workers: 3}\nstop: {steps: 31}\nthreads: " + threads + "\n");
        const Outcome outcome = trial.run();
        CHECK(outcome.status == Status::finished);
        CHECK(std::isfinite(outcome.metrics[0].value));
        return trial.slow();
      };
      CHECK(end("1") == end("3"));
    }
  }
  CHECK(rules > 25);
}

TEST_CASE("variance reduction ends at the equilibrium of a stochastic bilinear game, plain draws beside it") {
  const std::string la = "lookahead: {k: 10, alpha: 0.5}\n";
  const std::string draws = ", noise: {minibatch: 1}";
  for (const char* rule : {"svrg, lr: 0.05, period: 20", "saga, lr: 0.05"}) {
    CAPTURE(rule);
    CHECK(distance_after("optimizer: {name: " + std::string(rule) + "}\n" + la, 4000, draws) < 1e-6);
  }
  CHECK(distance_after("optimizer: {name: extragradient, lr: 0.05}\n" + la, 4000, draws) > 1e-3);
  CHECK(distance_after("optimizer: {name: extragradient, lr: 0.05}\n" + la, 4000) < 1e-12);
}

TEST_CASE("certify says of a game's draws what they vary by at the start") {
  Pool pool(1);
  const Spec spec = spec_of(game + ", noise: {minibatch: 4}}\noptimizer: gda\n");
  const auto plan = plan_in<double>(spec, pool);
  REQUIRE(static_cast<bool>(plan));
  const ProblemConstants constants = *problem_constants(**plan, pool);
  CHECK(constants.variance.reason.find("at the start") == 0);
  const auto& function = spec.objective->function;
  const auto objective = function.entry->make<double>(function.values, 2 * n);
  const Aligned<double>& start = (*plan)->start;
  std::vector<double> mean(2 * n), one(2 * n);
  static_cast<void>(objective->value_and_gradient(start, Batch::range(0, samples), mean, {}));
  double variance = 0;
  for (Index i = 0; i < samples; ++i) {
    static_cast<void>(objective->value_and_gradient(start, Batch::range(i, i + 1), one, {}));
    for (std::size_t j = 0; j < one.size(); ++j) variance += (one[j] - mean[j]) * (one[j] - mean[j]);
  }
  CHECK(constants.variance.value == doctest::Approx(variance / samples / 4).epsilon(1e-12));
}
