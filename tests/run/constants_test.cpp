#include "run/constants.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "support/problem.hpp"
#include "theory/variance.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

const std::string by_sgd = "optimizer: {name: sgd, lr: 0.1}\n";

std::string on_points(const std::string& rest) {
  return "data: {train: " + data_folder() + "points.csv, target: y}\n" + rest + by_sgd;
}
// Sparse rows of two classes.
std::string on_words(const std::string& rest) {
  return "data: {train: " + std::string(LOOKAHEAD_SOURCE_DIR) + "/samples/data/words.svm}\n" + rest + by_sgd;
}

// A plan's model with facts of the test's own.
template <Scalar T>
class Known final : public Model<T> {
 public:
  Known(std::shared_ptr<const Model<T>> model, const ModelFacts& facts)
      : model_(std::move(model)), facts_(facts) {}
  Index dimension() const override { return model_->dimension(); }
  Index terms() const override { return model_->terms(); }
  Index outputs() const override { return model_->outputs(); }
  Index scratch(Index batch) const override { return model_->scratch(batch); }
  ModelFacts facts() const override { return facts_; }
  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override {
    return model_->value(x, batch, scratch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T> scratch) const override {
    return model_->value_and_gradient(x, batch, gradient, scratch);
  }
  void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
               std::span<double> scores, std::span<T> scratch) const override {
    model_->predict(x, batch, predictions, scores, scratch);
  }

 private:
  std::shared_ptr<const Model<T>> model_;
  ModelFacts facts_;
};

template <Scalar T>
std::unique_ptr<PlanOf<T>> plan_of(const std::string& yaml,
                                   const std::optional<ModelFacts>& facts = std::nullopt) {
  Pool pool(1);
  const auto made = plan_in<T>(spec_of(yaml), pool);
  REQUIRE(static_cast<bool>(made));
  auto plan = std::make_unique<PlanOf<T>>(**made);
  if (facts) plan->train.model = std::make_shared<const Known<T>>(std::move(plan->train.model), *facts);
  return plan;
}

ProblemConstants constants_of(const Plan& plan) {
  Pool pool(plan.threads);
  return *problem_constants(plan, pool);
}

ProblemConstants constants_of(const std::string& yaml,
                              const std::optional<ModelFacts>& facts = std::nullopt) {
  return constants_of(*plan_of<double>(yaml, facts));
}

ModelFacts squared_loss() {
  ModelFacts facts;
  facts.curvature = 1;
  facts.infimum = 0;
  facts.convex = true;
  return facts;
}

// The largest eigenvalue of the mean of x x' over every `stride`-th row from `first` on, x with a 1 appended.
double largest_eigenvalue(const Dataset<double>& rows, Index first, Index stride) {
  const Index side = rows.columns + 1;
  Eigen::MatrixXd moments = Eigen::MatrixXd::Zero(side, side);
  Index count = 0;
  for (Index i = first; i < rows.rows; i += stride, ++count) {
    Eigen::VectorXd x = Eigen::VectorXd::Ones(side);
    for (Index j = 0; j < rows.columns; ++j)
      x[j] = rows.features[static_cast<std::size_t>(i * rows.columns + j)];
    moments += x * x.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(moments, Eigen::EigenvaluesOnly);
  return solver.eigenvalues()[side - 1] / static_cast<double>(count);
}

bool mentions(const Constant& constant, const std::string& text) {
  return constant.reason.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("what is known of a function is exact") {
  const ProblemConstants rational = constants_of("objective: {function: rational, dim: 3}\n" + by_sgd);
  CHECK(rational.smoothness.value == 2);
  CHECK(rational.smoothness.status == Knowledge::exact);
  CHECK(rational.variance.value == 0);
  CHECK(rational.variance.status == Knowledge::exact);
  CHECK(rational.relative_variance.value == 0);
  CHECK(rational.infimum.value == 0);
  CHECK(rational.infimum.status == Knowledge::exact);
  CHECK(rational.heterogeneity.value == 0);
  CHECK(rational.heterogeneity.status == Knowledge::exact);
  CHECK(!rational.convex);
  CHECK(rational.smooth);
  CHECK(constants_of("objective: {function: quadratic, dim: 4}\n" + by_sgd).convex);
}

TEST_CASE(
    "a gradient without a Lipschitz constant near some point is not smooth, wherever the minimum lies") {
  for (const char* function : {"{function: ackley, dim: 2}", "helical_valley", "schwefel_2_26", "sgd_test",
                               "bard", "{function: different_powers, root: true}"}) {
    CAPTURE(std::string(function));
    CHECK_FALSE(constants_of("objective: " + std::string(function) + "\n" + by_sgd).smooth);
  }
  for (const char* function : {"rosenbrock", "wood", "{function: different_powers, root: false}"}) {
    CAPTURE(std::string(function));
    CHECK(constants_of("objective: " + std::string(function) + "\n" + by_sgd).smooth);
  }
}

TEST_CASE("where no global constant is known the smoothness is measured, and said to be") {
  const ProblemConstants rosenbrock = constants_of("objective: rosenbrock\n" + by_sgd);
  // The Hessian's largest eigenvalue at the start (-1.2, 1).
  CHECK(rosenbrock.smoothness.value >= 1506);
  CHECK(std::isfinite(rosenbrock.smoothness.value));
  CHECK(rosenbrock.smoothness.status == Knowledge::estimated);
  CHECK(mentions(rosenbrock.smoothness, "local"));
  // From a minimizer no descent moves.
  const ProblemConstants himmelblau = constants_of("objective: himmelblau\nstart: [3, 2]\n" + by_sgd);
  // Hessian [[74, 20], [20, 34]]: 54 + sqrt(800), and 5 %.
  CHECK(himmelblau.smoothness.value == doctest::Approx(1.05 * (54 + std::sqrt(800.0))).epsilon(0.01));
}

TEST_CASE("models linear in their weights have a certified smoothness") {
  const std::string yaml = on_points("model: {type: linear, l2: 0.5}\nbatch: full\n");
  ModelFacts facts = squared_loss();
  facts.penalty_curvature = 0.5;
  const auto plan = plan_of<double>(yaml, facts);
  const double exact = largest_eigenvalue(*plan->train.data, 0, 1);
  const ProblemConstants constants = constants_of(*plan);
  CHECK(constants.smoothness.status == Knowledge::certified);
  CHECK(constants.smoothness.value >= exact + 0.5);
  CHECK(constants.smoothness.value <= 1.01 * exact + 0.5);
  CHECK(mentions(constants.smoothness, "1 %"));
  CHECK(constants.infimum.value == 0);
  CHECK(constants.infimum.status == Knowledge::certified);
  CHECK(constants.convex);
  CHECK(constants.variance.value == 0);
  CHECK(constants.variance.status == Knowledge::exact);
  // What is measured does not come out above.
  const auto measured = plan_of<double>(yaml, ModelFacts{});
  CHECK(constants_of(*measured).smoothness.value <= 1.06 * (exact + 0.5));
}

TEST_CASE("the smoothness is that of the rows in use") {
  const auto plan = plan_of<double>(on_points("model: linear\n"), squared_loss());
  for (std::uint32_t i = 1; i < 60; i += 2) plan->train.listed.push_back(i);
  const double exact = largest_eigenvalue(*plan->train.data, 1, 2);
  const double value = constants_of(*plan).smoothness.value;
  CHECK(value >= exact);
  CHECK(value <= 1.01 * exact);
}

TEST_CASE("workers with rows of their own need the largest smoothness of them") {
  const std::string workers =
      "lookahead: {k: 5, alpha: 0.5, workers: 4, shard: true}\nmodel: linear\nbatch: 4\n";
  const auto plan = plan_of<double>(on_points(workers), squared_loss());
  const auto in_file_order = plan_of<double>(on_points("model: linear\n"), squared_loss());
  double exact = 0;
  for (Index worker = 0; worker < 4; ++worker)
    exact = std::max(exact, largest_eigenvalue(*in_file_order->train.data, worker, 4));
  const ProblemConstants constants = constants_of(*plan);
  CHECK(constants.smoothness.value >= exact);
  CHECK(constants.smoothness.value <= 1.01 * exact);
  CHECK(mentions(constants.smoothness, "4 workers"));
  CHECK(constants.heterogeneity.value > 0);
  CHECK(constants.heterogeneity.status == Knowledge::estimated);
  CHECK(constants.variance.value > 0);
  // With a batch of all that a worker has, nothing is left to chance.
  const auto whole = plan_of<double>(on_points(workers), squared_loss());
  whole->batch = 15;
  CHECK(constants_of(*whole).variance.value == 0);
  const ProblemConstants together =
      constants_of(on_points("lookahead: {workers: 4}\nmodel: linear\n"), squared_loss());
  CHECK(together.heterogeneity.value == 0);
  CHECK(together.heterogeneity.status == Knowledge::exact);
}

TEST_CASE("the variance of a batch is that of a row, divided as the sampling has it") {
  const auto variance_of = [](const std::string& sampling, const ModelFacts& facts) {
    return constants_of(on_points("model: linear\nbatch: 6\nsampling: " + sampling + "\n"), facts).variance;
  };
  ModelFacts steep = squared_loss();
  steep.steepness = 2;
  const auto plan = plan_of<double>(on_points("model: linear\n"));
  const double row = 4 * theory::mean_square_row(*plan->train.data, Batch::range(0, 60));
  const Constant independent = variance_of("replacement", steep), different = variance_of("shuffle", steep);
  CHECK(independent.status == Knowledge::certified);
  // Divided in another order.
  CHECK(independent.value == doctest::Approx(row / 6).epsilon(1e-12));
  CHECK(different.value == doctest::Approx(row * 54 / (6 * 59)).epsilon(1e-12));
  CHECK(mentions(independent, "measured at most"));
  const Constant measured = variance_of("replacement", squared_loss());
  CHECK(measured.status == Knowledge::estimated);
  const double at_start =
      theory::term_variance<double>(plan->objective(), plan->terms(), plan->start, 1).value;
  CHECK(measured.value >= at_start / 6 * (1 - 1e-12));
  CHECK(variance_of("sequential", squared_loss()).value ==
        doctest::Approx(measured.value * 54 / 59).epsilon(1e-12));
}

TEST_CASE("terms drawn from a finite sum have the measured variance of one, divided") {
  const std::string sum =
      "objective: {function: least_squares, dim: 4, samples: 30, target_noise: 0.3, noise: {minibatch: ";
  const ProblemConstants one = constants_of(sum + "1}}\n" + by_sgd),
                         eight = constants_of(sum + "8}}\n" + by_sgd);
  CHECK(one.variance.status == Knowledge::estimated);
  CHECK(one.variance.value > 0);
  CHECK(eight.variance.value == one.variance.value / 8);
  CHECK(constants_of("objective: {function: least_squares, dim: 4}\n" + by_sgd).variance.value == 0);
  // Each once an epoch: the variance of a draw without replacement from 30.
  const auto in_epochs = [&](const std::string& size) {
    return constants_of(sum + "{size: " + size + ", replacement: false}}}\n" + by_sgd).variance.value;
  };
  CHECK(in_epochs("8") == doctest::Approx(one.variance.value / 8 * 22 / 29).epsilon(1e-14));
  CHECK(in_epochs("30") == 0);
}

TEST_CASE("a game has measured constants and no descent") {
  for (const std::string game : {"bilinear", "forsaken", "rock_paper_scissors"}) {
    const ProblemConstants constants =
        constants_of("objective: {game: " + game + "}\noptimizer: {name: gda, lr: 0.1}\n");
    CHECK(constants.smoothness.value > 0);
    CHECK(!constants.convex);
  }
}

TEST_CASE("randomness of the objective itself is part of the variance") {
  const ProblemConstants constants = constants_of(
      on_points("model: {type: mlp, hidden: [4], activation: tanh, dropout: 0.3}\nbatch: full\n"));
  CHECK(constants.variance.status == Knowledge::estimated);
  CHECK(constants.variance.value > 0);
  CHECK(constants.smoothness.status == Knowledge::estimated);
}

TEST_CASE("every kind of problem says how sure its constants are") {
  struct Kind {
    std::string yaml;
    Knowledge smoothness, variance, infimum;
    bool convex, smooth;
  };
  constexpr Knowledge exact = Knowledge::exact, certified = Knowledge::certified,
                      estimated = Knowledge::estimated;
  const std::string ratings =
      "data: {train: " + std::string(LOOKAHEAD_SOURCE_DIR) +
      "/samples/data/ratings.csv, target: stars}\nmodel: {type: matrix_factorization, rank: 2}\n" + by_sgd;
  const std::string classes = "data: {train: " + data_folder() + "points.csv, target: class, drop: [y]}\n";
  const std::string counts =
      "data: {train: " + std::string(LOOKAHEAD_SOURCE_DIR) +
      "/samples/data/winequality-red.csv, target: quality, task: regression, separator: ';'}\n";
  const std::vector<Kind> kinds = {
      {on_points("model: linear\n"), certified, estimated, certified, true, true},
      {on_points("model: {type: linear, loss: {name: huber, delta: 1}}\n"), certified, certified, certified,
       true, true},
      {on_points("model: {type: linear, loss: cauchy, l2: 0.1}\n"), certified, certified, certified, false,
       true},
      {on_words("model: {type: logistic, l2: 0.1}\n"), certified, certified, certified, true, true},
      {on_words("model: {type: logistic, loss: sigmoid}\nbatch: 4\nsampling: replacement\n"), certified,
       certified, certified, false, true},
      {classes + "model: softmax\n" + by_sgd, certified, certified, certified, true, true},
      {counts + "model: poisson\nbatch: full\n" + by_sgd, estimated, exact, certified, true, true},
      {on_points("model: {type: mlp, hidden: [3], activation: tanh}\n"), estimated, estimated, certified,
       false, true},
      {on_points("model: {type: mlp, hidden: [3], activation: relu}\n"), estimated, estimated, certified,
       false, false},
      {ratings, estimated, estimated, certified, false, true}};
  for (const Kind& kind : kinds) {
    CAPTURE(kind.yaml);
    const ProblemConstants constants = constants_of(kind.yaml);
    CHECK(constants.smoothness.status == kind.smoothness);
    CHECK(constants.variance.status == kind.variance);
    CHECK(constants.infimum.status == kind.infimum);
    CHECK(constants.convex == kind.convex);
    CHECK(constants.smooth == kind.smooth);
    CHECK(constants.smoothness.value > 0);
    CHECK(std::isfinite(constants.smoothness.value));
    CHECK(std::isfinite(constants.variance.value));
    CHECK((constants.variance.value > 0) == (kind.variance != exact));
    CHECK(constants.relative_variance.value == 0);
    for (const Constant* constant : {&constants.smoothness, &constants.variance, &constants.relative_variance,
                                     &constants.infimum, &constants.heterogeneity})
      CHECK(!constant->reason.empty());
  }
}

TEST_CASE("what is measured of a model is below what is certified") {
  for (const std::string& yaml :
       {on_points("model: {type: linear, loss: {name: huber, delta: 1}, l2: 0.1}\nbatch: 1\n"),
        on_words("model: {type: logistic, loss: sigmoid}\nbatch: 1\n"),
        "data: {train: " + data_folder() +
            "points.csv, target: class, drop: [y]}\nmodel: softmax\nbatch: 1\n" + by_sgd}) {
    CAPTURE(yaml);
    const auto plan = plan_of<double>(yaml);
    const ProblemConstants certified = constants_of(*plan);
    CHECK(theory::term_variance<double>(plan->objective(), plan->terms(), plan->start, 1).value <=
          certified.variance.value);
    const ProblemConstants measured = constants_of(*plan_of<double>(yaml, ModelFacts{}));
    CHECK(measured.variance.status == Knowledge::estimated);
    CHECK(measured.variance.value <= certified.variance.value);
    CHECK(measured.smoothness.value <=
          1.06 * certified.smoothness.value);  // 5 % are added to what is measured
  }
}

TEST_CASE("added noise has the variance of its parameters") {
  const auto noisy = [](const std::string& noise) {
    return constants_of("objective: {function: rational, dim: 3, noise: " + noise + "}\n" + by_sgd);
  };
  const ProblemConstants gaussian = noisy("{gaussian: 0.5}");
  CHECK(gaussian.variance.value == 0.75);
  CHECK(noisy("{gaussian: [0.5, 1, 0]}").variance.value == 1.25);
  const auto constants = constants_of(
      "objective: {function: quadratic_diag, dim: 3, spectrum: [4, 0, 1], noise: {gaussian: {sd: {power: 1, "
      "scale: 6}}}}\n" +
      by_sgd);
  CHECK(constants.smoothness.value == 4);
  CHECK(constants.smoothness.status == Knowledge::exact);
  CHECK(constants.variance.value == 36 + 9 + 4);
  CHECK(gaussian.variance.status == Knowledge::exact);
  const ProblemConstants relative = noisy("{relative: {sigma: 2, rho: 0.5}}");
  CHECK(relative.variance.value == 4);
  CHECK(relative.relative_variance.value == 0.5);
  CHECK(relative.relative_variance.status == Knowledge::exact);
  const ProblemConstants student = noisy("{student: {scale: 1, df: 2}}");
  CHECK(student.variance.value == infinite);
  CHECK(student.variance.status == Knowledge::exact);
  CHECK(noisy("{student: {scale: 1, df: 4}}").variance.value == doctest::Approx(6).epsilon(1e-15));
}

TEST_CASE_TEMPLATE("the constants have the same bits for any number of threads", T, float, double) {
  for (const std::string& yaml : kinds_of_problems()) {
    const auto numbers = [&](Index threads) {
      const ProblemConstants c =
          constants_of(*plan_of<T>(yaml + by_sgd + "threads: " + std::to_string(threads) + "\n"));
      return std::vector<double>{c.smoothness.value, c.variance.value, c.infimum.value};
    };
    const auto alone = numbers(1);
    CHECK(numbers(2) == alone);
    CHECK(numbers(5) == alone);
  }
}
