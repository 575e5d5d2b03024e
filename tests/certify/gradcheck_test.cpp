#include "certify/gradcheck.hpp"

#include <cmath>
#include <set>

#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// x0^2 + 3 x0 x1 + sin(x2), its gradient's component 1 multiplied by `factor`; NaN where x0 <= `edge`.
template <Scalar T>
class Faulty final : public Objective<T> {
 public:
  double factor = 1;
  double edge = -1e300;
  std::vector<Index> players;

  Index dimension() const override { return 3; }
  std::vector<Index> blocks() const override { return players; }
  Evaluation value(std::span<const T> x, const Batch&, std::span<T>) const override {
    const double x0 = x[0], x1 = x[1], x2 = x[2];
    return x0 <= edge ? std::nan("") : x0 * x0 + 3 * x0 * x1 + std::sin(x2);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> g,
                                std::span<T> scratch) const override {
    const double x0 = x[0], x1 = x[1], x2 = x[2];
    g[0] = static_cast<T>(2 * x0 + 3 * x1);
    g[1] = static_cast<T>(factor * 3 * x0);
    g[2] = static_cast<T>(std::cos(x2));
    return value(x, batch, scratch);
  }
};

template <Scalar T>
PlanOf<T> plan_of(const Faulty<T>& objective) {
  PlanOf<T> plan;
  auto problem = std::make_shared<ProblemOf<T>>();
  problem->function = std::make_unique<const Faulty<T>>(objective);
  plan.problem = std::move(problem);
  plan.start = {T{1}, T{-2}, T{0.5}};
  return plan;
}

// A function of one coordinate that gives value and derivative.
template <Scalar T, class F>
class Curve final : public Objective<T> {
 public:
  explicit Curve(const F& function) : function_(function) {}
  Index dimension() const override { return 1; }
  Evaluation value(std::span<const T> x, const Batch&, std::span<T>) const override {
    return function_(static_cast<double>(x[0])).first;
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch&, std::span<T> g,
                                std::span<T>) const override {
    const auto [value, slope] = function_(static_cast<double>(x[0]));
    g[0] = static_cast<T>(slope);
    return value;
  }

 private:
  F function_;
};

template <Scalar T, class F>
PlanOf<T> plan_of(const F& function, T start) {
  PlanOf<T> plan;
  auto problem = std::make_shared<ProblemOf<T>>();
  problem->function = std::make_unique<const Curve<T, F>>(function);
  plan.problem = std::move(problem);
  plan.start = {start};
  return plan;
}

template <Scalar T>
GradcheckReport report_of(const PlanOf<T>& plan, const GradcheckRequest& request = {}) {
  Pool pool(1);
  const auto report = gradcheck(plan, pool, request);
  REQUIRE(static_cast<bool>(report));
  return *report;
}

template <Scalar T>
GradcheckReport report_of(const std::string& problem, const GradcheckRequest& request = {}) {
  Pool pool(1);
  const auto plan = plan_in<T>(spec_of(problem), pool);
  REQUIRE(static_cast<bool>(plan));
  return report_of(**plan, request);
}

// A data set with a target for every model.
std::string penguins(const ModelEntry& entry) {
  const std::string target = entry.task == Task::regression ? "body_mass_g"
                             : entry.two_classes_only       ? "sex"
                                                            : "species";
  return "data: {train: " + std::string(LOOKAHEAD_SOURCE_DIR) +
         "/samples/data/penguins.csv, missing: drop, target: " + target + "}\n";
}

template <Scalar T>
void check_wrong_component(double factor) {
  Faulty<T> objective;
  objective.factor = factor;
  const GradcheckReport report = report_of(plan_of(objective));
  CHECK(!report.passed());
  CHECK(report.above() == 3);
  REQUIRE(report.components.size() == 9);
  // The three wrong ones stand first, with the error they were given; the others are right.
  const double size = std::max(1.0, std::abs(factor));
  for (std::size_t i = 0; i < 9; ++i) {
    const GradientComponent& c = report.components[i];
    CHECK((c.coordinate == 1) == (i < 3));
    if (i < 3) {
      CHECK(c.analytic / c.numeric == doctest::Approx(factor).epsilon(1e-5));
      // In single precision a number of this size has seven digits.
      CHECK(c.relative_error == doctest::Approx(std::abs(factor - 1) / size).epsilon(1e-3));
    } else {
      CHECK(c.relative_error < default_tolerance<T>() / 100);
    }
  }
}

}  // namespace

TEST_CASE("gradcheck finds the component that is wrong, at the start and near it") {
  for (const double factor : {2.0, -1.0, 0.0, 1.01}) {
    CAPTURE(factor);
    check_wrong_component<double>(factor);
    check_wrong_component<float>(factor);
  }
  // What only double precision can see.
  check_wrong_component<double>(1 + 1e-4);
  Faulty<float> close;
  close.factor = 1 + 1e-4;
  CHECK(report_of(plan_of(close)).passed());
}

TEST_CASE("gradcheck holds a right gradient for right, to its tolerance") {
  const GradcheckReport report = report_of(plan_of(Faulty<double>{}));
  CHECK(report.passed());
  CHECK(report.dimension == 3);
  CHECK(report.points == 3);
  CHECK(report.coordinates == 3);
  CHECK(report.tolerance == 1e-6);
  CHECK(report.worst_error() < 1e-10);
  for (std::size_t i = 1; i < report.components.size(); ++i) {
    CHECK(report.components[i].relative_error <= report.components[i - 1].relative_error);
  }
  CHECK(report_of(plan_of(Faulty<float>{})).tolerance == 1e-3);
  GradcheckRequest strict;
  strict.tolerance = 1e-300;
  const GradcheckReport refused = report_of(plan_of(Faulty<double>{}), strict);
  CHECK(!refused.passed());
  CHECK(refused.tolerance == 1e-300);
}

TEST_CASE("gradcheck takes a gradient that is not finite for wrong") {
  Faulty<double> objective;
  objective.factor = std::nan("");
  const GradcheckReport report = report_of(plan_of(objective));
  CHECK(report.above() == 3);
  CHECK(std::isinf(report.worst_error()));
  CHECK(report.components.front().coordinate == 1);
}

TEST_CASE("gradcheck stays where the objective is defined") {
  Faulty<double> objective;
  for (const double edge : {0.9, 0.97, 0.999, 1 - 1e-6}) {
    CAPTURE(edge);
    objective.edge = edge;
    GradcheckRequest request;
    request.points = 20;
    const GradcheckReport report = report_of(plan_of(objective), request);
    CHECK(report.passed());
    CHECK(report.worst_error() < 1e-7);
  }
}

TEST_CASE("gradcheck is not misled by waves much shorter than its first steps, nor by underflow") {
  // At x near 100 about thirty waves in a unit.
  const auto waves = [](double x) {
    return std::pair{0.5 + 0.002 * std::sin(x * x), 0.004 * x * std::cos(x * x)};
  };
  // There about 1e-61, which is 0 in single precision.
  const auto tail = [](double x) { return std::pair{std::exp(-1.4 * x), -1.4 * std::exp(-1.4 * x)}; };
  GradcheckRequest request;
  request.points = 100;
  const auto check = [&](const auto& function) {
    const auto in_double = report_of(plan_of(function, 100.0), request);
    const auto in_single = report_of(plan_of(function, 100.0F), request);
    CHECK_MESSAGE(in_double.passed(), in_double.worst_error());
    CHECK_MESSAGE(in_single.passed(), in_single.worst_error());
  };
  check(waves);
  check(tail);
}

TEST_CASE("gradcheck refuses games, whose field is no gradient") {
  Faulty<double> game;
  game.players = {1, 3};
  PlanOf<double> plan = plan_of(game);
  plan.spec.start_place = {"p.yaml", 1, 12};
  Pool pool(1);
  const auto report = gradcheck(plan, pool, {});
  REQUIRE(!report);
  CHECK(to_string(report.faults().front()) ==
        "p.yaml:1:12: error: gradcheck compares the gradient of one function, a game has one for every "
        "player");
  CHECK(report.faults().front().kind == FaultKind::problem);
}

TEST_CASE("law: every function of the catalog passes gradcheck in both precisions") {
  for (const FunctionEntry& entry : function_catalog()) {
    CAPTURE(entry.card.name);
    for (const char* start : {"default", "random"}) {
      const std::string problem =
          "objective: " + entry.card.name + "\noptimizer: sgd\nstart: " + start + "\n";
      const auto in_double = report_of<double>(problem);
      const auto in_single = report_of<float>(problem + "precision: single\n");
      CHECK_MESSAGE(in_double.passed(), in_double.worst_error());
      // Its waves are shorter than the steps that single precision allows at the rim of its domain.
      if (entry.card.name == "schaffer_n2") continue;
      CHECK_MESSAGE(in_single.passed(), in_single.worst_error());
    }
  }
}

TEST_CASE("law: every model of the catalog passes gradcheck in both precisions, the penalty included") {
  for (const ModelEntry& entry : model_catalog()) {
    CAPTURE(entry.card.name);
    if (entry.sparse_rows) continue;  // rows of another kind, with a test of its own
    const std::string small = entry.card.name == "mlp" ? ", hidden: [4]" : "";
    const std::string problem =
        penguins(entry) + "optimizer: sgd\nbatch: 7\nmodel: {type: " + entry.card.name + small;
    for (const char* l2 : {"", ", l2: 0.5"}) {
      CHECK(report_of<double>(problem + l2 + "}\n").passed());
      CHECK(report_of<float>(problem + l2 + "}\nprecision: single\n").passed());
    }
  }
}

TEST_CASE("gradcheck knows nothing of noise and batches, and does not depend on threads") {
  const auto numbers = [](const std::string& problem) {
    std::vector<double> all;
    for (const GradientComponent& c : report_of<double>(problem).components) {
      all.insert(all.end(), {static_cast<double>(c.point), static_cast<double>(c.coordinate), c.analytic,
                             c.numeric, c.relative_error});
    }
    return all;
  };
  CHECK(numbers("objective: {function: rosenbrock, noise: {gaussian: 3}}\noptimizer: sgd\n") ==
        numbers("objective: rosenbrock\noptimizer: sgd\n"));
  const std::string regression =
      "data: {train: " + data_folder() + "points.csv, target: y}\nmodel: linear\noptimizer: sgd\n";
  const auto one = numbers(regression + "threads: 1\n");
  CHECK(numbers(regression + "threads: 3\nbatch: 7\n") == one);
}

TEST_CASE("of many coordinates gradcheck takes a random choice, another one at every point") {
  const std::string problem = "objective: {function: rosenbrock_chained, dim: 1000}\noptimizer: sgd\n";
  GradcheckRequest request;
  request.most = 20;
  const auto chosen = [&](const std::string& seed) {
    const GradcheckReport report = report_of<double>(problem + "seed: " + seed + "\n", request);
    CHECK(report.passed());
    CHECK(report.dimension == 1000);
    CHECK(report.coordinates == 20);
    std::vector<std::set<Index>> coordinates(3);
    for (const GradientComponent& c : report.components) {
      coordinates[static_cast<std::size_t>(c.point)].insert(c.coordinate);
    }
    return coordinates;
  };
  const auto first = chosen("1");
  for (const auto& coordinates : first) {
    CHECK(coordinates.size() == 20);
    CHECK(*coordinates.begin() >= 0);
    CHECK(*coordinates.rbegin() < 1000);
    // Spread over the whole range, not its first numbers.
    CHECK(*coordinates.rbegin() > 500);
  }
  CHECK(first[0] != first[1]);
  CHECK(first[1] != first[2]);
  CHECK(chosen("1") == first);
  CHECK(chosen("2") != first);
  request.most = 1000;
  request.points = 0;
  CHECK(report_of<double>(problem, request).components.size() == 1000);
}

TEST_CASE("gradcheck tells a kink from a wrong gradient") {
  // |x - edge| times `wrong`'s factor in the slope; at the edge itself the slope is that of one side, or 0.
  const auto tent = [](double edge, double factor) {
    return [=](double x) {
      const double slope = x > edge ? 1.0 : x < edge ? -0.5 : 0.0;
      return std::pair{slope * (x - edge) + 0.25 * x, factor * (slope + 0.25)};
    };
  };
  GradcheckRequest start_only;
  start_only.points = 0;
  const auto verdict = [&](const auto& function, auto start) {
    const GradcheckReport report = report_of(plan_of(function, start), start_only);
    return std::pair{report.passed(), report.kinks()};
  };
  // At the point: a kink in both precisions. Near it: double precision has steps that end before it, single
  // precision has not.
  CHECK(verdict(tent(1.0, 1.0), 1.0) == std::pair{true, Index{1}});
  CHECK(verdict(tent(1.0, 1.0), 1.0F) == std::pair{true, Index{1}});
  CHECK(verdict(tent(1.001, 1.0), 1.0) == std::pair{true, Index{0}});
  CHECK(verdict(tent(1.001, 1.0), 1.0F).first);
  // A wrong slope stays one beside a kink.
  for (const double factor : {-1.0, 0.0, 0.9, 3.0}) {
    CAPTURE(factor);
    for (const double edge : {1.0, 1.001}) {
      CHECK(verdict(tent(edge, factor), 1.0) == std::pair{false, Index{0}});
      CHECK(verdict(tent(edge, factor), 1.0F) == std::pair{false, Index{0}});
    }
  }
  // relu(x) - relu(-x) is x: no slope jumps, and the rule that relu has slope 0 at 0 gives 0 there.
  const auto pair = [](double x) { return std::pair{x, x == 0 ? 0.0 : 1.0}; };
  CHECK(verdict(pair, 0.0) == std::pair{true, Index{1}});
  CHECK(verdict(pair, 0.0F) == std::pair{true, Index{1}});
}

TEST_CASE("law: networks with kinks pass gradcheck, at XOR and in single precision") {
  const std::string folder = std::string(LOOKAHEAD_SOURCE_DIR) + "/samples/data/";
  for (const char* activation : {"relu", "leaky_relu"}) {
    for (const int seed : {1, 2, 3}) {
      const std::string net = std::string("optimizer: adam\nseed: ") + std::to_string(seed) +
                              "\nmodel: {type: mlp, hidden: [8, 6], activation: " + activation + "}\n";
      for (const std::string& data :
           {"data: {train: " + data_folder() + "xor.csv, target: y}\n",
            "data: {train: " + folder + "penguins.csv, target: species, missing: drop}\n"}) {
        CAPTURE(data + net);
        CHECK(report_of<double>(data + net).passed());
        CHECK(report_of<float>(data + net + "precision: single\n").passed());
      }
    }
  }
}
