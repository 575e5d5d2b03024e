// The laws of what functions and models say of themselves for the convergence theorem.
#include <doctest/doctest.h>

#include <cmath>

#include "laws/function_cases.hpp"
#include "laws/model_case.hpp"
#include "spec/codecs.hpp"
#include "spec/yaml.hpp"
#include "support/model_from.hpp"
#include "support/synthetic_rows.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// The largest |eigenvalue| of the second derivative at x, from below: powers of its product with a vector,
// by differences of gradients.
double curvature_at(const Objective<double>& f, const std::vector<double>& x) {
  std::vector<double> along(x.size());
  Stream(9, Purpose::probe).normals(0, along);
  double size = 0;
  for (int i = 0; i < 30; ++i) {
    constexpr double step = 1e-4;
    const double length = std::sqrt(squared_norm<double>(along));
    if (length == 0) return size;
    auto left = x, right = x;
    for (std::size_t j = 0; j < x.size(); ++j) {
      left[j] -= step * along[j] / length;
      right[j] += step * along[j] / length;
    }
    const auto low = gradient_at(f, left), high = gradient_at(f, right);
    for (std::size_t j = 0; j < x.size(); ++j) along[j] = (high[j] - low[j]) / (2 * step);
    size = std::sqrt(squared_norm<double>(along));
  }
  return size;
}

// How much the gradient changes at most between x and two points around it, by their distance; in the same
// direction for every x.
double slope_across(const Objective<double>& f, const std::vector<double>& x, double length) {
  std::vector<double> along(x.size());
  Stream(19, Purpose::probe).normals(0, along);
  const double size = std::sqrt(squared_norm<double>(along));
  auto left = x, right = x;
  for (std::size_t j = 0; j < x.size(); ++j) {
    left[j] -= 0.5 * length * along[j] / size;
    right[j] += 0.5 * length * along[j] / size;
  }
  const auto low = gradient_at(f, left), here = gradient_at(f, x), high = gradient_at(f, right);
  // At a pole itself there is no gradient, only around it.
  return std::max({distance(low, high), distance(low, here), distance(here, high)}) / length;
}

// x at `factor` times its distance from the middle of the domain.
std::vector<double> away(const Facts& facts, std::vector<double> x, double factor) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double middle = 0.5 * (facts.lower[i] + facts.upper[i]);
    x[i] = middle + factor * (x[i] - middle);
  }
  return x;
}

// A model as text and its number of classes, 0 for regression.
struct ModelText {
  const char* yaml;
  Index classes;
};

constexpr ModelText models[] = {
    {"{type: linear}", 0},
    {"{type: linear, loss: {name: huber, delta: 0.5}, l2: 0.1}", 0},
    {"{type: linear, loss: pseudo_huber, penalty: {name: group, strength: 0.1, epsilon: 0.01}}", 0},
    {"{type: linear, loss: log_cosh, penalty: {name: nonconvex, strength: 0.2}}", 0},
    {"{type: linear, loss: {name: quantile, tau: 0.8}, penalty: {name: nonconvex, strength: 0.2}, l2: 0.1}",
     0},
    {"{type: linear, loss: {name: cauchy, c: 0.5}}", 0},
    {"{type: linear, loss: geman_mcclure}", 0},
    {"{type: linear, loss: welsch, l2: 0.1}", 0},
    {"{type: poisson, l2: 0.1}", 0},
    {"{type: logistic}", 2},
    {"{type: logistic, loss: sigmoid, l2: 0.01}", 2},
    {"{type: logistic, loss: {name: smoothed_hinge, gamma: 0.5}}", 2},
    {"{type: softmax, l2: 0.1}", 3},
    {"{type: mlp, hidden: [], l2: 0.1}", 3},
    {"{type: mlp, hidden: []}", 0},
    {"{type: mlp, hidden: [4], activation: tanh}", 3},
    {"{type: mlp, hidden: [4], l2: [0.1, 0.2]}", 0},
};

// The rows of a model, dense or sparse, weighted or not.
Dataset<double> rows_for(const ModelText& text, bool weighted, bool sparse) {
  Dataset<double> rows = synthetic_rows<double>(60, 5, text.classes, 3);
  for (double& target : rows.targets) target = std::abs(target);
  for (std::size_t i = 0; weighted && i < 60; ++i) {
    rows.weights.push_back(0.25 + static_cast<double>(i % 4) / 2);
  }
  return sparse ? sparse_of(rows) : rows;
}

template <class F>
void for_each_model(F&& check) {
  for (const ModelText& text : models) {
    CAPTURE(std::string(text.yaml));
    for (const bool weighted : {false, true}) {
      for (const bool sparse : {false, true}) {
        CAPTURE(weighted);
        CAPTURE(sparse);
        const Dataset<double> dense = rows_for(text, weighted, false);
        ModelCase<double> c(model_from(text.yaml), rows_for(text, weighted, sparse), text.classes);
        check(c, dense);
      }
    }
  }
}

// The largest eigenvalue of the mean of weight x x', x a row with a 1 for the intercept, by powers.
double largest_moment(const Dataset<double>& rows) {
  const auto width = static_cast<std::size_t>(rows.columns) + 1;
  std::vector<double> moments(width * width);
  for (std::size_t i = 0; i < rows.targets.size(); ++i) {
    const auto at = [&](std::size_t j) { return j + 1 < width ? rows.features[i * (width - 1) + j] : 1.0; };
    const double share = (rows.weights.empty() ? 1 : rows.weights[i]) / static_cast<double>(rows.rows);
    for (std::size_t j = 0; j < width * width; ++j) moments[j] += share * at(j / width) * at(j % width);
  }
  std::vector<double> along(width, 1.0);
  double eigenvalue = 0;
  for (int power = 0; power < 1000; ++power) {
    std::vector<double> next(width);
    for (std::size_t j = 0; j < width * width; ++j) next[j / width] += moments[j] * along[j % width];
    eigenvalue = std::sqrt(squared_norm<double>(next));
    for (std::size_t j = 0; j < width; ++j) along[j] = next[j] / eigenvalue;
  }
  return eigenvalue;
}

}  // namespace

TEST_CASE("law: a function's smoothness bounds its second derivative, and is met where it is exact") {
  std::size_t known = 0;
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    if (!facts.smoothness) continue;
    ++known;
    const auto f = c.make<double>();
    auto points = points_of(c, 8);
    points.resize(5);
    for (std::size_t i = 1; i < 3; ++i) points[i] = away(facts, points[i], 4);
    points.insert(points.end(), facts.minimizers.begin(), facts.minimizers.end());
    double largest = 0;
    for (const auto& x : points) largest = std::max(largest, curvature_at(*f, x));
    // What the differences leave out, and the rounding of gradients at 1e3 over their step of 1e-4.
    CHECK(largest <= *facts.smoothness * (1 + 1e-5));
    // 30 powers tell eigenvalues apart that differ by some percent.
    if (facts.smoothness_status == Knowledge::exact) CHECK(largest >= 0.9 * *facts.smoothness);
  }
  CHECK(known >= 26);
}

TEST_CASE("law: the smoothness bounds differences of gradients far out and close together") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    if (!facts.smoothness) continue;
    const auto f = c.make<double>();
    const auto from = points_of(c, 11), to = points_of(c, 12);
    for (std::size_t p = 0; p < from.size(); ++p) {
      for (const double factor : {0.5, 1.0, 8.0}) {
        const auto u = away(facts, from[p], factor);
        for (const double length : {1.0, 1e-2, 1e-4}) {
          auto w = u;
          for (std::size_t i = 0; i < w.size(); ++i) w[i] += length * (to[p][i] - from[p][i]);
          const double change = distance(gradient_at(*f, u), gradient_at(*f, w));
          // Gradients of the size L |u| are sums of up to 100 terms, each rounded.
          const double rounding = 1e-13 * (1 + std::sqrt(squared_norm<double>(u)));
          CHECK(change <= *facts.smoothness * (distance(u, w) * (1 + 1e-9) + rounding));
        }
      }
    }
  }
}

TEST_CASE("law: where a function is locally smooth, no difference of gradients outgrows its step") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    CHECK((facts.smooth_at_minimum || !facts.locally_smooth));
    CHECK((!facts.smoothness || facts.locally_smooth));
    if (!facts.locally_smooth) continue;
    const auto f = c.make<double>();
    // Roots and absolute values have their kinks where a coordinate or all of them are zero, or at a minimum.
    auto points = points_of(c, 14);
    points.resize(4);
    for (std::size_t p = 0; p < 3; ++p) points[p][p % points[p].size()] = 0;
    points.emplace_back(facts.start.size(), 0.0);
    points.insert(points.end(), facts.minimizers.begin(), facts.minimizers.end());
    for (const auto& x : points) {
      const double rounding = 1e-13 * (1 + std::sqrt(squared_norm<double>(gradient_at(*f, x))));
      // Second derivatives do not change much over steps of 1e-3, and where they vanish they stay below 1.
      CHECK(slope_across(*f, x, 1e-7) <= 4 * std::max(1.0, slope_across(*f, x, 1e-3)) + rounding / 1e-7);
    }
  }
}

TEST_CASE("functions that are not locally smooth have a point where differences of gradients do outgrow it") {
  const std::pair<const char*, std::vector<double>> rough[] = {
      {"ackley", {0, 0}},          {"sgd_test", {0, 1, 1}}, {"different_powers", {0, 0}},
      {"schwefel_2_26", {0, 200}}, {"bard", {1, 0, 0}},     {"helical_valley", {0, -1, 0.5}},
      {"kowalik", {1, 1, -1, 0}}};
  for (const auto& [name, x] : rough) {
    const std::string the_name = name;
    CAPTURE(the_name);
    const FunctionEntry& entry = entry_of(name);
    const auto values = entry.defaults();
    const auto f = entry.make<double>(values, std::ssize(x));
    CHECK_FALSE(entry.facts(values, std::ssize(x)).locally_smooth);
    // The slope across a root's zero grows as the step's root falls, all others faster.
    CHECK(slope_across(*f, x, 1e-7) >= 50 * slope_across(*f, x, 1e-3));
  }
  std::size_t not_smooth = 0;
  for (const FunctionEntry& entry : function_catalog()) {
    const auto values = entry.defaults();
    not_smooth += !entry.facts(values, entry.usual_dimension(values)).locally_smooth;
  }
  CHECK(not_smooth == std::size(rough));
}

TEST_CASE("law: no point, in the domain or outside, is below a function's infimum") {
  std::size_t unknown = 0;
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    const auto infimum = facts.infimum();
    if (!infimum) {
      ++unknown;
      continue;
    }
    CHECK(std::isfinite(*infimum));
    const auto f = c.make<double>();
    for (const auto& x : points_of(c, 13)) {
      for (const double factor : {0.1, 1.0, 3.0, 10.0}) {
        // Values beyond all numbers are not below it.
        CHECK_FALSE(value_at(*f, away(facts, x, factor)) < *infimum);
      }
    }
  }
  CHECK(unknown > 0);
  for (const FunctionEntry& entry : function_catalog()) {
    CAPTURE(entry.card.name);
    const auto values = entry.defaults();
    const Facts facts = entry.facts(values, entry.usual_dimension(values));
    const bool unbounded = entry.card.formula.find("unbounded below") != std::string::npos;
    CHECK(facts.infimum().has_value() != unbounded);
  }
}

TEST_CASE("functions that have their minimum in the domain alone fall below it outside") {
  const std::pair<const char*, std::vector<double>> below[] = {
      {"mccormick", {-100, -100}}, {"hosaki", {2.2, -50}}, {"schwefel_2_26", {1.0e4, 1.0e4}}};
  for (const auto& [name, point] : below) {
    const std::string the_name = name;
    CAPTURE(the_name);
    const FunctionEntry& entry = entry_of(name);
    const auto values = entry.defaults();
    const Facts facts = entry.facts(values, 2);
    CHECK(facts.unbounded_outside);
    // One of several points, for waves.
    double least = 0;
    for (const double factor : {1.0, 1.1, 1.2, 1.3}) {
      const std::vector<double> x = {factor * point[0], factor * point[1]};
      least = std::min(least, value_at(*entry.make<double>(values, 2), x));
    }
    CHECK(least < *facts.minimum);
  }
}

TEST_CASE("law: a model's curvatures bound the change of its gradient, and its infimum the value") {
  for_each_model([](ModelCase<double>& c, const Dataset<double>& dense) {
    const ModelFacts facts = c.model->facts();
    const double smoothness = facts.curvature * largest_moment(dense) + facts.penalty_curvature;
    for (std::uint64_t pair = 0; pair < 20; ++pair) {
      std::vector<double> draws(2 * c.x.size());
      Stream(17, Purpose::probe).normals(pair, draws);
      for (const double size : {0.1, 3.0}) {
        for (const double length : {1.0, 1e-3}) {
          double square = 0;
          for (std::size_t i = 0; i < c.x.size(); ++i) c.x[i] = size * draws[i];
          CHECK(c.value(c.all()) >= facts.infimum - 1e-12);  // the rounding of a mean
          const auto here = c.gradient(c.all());
          for (std::size_t i = 0; i < c.x.size(); ++i) {
            const double move = length * draws[c.x.size() + i];
            c.x[i] += move;
            square += move * move;
          }
          const double change = distance(here, c.gradient(c.all()));
          // The rounding of gradients over steps of 1e-3.
          CHECK(change <= smoothness * std::sqrt(square) * (1 + 1e-9));
        }
      }
    }
  });
}

TEST_CASE("law: the slope of a row's loss by its scores is no longer than the steepness") {
  for_each_model([](ModelCase<double>& c, const Dataset<double>& dense) {
    const double steepness = c.model->facts().steepness;
    if (std::isinf(steepness)) return;
    for (Index i = 0; i < c.rows.rows; ++i) {
      const auto row = static_cast<std::size_t>(i);
      // The gradient of a row's loss is the slope times the row; the difference of two rows has no penalty.
      double square = 1;
      for (std::size_t j = 0; j < 5; ++j) square += std::pow(dense.features[row * 5 + j], 2);
      const auto gradient = c.gradient(Batch::range(i, i + 1));
      const auto other = c.gradient(Batch::range((i + 1) % 60, (i + 1) % 60 + 1));
      double other_square = 1;
      for (std::size_t j = 0; j < 5; ++j) other_square += std::pow(dense.features[(row + 1) % 60 * 5 + j], 2);
      const double weight = dense.weights.empty() ? 1 : dense.weights[row];
      const double other_weight = dense.weights.empty() ? 1 : dense.weights[(row + 1) % 60];
      CHECK(distance(gradient, other) <=
            steepness * (weight * std::sqrt(square) + other_weight * std::sqrt(other_square)) * (1 + 1e-12));
    }
  });
}

TEST_CASE("models say whether they are convex and smooth, and what the penalties add") {
  const auto facts_of_model = [](const char* yaml, Index classes, bool penalized = true) {
    Dataset<double> rows = rows_for({yaml, classes}, false, false);
    ModelCase<double> c(model_from(yaml), std::move(rows), classes, penalized);
    return c.model->facts();
  };
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(facts_of_model("{type: linear}", 0).convex);
  CHECK(facts_of_model("{type: linear}", 0).curvature == 1);
  CHECK(facts_of_model("{type: linear}", 0).steepness == inf);
  CHECK_FALSE(facts_of_model("{type: linear, loss: welsch}", 0).convex);
  CHECK_FALSE(facts_of_model("{type: logistic, loss: sigmoid}", 2).convex);
  // Second derivatives of a penalty from -strength/2 to 2 strength, and l2.
  const char* barely = "{type: logistic, l2: 0.5, penalty: {name: nonconvex, strength: 1}}";
  const char* bent = "{type: logistic, l2: 0.25, penalty: {name: nonconvex, strength: 1}}";
  CHECK(facts_of_model(barely, 2).convex);
  CHECK_FALSE(facts_of_model(bent, 2).convex);
  CHECK(facts_of_model(bent, 2).penalty_curvature == 2.25);
  CHECK(facts_of_model(bent, 2, false).penalty_curvature == 0);
  CHECK(facts_of_model(bent, 2, false).convex);
  const char* grouped = "{type: softmax, l2: 0.5, penalty: {name: group, strength: 1, epsilon: 0.25}}";
  CHECK(facts_of_model(grouped, 3).penalty_curvature == 4.5);
  CHECK(facts_of_model(grouped, 3).convex);
  CHECK(facts_of_model(grouped, 3).infimum == 0);
  CHECK(facts_of_model("{type: mlp, l2: [0.1, 0.2]}", 3).penalty_curvature == 0.2);
  CHECK_FALSE(facts_of_model("{type: mlp}", 3).smooth);
  CHECK_FALSE(facts_of_model("{type: mlp, activation: leaky_relu}", 0).smooth);
  CHECK(facts_of_model("{type: mlp, activation: gelu}", 0).smooth);
  CHECK(facts_of_model("{type: mlp, activation: gelu}", 0).curvature == inf);
  // The best score of each row is the logarithm of its target.
  CHECK(facts_of_model("{type: poisson}", 0).infimum > 0);
}
