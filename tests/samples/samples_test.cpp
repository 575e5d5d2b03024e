#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "program.hpp"

// Every file of samples/ is run, found by looking into the folder, and has to reach its goal below.
namespace lookahead::test {
namespace {

enum class Kind {
  gap,       // f(slow) - f* is at most the figure
  gradient,  // |gradient| is at most the figure: a stationary point
  optimum,   // the objective is the figure, at most 1e-4 of it above
  fit        // not convex: the metric is at least the figure
};

struct Goal {
  std::string sample;
  Kind kind;
  double figure;
  const char* metric = "";  // a metric at the end and its value, exact to 1e-3
  double metric_value = 0;
};

// Gaps and gradients: 1e-8 where nothing is random. With noise: near a minimum with second derivative 2,
// noise of deviation s in d components and rates that pull the slow point by c/t, the gap after t steps has
// the mean d s^2 c^2 / ((4c - 1) t), 1.7e-5 for sphere-noise; six times that is out of reach of chance.
// Games end far below, as their gap is the square of a distance. rational, whose rate falls to 1e-5 along a
// cosine, ends near 4e-6. Optima and metrics of data problems: the minimum of the convex objective by
// Newton's method in double precision, to a gradient below 1e-13, checked against scikit-learn.
const Goal goals[] = {
    {"abalone-ols", Kind::optimum, 2.40133223284093, "train_r2", 0.537884},
    {"abalone-poisson", Kind::optimum, -13.149026850307727, "train_deviance", 0.439331},
    {"abalone-ridge", Kind::optimum, 2.42115403468783, "train_r2", 0.537570},
    {"beale", Kind::gap, 1e-8},
    {"bilinear", Kind::gap, 1e-15},
    {"certified", Kind::gap, 0.1},
    {"concrete-huber", Kind::optimum, 0.185528106751736, "train_r2", 0.613375},
    {"concrete-ols", Kind::optimum, 53.5986180374301, "train_r2", 0.615520},
    {"concrete-ridge", Kind::optimum, 53.7653396623097, "train_r2", 0.615503},
    {"cyclic", Kind::gap, 1e-15},
    {"forsaken", Kind::gap, 1e-15},
    {"griewank", Kind::gradient, 1e-8},
    {"himmelblau", Kind::gap, 1e-8},
    {"levy", Kind::gap, 1e-8},
    {"penguins", Kind::optimum, 0.0312695539009965, "train_accuracy", 1},
    {"penguins-impute", Kind::optimum, 0.0326725353263086, "train_accuracy", 1},
    {"powell-singular", Kind::gap, 1e-8},
    {"quadratic", Kind::gap, 1e-8},
    {"rastrigin", Kind::gradient, 1e-8},
    {"ratings", Kind::fit, 0.8, "val_r2"},
    {"rational", Kind::gap, 1e-4},
    {"rock-paper-scissors", Kind::gap, 1e-15},
    {"rosenbrock", Kind::gap, 1e-8},
    {"rosenbrock-chained", Kind::gap, 1e-8},
    {"rosenbrock-extended", Kind::gap, 1e-8},
    {"sphere", Kind::gap, 1e-8},
    {"sphere-noise", Kind::gap, 1e-4},
    {"stochastic-bilinear", Kind::gap, 1e-15},
    {"styblinski-tang", Kind::gap, 1e-8},
    {"wine-lasso", Kind::optimum, 0.2463395864268717, "train_r2", 0.334834},
    {"wine-mlp", Kind::fit, 0.3, "val_r2"},
    {"wine-ols", Kind::optimum, 0.208383583610704, "train_r2", 0.360552},
    {"wine-ridge", Kind::optimum, 0.20847273642044, "train_r2", 0.360551},
    {"wine-softmax", Kind::optimum, 0.921617577326648, "train_accuracy", 0.607255},
    {"wood", Kind::gap, 1e-8},
    {"words", Kind::optimum, 0.5628488183614373, "train_accuracy", 0.93},
};

std::filesystem::path samples() { return std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / "samples"; }

std::set<std::string> names_of_samples() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(samples())) {
    if (entry.path().extension() == ".yaml") names.insert(entry.path().stem().string());
  }
  return names;
}

void judge(const Goal& goal, const nlohmann::json& result) {
  const auto number = [&](const char* key) {
    REQUIRE_MESSAGE(result[key].is_number(), key);
    return result[key].get<double>();
  };
  switch (goal.kind) {
    case Kind::gap:
      CHECK(number("gap") <= goal.figure);
      CHECK(number("gap") >= -1e-12);
      break;
    case Kind::gradient:
      CHECK(number("grad_norm") <= goal.figure);
      break;
    case Kind::optimum:
      CHECK_MESSAGE(reaches(number("loss_slow"), goal.figure), number("loss_slow"), " against ", goal.figure);
      CHECK(std::abs(number(goal.metric) - goal.metric_value) <= 1e-3);
      break;
    case Kind::fit:
      CHECK(number(goal.metric) >= goal.figure);
      break;
  }
}

}  // namespace

TEST_CASE("every sample reaches its goal") {
  for (const std::string& name : names_of_samples()) {
    CAPTURE(name);
    const auto* const goal =
        std::find_if(std::begin(goals), std::end(goals), [&](const Goal& g) { return g.sample == name; });
    if (goal == std::end(goals)) {
      FAIL_CHECK("no goal in the table above: say what the sample has to reach");
      continue;
    }
    std::string why;
    const nlohmann::json run = solve((samples() / (name + ".yaml")).string(), {}, why);
    REQUIRE_MESSAGE(run.is_object(), why);
    CHECK(run["status"] == "finished");
    judge(*goal, run["result"]);
  }
}

TEST_CASE("the lasso leaves out as many columns as its sample says") {
  const Folder folder;
  const std::string run = folder.path("run");
  const Ended solved =
      run_program(folder, {"solve", (samples() / "wine-lasso.yaml").string(), "-q", "-o", run});
  REQUIRE_MESSAGE(solved.code == 0, solved.err);
  std::istringstream weights(run_program(folder, {"weights", run}).out);
  int columns = 0, zeros = 0;
  for (std::string line; std::getline(weights, line);) {
    columns += line.starts_with("feature,") || line.starts_with("(intercept)") ? 0 : 1;
    zeros += line.find(",,0.0,0.0,") == std::string::npos ? 0 : 1;
  }
  CHECK(columns == 11);
  CHECK(zeros == 5);
  // Its run can be held against the theorem, which does not cover it.
  const Ended certified = run_program(folder, {"certify", run, "-q"});
  CHECK_MESSAGE(certified.code == 0, certified.err);
}

TEST_CASE("the theorem has a verdict on every sample") {
  const Folder folder;
  for (const std::string& name : names_of_samples()) {
    CAPTURE(name);
    const Ended ended =
        run_program(folder, {"certify", (samples() / (name + ".yaml")).string(), "--json", "-q"});
    REQUIRE_MESSAGE(ended.code == 0, ended.err);
    const std::string verdict = nlohmann::json::parse(ended.out).at("verdict");
    const bool covered = name == "certified" || name == "sphere";
    CHECK(verdict == (covered ? "covered" : "not covered"));
  }
}

TEST_CASE("every goal has its sample") {
  const std::set<std::string> names = names_of_samples();
  for (const Goal& goal : goals) CHECK_MESSAGE(names.count(goal.sample) == 1, goal.sample);
}

TEST_CASE("a sample is short, says what it shows, and stands in the table of the README") {
  const std::string readme = content_of(samples() / "README.md");
  for (const std::string& name : names_of_samples()) {
    CAPTURE(name);
    std::istringstream lines(content_of(samples() / (name + ".yaml")));
    int comments = 0, rest = 0;
    for (std::string line; std::getline(lines, line);) ++(line.rfind("# ", 0) == 0 ? comments : rest);
    CHECK(comments >= 2);
    CHECK(comments <= 4);
    CHECK(comments + rest <= 8);
    CHECK(readme.find("(" + name + ".yaml)") != std::string::npos);
  }
}

}  // namespace lookahead::test
