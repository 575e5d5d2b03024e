// The laws of the mlp: in both precisions, for both tasks, with and without dropout.
#include <doctest/doctest.h>

#include <cmath>

#include "engine/evaluator.hpp"
#include "laws/allocations.hpp"
#include "laws/model_case.hpp"
#include "options/catalog.hpp"
#include "spec/yaml.hpp"
#include "support/synthetic_rows.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

const char* const activations[] = {"relu", "leaky_relu", "tanh", "gelu", "softplus"};

Chosen<ModelEntry> chosen(const std::string& parameters) {
  Report report;
  const auto node = parse_yaml("{type: mlp" + parameters + "}", "test");
  REQUIRE(node);
  const auto model = read_named(model_catalog(), "model", "type", *node, Path("model"), {}, {}, report);
  REQUIRE(report.empty());
  return *model;
}

template <Scalar T>
struct NetworkCase : ModelCase<T> {
  NetworkCase(const std::string& parameters, Dataset<T> data, Index classes, bool penalized = true)
      : ModelCase<T>(chosen(parameters), std::move(data), classes, penalized) {}
};

// As `draw` of a step of training.
Batch::Draw step_of(Index step) { return {5, 1, step}; }

void check_gradient(const std::string& parameters, Index classes, Batch::Draw draw) {
  CAPTURE(parameters);
  NetworkCase<double> c(parameters, synthetic_rows<double>(9, 4, classes), classes);
  NetworkCase<float> single(parameters, synthetic_rows<float>(9, 4, classes), classes);
  for (std::size_t i = 0; i < 9; ++i) {
    c.rows.weights.push_back(0.25 + static_cast<double>(i % 3));
    single.rows.weights.push_back(static_cast<float>(c.rows.weights.back()));
  }
  const Batch batch = c.all().drawn(draw);
  std::vector<double> gradient(c.x.size());
  std::vector<float> in_single(c.x.size());
  CHECK(c.value(batch) == c.value_and_gradient(batch, gradient));
  CHECK(single.value(batch) == single.value_and_gradient(batch, in_single));
  CHECK(single.value(batch) == doctest::Approx(c.value(batch)).epsilon(1e-5));
  for (std::size_t i = 0; i < c.x.size(); ++i) {
    const double here = c.x[i], step = 1e-6;
    c.x[i] = here + step;
    const double right = c.value(batch);
    c.x[i] = here - step;
    const double left = c.value(batch);
    c.x[i] = here;
    // Rounding of values near 1 over the step, and of seven digits in single precision.
    CHECK(std::abs((right - left) / (2 * step) - gradient[i]) < 1e-8);
    CHECK(std::abs(static_cast<double>(in_single[i]) - gradient[i]) < 2e-5);
  }
}

}  // namespace

TEST_CASE("law: the mlp's gradient is that of its loss, for every activation, task and dropout") {
  for (const char* activation : activations) {
    for (const Index classes : {0, 2, 3}) {
      for (const Index step : {-1, 4}) {
        check_gradient(
            std::string(", hidden: [5, 3], dropout: 0.4, l2: [0.3, 0, 0.1], activation: ") + activation,
            classes, step_of(step));
      }
    }
  }
  check_gradient(", hidden: []", 3, step_of(0));
  check_gradient(", hidden: [2, 2, 2, 2], l2: 0.1, activation: tanh", 0, step_of(0));
}

TEST_CASE("law: minibatch gradients of the mlp average to the full one, the masks of dropout included") {
  for (const Index classes : {0, 3}) {
    NetworkCase<double> c(", hidden: [6], dropout: 0.3, l2: 0.1", synthetic_rows<double>(301, 5, classes),
                          classes);
    std::vector<std::uint32_t> order(301);
    shuffle(Stream(5, Purpose::shuffle), 0, order);
    const Batch all = Batch::rows(order).drawn(step_of(3));
    const auto full = c.gradient(all);
    const double value = c.value(all);
    for (const Index size : {Index{1}, Index{40}, Index{150}, Index{301}}) {
      double mean_value = 0;
      std::vector<double> mean(full.size());
      for (Index from = 0; from < 301; from += size) {
        const Batch part = all.part(from, std::min(size, 301 - from));
        const double share = static_cast<double>(part.size()) / 301;
        const auto gradient = c.gradient(part);
        mean_value += share * c.value(part);
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += share * gradient[i];
      }
      // The rounding of 301 terms in another order.
      CHECK(mean_value == doctest::Approx(value).epsilon(1e-13));
      for (std::size_t i = 0; i < mean.size(); ++i) CHECK(std::abs(mean[i] - full[i]) < 1e-13);
    }
    // In the order of the file it is the same sum, though the rows are not gathered.
    CHECK(c.value(c.all().drawn(step_of(3))) == doctest::Approx(value).epsilon(1e-13));
  }
}

TEST_CASE("law: the mlp's bits depend neither on threads nor on how sparse rows are stored") {
  const auto check = [](auto scalar) {
    using T = decltype(scalar);
    NetworkCase<T> c(", hidden: [70, 9], dropout: 0.2, l2: 1e-3", synthetic_rows<T>(700, 11, 4), 4);
    NetworkCase<T> sparse(", hidden: [70, 9], dropout: 0.2, l2: 1e-3", sparse_of(c.rows), 4);
    std::vector<std::uint32_t> order(700);
    shuffle(Stream(5, Purpose::shuffle), 0, order);
    for (const Batch batch : {Batch::rows(order), Batch::range(0, 700), Batch::rows(order).part(30, 128)}) {
      const Batch drawn = batch.drawn(step_of(1));
      std::vector<std::vector<T>> gradients;
      std::vector<double> values;
      for (const Index threads : {1, 2, 5}) {
        Pool pool(threads);
        Evaluator<T> evaluator(*c.model, pool, 700);
        gradients.emplace_back(c.x.size());
        values.push_back(evaluator.value_and_gradient(c.x, drawn, gradients.back()).value);
        CHECK(evaluator.value(c.x, drawn).value == values.front());
        CHECK(values.back() == values.front());
        CHECK(gradients.back() == gradients.front());
        Evaluator<T> of_sparse(*sparse.model, pool, 700);
        std::vector<T> gradient(c.x.size());
        CHECK(of_sparse.value_and_gradient(c.x, drawn, gradient).value == values.front());
        CHECK(gradient == gradients.front());
      }
    }
  };
  check(double{});
  check(float{});
}

TEST_CASE("an evaluation of the mlp makes no allocation") {
  NetworkCase<float> c(", hidden: [20, 9], dropout: 0.2, l2: 1e-3, activation: gelu",
                       synthetic_rows<float>(300, 7, 3), 3);
  std::vector<float> gradient(c.x.size());
  const Batch batch = c.all().drawn(step_of(0));
  const auto before = allocations();
  c.value(batch);
  c.value_and_gradient(batch, gradient);
  CHECK(allocations() == before);
}

TEST_CASE("a row's weight counts it that many times in the mlp's mean") {
  for (const Index classes : {0, 3}) {
    NetworkCase<double> weighted(", hidden: [4], l2: 0.1", synthetic_rows<double>(6, 3, classes), classes);
    weighted.rows.weights = {1, 0, 2, 3, 0, 0};
    const std::vector<std::uint32_t> repeated = {0, 2, 2, 3, 3, 3};
    NetworkCase<double> plain(", hidden: [4], l2: 0.1", synthetic_rows<double>(6, 3, classes), classes);
    const auto expected = plain.gradient(Batch::rows(repeated));
    const auto gradient = weighted.gradient(weighted.all());
    // Rounding of six terms in another order.
    CHECK(weighted.value(weighted.all()) ==
          doctest::Approx(plain.value(Batch::rows(repeated))).epsilon(1e-14));
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::abs(gradient[i] - expected[i]) < 1e-14);
  }
}

TEST_CASE("dropout leaves the mean of the scores as it is, and evaluations outside of steps know none") {
  const std::string layers = ", hidden: [40], dropout: ";
  NetworkCase<double> dropped(layers + "0.3", synthetic_rows<double>(20, 5, 0), 0);
  NetworkCase<double> whole(layers + "0", synthetic_rows<double>(20, 5, 0), 0);
  CHECK(dropped.model->randomized());
  CHECK(!whole.model->randomized());
  CHECK(dropped.value(dropped.all()) == whole.value(whole.all()));
  CHECK(dropped.gradient(dropped.all()) == whole.gradient(whole.all()));
  CHECK(whole.value(whole.all().drawn(step_of(2))) == whole.value(whole.all()));
  // The slope of the last bias is the mean residual, which is linear in the scores.
  const double expected = whole.gradient(whole.all()).back();
  const int steps = 2000;
  double mean = 0, square = 0;
  for (int step = 0; step < steps; ++step) {
    const double residual = dropped.gradient(dropped.all().drawn(step_of(step))).back() - expected;
    mean += residual / steps;
    square += residual * residual / steps;
  }
  CHECK(square > 0.01);
  CHECK(std::abs(mean) < 4 * std::sqrt(square / steps));  // four standard errors
  // Another step, agent or seed is another mask.
  const double one = dropped.value(dropped.all().drawn({5, 1, 0}));
  CHECK(dropped.value(dropped.all().drawn({5, 1, 1})) != one);
  CHECK(dropped.value(dropped.all().drawn({5, 2, 0})) != one);
  CHECK(dropped.value(dropped.all().drawn({6, 1, 0})) != one);
}

TEST_CASE("the mlp predicts what its loss is made of") {
  for (const Index classes : {0, 3}) {
    NetworkCase<double> c(", hidden: [40], l2: 1", synthetic_rows<double>(300, 5, classes), classes, false);
    std::vector<double> predictions(static_cast<std::size_t>(300 * c.model->outputs()));
    c.model->predict(c.x, c.all(), predictions, {}, c.scratch);
    double loss = 0;
    for (std::size_t i = 0; i < 300; ++i) {
      const double target = c.rows.targets[i];
      if (classes == 0) {
        loss += (predictions[i] - target) * (predictions[i] - target) / 2 / 300;
      } else {
        loss -= std::log(predictions[3 * i + static_cast<std::size_t>(target)]) / 300;
        CHECK(predictions[3 * i] + predictions[3 * i + 1] + predictions[3 * i + 2] ==
              doctest::Approx(1).epsilon(1e-15));
      }
    }
    CHECK(c.value(c.all()) == doctest::Approx(loss).epsilon(1e-14));  // rounding of 300 terms
  }
}

TEST_CASE("the mlp starts with biases 0 and weights as wide as its units ask for, a function of the seed") {
  const auto check = [](const std::string& parameters, double variance_1, double variance_2) {
    NetworkCase<double> c(", hidden: [60]" + parameters, synthetic_rows<double>(3, 50, 30), 30);
    const std::vector<Index> ends = {3000, 3060, 4860, 4890};
    CHECK(c.model->blocks() == ends);
    std::vector<double> x(4890), same(4890), other(4890);
    c.model->start(x, 11, c.all());
    c.model->start(same, 11, c.all());
    c.model->start(other, 12, c.all());
    CHECK(x == same);
    const auto variance = [&](std::size_t first, std::size_t last) {
      double sum = 0;
      for (std::size_t i = first; i < last; ++i) {
        CHECK(x[i] != other[i]);
        sum += x[i] * x[i];
      }
      return sum / static_cast<double>(last - first);
    };
    // Four standard errors of the variance of 3000 and of 1800 numbers.
    CHECK(variance(0, 3000) == doctest::Approx(variance_1).epsilon(0.11));
    CHECK(variance(3060, 4860) == doctest::Approx(variance_2).epsilon(0.14));
    for (std::size_t i = 3000; i < 3060; ++i) CHECK(x[i] == 0);
    for (std::size_t i = 4860; i < 4890; ++i) CHECK(x[i] == 0);
  };
  check("", 2.0 / 50, 2.0 / 60);
  check(", activation: tanh", 2.0 / 110, 2.0 / 90);
  check(", activation: tanh, init: he", 2.0 / 50, 2.0 / 60);
  check(", init: glorot", 2.0 / 110, 2.0 / 90);
}
