#include "metric/metric.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "metric/confusion.hpp"
#include "metric_rows.hpp"
#include "random/stream.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// The probability of the second of two classes.
Rows binary(const std::vector<double>& events, std::vector<double> targets) {
  Rows rows{2, {}, std::move(targets)};
  for (const double p : events) {
    rows.predictions.push_back(1 - p);
    rows.predictions.push_back(p);
  }
  return rows;
}

const Rows two = binary({0.1, 0.6, 0.6, 0.8, 0.3}, {0, 0, 1, 1, 1});
const Rows three = {3, {0.5, 0.3, 0.2, 0.4, 0.35, 0.25, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7}, {0, 1, 2, 2}};
const Rows numbers = {0, {1, 2, 4}, {2, 0, 3}};

// Rows that suit an entry, with ties among the probabilities.
Rows made_rows(const MetricEntry& entry, Index classes, std::size_t count) {
  Rows rows{entry.for_classes ? classes : 0, {}, {}};
  std::vector<double> u(count * 8);
  Stream(7, Purpose::probe).uniforms(0, u);
  for (std::size_t i = 0; i < count; ++i) {
    if (!entry.for_classes) {
      rows.predictions.push_back(0.5 + 3 * u[8 * i]);
      rows.targets.push_back(std::floor(5 * u[8 * i + 1]));
      continue;
    }
    double sum = 0;
    for (Index c = 0; c < classes; ++c) sum += 1 + std::floor(4 * u[8 * i + static_cast<std::size_t>(c)]);
    for (Index c = 0; c < classes; ++c)
      rows.predictions.push_back((1 + std::floor(4 * u[8 * i + static_cast<std::size_t>(c)])) / sum);
    rows.targets.push_back(std::floor(static_cast<double>(classes) * u[8 * i + 7]));
  }
  return rows;
}

}  // namespace

TEST_CASE("the area under the curve is the same on any number of threads, and gives up at its deadline") {
  Rows rows;
  rows.classes = 7;
  for (int i = 0; i < 500; ++i) {
    double sum = 0;
    for (int k = 0; k < 7; ++k) sum += 1 + (i * (k + 3) % 11);
    for (int k = 0; k < 7; ++k) rows.predictions.push_back((1 + (i * (k + 3) % 11)) / sum);
    rows.targets.push_back(i * i % 7);
  }
  const auto metric = metric_of(*metric_catalog().find("auc"), {7, false});
  metric->add(rows.all());
  const double alone = metric->value();
  CHECK(alone > 0);
  Pool three(3);
  CHECK(metric->value(three, {}) == alone);
  CHECK(std::isnan(metric->value(three, Deadline(std::chrono::seconds(-1)))));
}

TEST_CASE("two classes: hand-computed values, the second class is the event") {
  CHECK(value_of("accuracy", two) == doctest::Approx(3.0 / 5));
  CHECK(value_of("balanced_accuracy", two) == doctest::Approx((1.0 / 2 + 2.0 / 3) / 2));
  CHECK(value_of("f1", two) == doctest::Approx(2.0 / 3));
  // Of the pairs (0.6, 0.8, 0.3) x (0.1, 0.6) four are in order and one is tied.
  CHECK(value_of("auc", two) == doctest::Approx(4.5 / 6));
  const double logs = std::log(0.9) + std::log(0.4) + std::log(0.6) + std::log(0.8) + std::log(0.3);
  CHECK(value_of("log_loss", two) == doctest::Approx(-logs / 5));
  CHECK(value_of("top_k", two, "1") == value_of("accuracy", two));
  // By default half of the classes: all of them would always be right.
  CHECK(value_of("top_k", two) == value_of("accuracy", two));
}

TEST_CASE("several classes: hand-computed values, each class counts the same") {
  CHECK(value_of("accuracy", three) == 0.5);
  CHECK(value_of("balanced_accuracy", three) == doctest::Approx((1 + 0 + 0.5) / 3));
  CHECK(value_of("f1", three) == doctest::Approx((2.0 / 3 + 0 + 2.0 / 3) / 3));
  CHECK(value_of("auc", three) == doctest::Approx((1 + 2.0 / 3 + 1) / 3));
  CHECK(value_of("top_k", three, "1") == 0.5);
  CHECK(value_of("top_k", three, "2") == 1);
}

TEST_CASE("scores tell rows apart whose probabilities are rounded, whatever the classes are called") {
  // Beyond 37 the probability of the event is 1, beyond 745 that of the other class is 0.
  const std::vector<double> s = {40, 50, 60, 900, -50, -40, -900}, targets = {0, 1, 1, 1, 0, 1, 0};
  Rows rows = binary({1, 1, 1, 1, 0, 0, 0}, targets);
  std::vector<double> scores, swapped;
  for (const double score : s) {
    scores.insert(scores.end(), {0, score});
    swapped.insert(swapped.end(), {score, 0});
  }
  const MetricEntry& entry = *metric_catalog().find("auc");
  const auto area = [&](const std::vector<double>& of, const std::vector<double>& classes) {
    const auto metric = metric_of(entry, {2, false});
    MetricRows seen = rows.all();
    seen.scores = of;
    seen.targets = classes;
    metric->add(seen);
    return metric->value();
  };
  // Of 4 x 3 pairs one is out of order: the event at -40 and the other class at 40.
  CHECK(area(scores, targets) == 11.0 / 12);
  CHECK(area(swapped, {1, 0, 0, 0, 1, 0, 1}) == 11.0 / 12);
}

TEST_CASE("with several classes a class's score counts against all others together") {
  // Of class 0 the log-odds are 60 - log 2, 50, 200 and -740: probabilities of 1, 1, 1 and 0.
  const std::vector<double> scores = {60, 0, 0, 50, 0, -1000, 200, 0, -1000, -740, 0, -1000};
  Rows rows{3, {1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0}, {0, 1, 0, 1}};
  const auto metric = metric_of(*metric_catalog().find("auc"), {3, false});
  MetricRows seen = rows.all();
  seen.scores = scores;
  metric->add(seen);
  // Classes 0 and 1 are in order throughout, class 2 has no rows.
  CHECK(metric->value() == 1);
  const auto first = metric_of(*metric_catalog().find("top_k"), {3, false}, "2");
  rows = {3, {1, 0, 0}, {2}};
  seen = rows.all();
  const std::vector<double> told = {900, -5, 3};
  seen.scores = told;
  first->add(seen);
  CHECK(first->value() == 1);
}

TEST_CASE("the r2 of a constant target is undefined, however its mean is rounded") {
  for (const double target : {0.1, 1e9 + 0.1, -3e-300}) {
    CAPTURE(target);
    CHECK(std::isnan(value_of("r2", {0, {0.2, 0.2, 0.3}, {target, target, target}})));
    CHECK(std::isnan(value_of("r2", {0, {0.2, 0.2, 0.3, 1}, {target, target, target, 7}, {1, 0.3, 0.7, 0}})));
  }
  // One unit in the last place is a variance.
  CHECK(value_of("r2", {0, {1, 1}, {1, 1 + 0x1p-52}}) < 1);
}

TEST_CASE("a row of weight 0 counts for nothing, even where its own value is infinite") {
  const Rows rows{0, {0, 1, 2}, {3, 1, 2}, {0, 1, 1}};
  CHECK(value_of("deviance", rows, "poisson") == 0);
  Rows infinite = rows;
  infinite.predictions[0] = std::numeric_limits<double>::infinity();
  for (const char* name : {"mae", "rmse", "deviance"}) {
    CAPTURE(name);
    CHECK(value_of(name, infinite) == 0);
  }
  CHECK(value_of("r2", infinite) == 1);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  CHECK(value_of("auc", {2, {0.9, 0.1, 0.2, 0.8, none, none}, {0, 1, 0}, {1, 1, 0}}) == 1);
  CHECK(value_of("deviance", {0, {1e-300}, {1e10}}, "poisson") ==
        doctest::Approx(2e10 * (310 * std::log(10.0) - 1)).epsilon(1e-12));
}

TEST_CASE("k of top_k: half of the classes by default, and fewer than there are") {
  const MetricEntry& entry = *metric_catalog().find("top_k");
  const auto settled = [&](Index classes) {
    return entry.parameters.front().write(*entry.settle(entry.defaults(), {classes, false})).text;
  };
  CHECK(settled(2) == "1");
  CHECK(settled(3) == "1");
  CHECK(settled(5) == "2");
  CHECK(settled(10) == "5");
  CHECK(settled(1000) == "5");
  const Values parameters = *entry.settle(entry.defaults(), {10, false});
  CHECK_FALSE(entry.settle(parameters, {4, false}));
  CHECK(entry.misfit(parameters, {6, false}).empty());
  CHECK(entry.misfit(parameters, {5, false}) == "with k = 5 of 5 classes it is always 1");
}

TEST_CASE("regression: hand-computed values") {
  CHECK(value_of("mae", numbers) == doctest::Approx(4.0 / 3));
  CHECK(value_of("rmse", numbers) == doctest::Approx(std::sqrt(2.0)));
  CHECK(value_of("r2", numbers) == doctest::Approx(1 - 6 / (14.0 / 3)));
  CHECK(value_of("deviance", numbers) == doctest::Approx(2));
  const double poisson = 2 * ((2 * std::log(2.0) - 2 + 1) + 2 + (3 * std::log(0.75) - 3 + 4)) / 3;
  CHECK(value_of("deviance", numbers, "", true) == doctest::Approx(poisson));
  CHECK(value_of("deviance", numbers, "poisson") == doctest::Approx(poisson));
  CHECK(value_of("deviance", numbers, "gaussian", true) == doctest::Approx(2));
}

TEST_CASE("what is undefined is not a number") {
  for (const MetricEntry& entry : metric_catalog()) {
    CAPTURE(entry.card.name);
    CHECK(std::isnan(metric_of(entry, {entry.for_classes ? 2 : 0, false})->value()));
  }
  CHECK(std::isnan(value_of("auc", binary({0.1, 0.9}, {1, 1}))));
  CHECK(std::isnan(value_of("auc", binary({0.1, std::nan("")}, {0, 1}))));
  CHECK(std::isnan(value_of("f1", binary({0.1, 0.2}, {0, 0}))));
  CHECK(value_of("balanced_accuracy", binary({0.1, 0.9}, {1, 1})) == 0.5);
  CHECK(std::isnan(value_of("r2", {0, {1, 2}, {3, 3}})));
  CHECK(std::isnan(value_of("deviance", {0, {-1, 2}, {3, 3}}, "poisson")));
  CHECK(value_of("log_loss", binary({0}, {1})) == doctest::Approx(-std::log(2.220446049250313e-16)));
}

TEST_CASE("a Poisson deviance is undefined with a mean of 0 or less, or a count below 0") {
  const auto deviance = [](double mean, double count, double weight = 1) {
    return value_of("deviance", {0, {mean, 1}, {count, 1}, {weight, 1}}, "poisson");
  };
  for (const auto& [mean, count] : {std::pair{-3.0, 0.0}, {0.0, 0.0}, {0.0, 2.0}, {-1.0, 2.0}, {2.0, -1.0}}) {
    CAPTURE(mean);
    CAPTURE(count);
    CHECK(std::isnan(deviance(mean, count)));
    CHECK(deviance(mean, count, 0) == 0);
  }
  // 2 m over two rows.
  CHECK(deviance(0.25, 0) == 0.25);
  CHECK(deviance(0x1p-1074, 0) == 0x1p-1074);
}

TEST_CASE("law: rows in parts, merged in order, give the metric of the whole") {
  for (const MetricEntry& entry : metric_catalog()) {
    for (const Index classes : {2, 4}) {
      CAPTURE(entry.card.name);
      const Rows rows = made_rows(entry, classes, 200);
      const auto whole = metric_of(entry, {rows.classes, false});
      whole->add(rows.all());
      const auto first = whole->fresh(), second = whole->fresh(), none = whole->fresh();
      first->add(rows.part(0, 1));
      first->add(rows.part(1, 60));
      second->add(rows.part(61, 139));
      first->merge(*none);
      first->merge(*second);
      CHECK(first->value() ==
            doctest::Approx(whole->value()).epsilon(1e-13));  // other order of 200 additions
      CHECK(std::isfinite(whole->value()));
    }
  }
}

TEST_CASE("law: a weight of n counts as n equal rows") {
  for (const MetricEntry& entry : metric_catalog()) {
    for (const Index classes : {2, 4}) {
      CAPTURE(entry.card.name);
      Rows rows = made_rows(entry, classes, 60), repeated{rows.classes, {}, {}};
      const auto width = static_cast<std::ptrdiff_t>(rows.predictions.size() / 60);
      for (std::size_t i = 0; i < 60; ++i) {
        rows.weights.push_back(static_cast<double>(i % 4));
        const auto from = rows.predictions.begin() + static_cast<std::ptrdiff_t>(i) * width;
        for (std::size_t copy = 0; copy < i % 4; ++copy) {
          repeated.predictions.insert(repeated.predictions.end(), from, from + width);
          repeated.targets.push_back(rows.targets[i]);
        }
      }
      const auto weighted = metric_of(entry, {rows.classes, false});
      const auto plain = weighted->fresh();
      weighted->add(rows.all());
      plain->add(repeated.all());
      CHECK(weighted->value() == doctest::Approx(plain->value()).epsilon(1e-13));
    }
  }
}

TEST_CASE("the confusion matrix counts rows by class and prediction") {
  Confusion confusion({}, {3, false}), more({}, {3, false});
  confusion.add(three.part(0, 2));
  more.add(three.part(2, 2));
  confusion.merge(more);
  const ConfusionCounts& counts = confusion.kernel();
  CHECK(counts.matrix() == std::vector<double>{1, 0, 0, 1, 0, 0, 0, 1, 1});
  CHECK(counts.counts().support(2) == 2);
  CHECK(counts.counts().precision(0) == 0.5);
  CHECK(counts.counts().recall(0) == 1);
  CHECK(counts.counts().precision(1) == 0);
  CHECK(Confusion({}, {1000, false}).kernel().matrix().empty());
}

TEST_CASE("shares of classes are those of the metrics by row weights, and rows of weight 0 are not counted") {
  Rows rows = binary({0.1, 0.6, 0.6, 0.8, 0.3, 0.9}, {0, 0, 1, 1, 1, 0});
  rows.weights = {1, 2, 0.5, 3, 1, 0};
  Confusion confusion({}, {2, false}), more({}, {2, false});
  confusion.add(rows.part(0, 3));
  more.add(rows.part(3, 3));
  confusion.merge(more);
  const ConfusionCounts& counts = confusion.kernel();
  CHECK(counts.weighted());
  CHECK(counts.matrix() == std::vector<double>{1, 1, 1, 2});
  CHECK(counts.counts().support(0) == 2);
  CHECK(counts.shares().precision(1) == 3.5 / 5.5);
  CHECK(counts.shares().recall(1) == 3.5 / 4.5);
  CHECK(counts.shares().f1(1) == value_of("f1", rows));
  // Those of another process are told all of it.
  Archive written;
  confusion.exchange(written);
  Archive read(std::vector<char>(written.bytes().begin(), written.bytes().end()));
  Confusion other({}, {2, false});
  other.exchange(read);
  CHECK(other.kernel().weighted());
  CHECK(other.kernel().shares().f1(1) == counts.shares().f1(1));
}

TEST_CASE("the area under the curve of very many rows is that of bins, close to that of the rows") {
  // Probabilities p spread evenly over (0, 1), of the event with probability p: the area is 5/6.
  constexpr std::size_t count = 3'000'000, piece = 500'000;
  const MetricEntry& entry = *metric_catalog().find("auc");
  const auto whole = metric_of(entry, {2, false});
  const Stream stream(3, Purpose::probe);
  std::vector<double> draws(2 * piece);
  for (std::size_t first = 0; first < count; first += piece) {
    stream.uniforms(first, draws);
    std::vector<double> events, targets;
    for (std::size_t i = 0; i < piece; ++i) {
      events.push_back(draws[2 * i]);
      targets.push_back(draws[2 * i + 1] < draws[2 * i] ? 1 : 0);
    }
    const auto part = metric_of(entry, {2, false});
    part->add(binary(events, targets).all());
    whole->merge(*part);
  }
  // Five standard deviations of that many rows' area, about 0.25 / sqrt(rows).
  CHECK(std::abs(whole->value() - 5.0 / 6) < 5 * 0.25 / std::sqrt(3e6));
}
