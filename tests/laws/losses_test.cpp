// The laws of losses: every entry of the catalog, at its defaults and with other parameters.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "allocations.hpp"
#include "loss/loss.hpp"
#include "random/stream.hpp"
#include "support/values.hpp"

using namespace lookahead;

namespace {

struct LossCase {
  std::string label;
  const LossEntry* entry;
  std::unique_ptr<Loss> loss;
};

LossCase loss_case(const LossEntry& entry, const std::vector<std::pair<const char*, const char*>>& settings) {
  Node node = Node::map();
  std::string label = entry.card.name;
  for (const auto& [name, value] : settings) {
    node.add(name, Node::scalar(value));
    label += std::string(", ") + name + " " + value;
  }
  return {label, &entry, entry.make(values_from(entry, node))};
}

std::vector<LossCase> all_losses() {
  std::vector<LossCase> cases;
  for (const LossEntry& entry : loss_catalog()) cases.push_back(loss_case(entry, {}));
  const auto vary = [&](const char* name, const std::vector<std::pair<const char*, const char*>>& settings) {
    cases.push_back(loss_case(*loss_catalog().find(name), settings));
  };
  for (const char* size : {"0.3", "4"}) {
    vary("huber", {{"delta", size}});
    vary("pseudo_huber", {{"delta", size}});
    vary("cauchy", {{"c", size}});
    vary("geman_mcclure", {{"c", size}});
    vary("welsch", {{"c", size}});
    vary("smoothed_hinge", {{"gamma", size}});
    vary("quantile", {{"tau", "0.9"}, {"smoothing", size}});
  }
  return cases;
}

// Scores between -6 and 6, and targets that suit the loss.
struct Rows {
  std::vector<double> scores, targets, weights;
};
Rows rows_for(LossUse use, std::size_t count) {
  Rows rows{std::vector<double>(count), std::vector<double>(count), std::vector<double>(count)};
  const Stream stream(21, Purpose::probe);
  stream.uniforms(0, rows.scores);
  stream.uniforms(1, rows.targets);
  stream.uniforms(2, rows.weights);
  for (double& score : rows.scores) score = 12 * score - 6;
  for (double& target : rows.targets) {
    if (use == LossUse::two_classes) target = target < 0.5 ? 0 : 1;
    if (use == LossUse::counts) target = std::floor(5 * target);
    if (use == LossUse::numbers) target = 2 * target - 1;
  }
  return rows;
}

double value_at(const Loss& loss, double score, double target) {
  return loss.evaluate({&score, 1}, {&target, 1}, {});
}
double slope_at(const Loss& loss, double score, double target) {
  double slope = 0;
  loss.evaluate({&score, 1}, {&target, 1}, {&slope, 1});
  return slope;
}

}  // namespace

TEST_CASE("law: a loss's slope is the difference quotient of its value") {
  const auto cases = all_losses();
  CHECK(cases.size() >= 12);
  for (const LossCase& c : cases) {
    CAPTURE(c.label);
    const Rows rows = rows_for(c.entry->use, 400);
    constexpr double h = 1e-5;
    for (std::size_t i = 0; i < rows.scores.size(); ++i) {
      const double score = rows.scores[i], target = rows.targets[i];
      const double quotient =
          (value_at(*c.loss, score + h, target) - value_at(*c.loss, score - h, target)) / (2 * h);
      const double slope = slope_at(*c.loss, score, target);
      // h^2 times a third derivative of at most 1000 (e^6, and quantile's at smoothing 0.1), the rounding of
      // the values over h, and where a parabola turns into a line half of h times the jump in curvature.
      CHECK(std::abs(quotient - slope) <= 1e-7 + 1e-10 * value_at(*c.loss, score, target) + 2 * h);
      CHECK(std::isfinite(slope));
    }
  }
}

TEST_CASE("law: no difference quotient of a loss's slope is larger than its curvature") {
  for (const LossCase& c : all_losses()) {
    CAPTURE(c.label);
    const double bound = c.loss->curvature();
    CHECK(bound > 0);
    CHECK((std::isinf(bound) == (c.entry->use == LossUse::counts || !c.entry->known)));
    const Rows rows = rows_for(c.entry->use, 400);
    double largest = 0;
    for (std::size_t i = 0; i < rows.scores.size(); ++i) {
      for (const double step : {1e-3, 0.1, 2.0}) {
        // Around the target too, where most losses are steepest.
        for (const double from : {rows.scores[i], rows.targets[i] - step / 2}) {
          const double quotient =
              (slope_at(*c.loss, from + step, rows.targets[i]) - slope_at(*c.loss, from, rows.targets[i])) /
              step;
          largest = std::max(largest, std::abs(quotient));
        }
      }
    }
    CHECK(largest <= bound * (1 + 1e-9));  // the slopes' rounding over the smallest step
    // The bound is met somewhere, to what steps of 1e-3 resolve.
    if (std::isfinite(bound)) CHECK(largest >= 0.95 * bound);
  }
}

TEST_CASE("law: a loss is as steep as its steepness and no steeper, and no lower than its least value") {
  for (const LossCase& c : all_losses()) {
    CAPTURE(c.label);
    const double bound = c.loss->steepness();
    const Rows rows = rows_for(c.entry->use, 10);
    for (const double target : rows.targets) {
      double steepest = 0, lowest = std::numeric_limits<double>::infinity();
      for (int i = -4000; i <= 4000; ++i) {
        const double score = target + 0.01 * i;
        steepest = std::max(steepest, std::abs(slope_at(*c.loss, score, target)));
        lowest = std::min(lowest, value_at(*c.loss, score, target));
      }
      CHECK(steepest <= bound * (1 + 1e-12));
      const double least = c.loss->least(target);
      CHECK(lowest >= least - 1e-14 * std::max(1.0, std::abs(least)));
      // A grid of 0.01 misses the lowest point by at most half of that, of a second derivative of at most 5;
      // losses without one are within 1e-3 of their infimum, and of their steepest slope, at distance 40.
      if (c.entry->known) CHECK(lowest <= least + 1e-3);
      if (std::isfinite(bound)) CHECK(steepest >= 0.99 * bound);
    }
  }
}

TEST_CASE("law: a loss's slope rises everywhere exactly if it is said to be convex") {
  for (const LossCase& c : all_losses()) {
    CAPTURE(c.label);
    bool rises = true;
    double last = -std::numeric_limits<double>::infinity();
    for (int i = -1000; i <= 1000; ++i) {
      const double slope = slope_at(*c.loss, 0.01 * i, 1);
      // Straight pieces differ by rounding.
      rises = rises && slope >= last - 1e-14;
      last = slope;
    }
    CHECK((rises == c.loss->convex() || !c.entry->known));
  }
}

TEST_CASE("law: a loss of many rows is the sum of the rows' losses, with and without slopes and weights") {
  for (const LossCase& c : all_losses()) {
    CAPTURE(c.label);
    for (std::size_t count = 0; count < 40; ++count) {
      const Rows rows = rows_for(c.entry->use, count);
      std::vector<double> slopes(count), weighted_slopes(count);
      const double value = c.loss->evaluate(rows.scores, rows.targets, slopes);
      CHECK(value == c.loss->evaluate(rows.scores, rows.targets, {}));
      const double weighted = c.loss->evaluate(rows.scores, rows.targets, rows.weights, weighted_slopes);
      CHECK(weighted == c.loss->evaluate(rows.scores, rows.targets, rows.weights, {}));
      double sum = 0, weighted_sum = 0, size = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const double one = value_at(*c.loss, rows.scores[i], rows.targets[i]);
        sum += one;
        weighted_sum += rows.weights[i] * one;
        size += std::abs(one);
        CHECK(slopes[i] == slope_at(*c.loss, rows.scores[i], rows.targets[i]));
        CHECK(weighted_slopes[i] == rows.weights[i] * slopes[i]);
      }
      // The rounding of 40 additions in another order.
      CHECK(std::abs(value - sum) <= 1e-14 * size);
      CHECK(std::abs(weighted - weighted_sum) <= 1e-14 * size);
    }
  }
}

TEST_CASE(
    "law: losses are finite and steady far out, not a number where the score is none, and allocate nothing") {
  for (const LossCase& c : all_losses()) {
    CAPTURE(c.label);
    const double target = 1;
    for (const double score : {-700.0, 700.0, -1e5, 1e5}) {
      if (c.entry->use == LossUse::counts && score > 700) continue;
      CHECK(std::isfinite(value_at(*c.loss, score, target)));
      CHECK(std::isfinite(slope_at(*c.loss, score, target)));
    }
    CHECK(std::isnan(value_at(*c.loss, std::numeric_limits<double>::quiet_NaN(), target)));
    const Rows rows = rows_for(c.entry->use, 37);
    std::vector<double> slopes(37);
    const long before = test::allocations();
    c.loss->evaluate(rows.scores, rows.targets, rows.weights, slopes);
    CHECK(test::allocations() == before);
  }
}

TEST_CASE("losses have the values of their formulas") {
  struct Known {
    const char* loss;
    double score, target, value;
  };
  const Known known[] = {
      {"squared", 3, 1, 2},
      {"huber", 0.5, 0, 0.125},
      {"huber", 3, 0, 2.5},
      {"huber", -3, 0, 2.5},
      {"pseudo_huber", std::sqrt(3.0), 0, 1},
      {"log_cosh", 0.5, 0, std::log(std::cosh(0.5))},
      {"log_cosh", -3, 0, std::log(std::cosh(3.0))},
      {"quantile", 0, 0, 0.1 * std::log(2.0)},
      {"quantile", 0, 8, 4},
      {"cauchy", 2, 0, 0.5 * std::log(5.0)},
      {"geman_mcclure", 2, 0, 0.4},
      {"welsch", 2, 0, 0.5 * (1 - std::exp(-4.0))},
      {"poisson", 0.7, 3, std::exp(0.7) - 2.1},
      {"log_loss", 0.7, 1, std::log(1 + std::exp(-0.7))},
      {"log_loss", 0.7, 0, std::log(1 + std::exp(0.7))},
      {"sigmoid", 0.7, 1, 1 / (1 + std::exp(0.7))},
      {"sigmoid", 0.7, 0, 1 / (1 + std::exp(-0.7))},
      {"smoothed_hinge", 2, 1, 0},
      {"smoothed_hinge", 0.5, 1, 0.125},
      {"smoothed_hinge", 2, 0, 2.5},
  };
  for (const Known& k : known) {
    CAPTURE(k.loss);
    const auto loss = loss_catalog().find(k.loss)->make_default();
    // A few roundings of either side.
    CHECK(value_at(*loss, k.score, k.target) == doctest::Approx(k.value).epsilon(1e-14));
  }
}

TEST_CASE("robust losses far beyond their scale have the values of their limits") {
  // With a residual of 2 and scales whose squares, or ratios' squares, are no numbers.
  const struct {
    const char* loss;
    const char* parameter;
    double scale, value, slope;
  } known[] = {{"pseudo_huber", "delta", 1e-155, 2e-155, 1e-155},
               {"pseudo_huber", "delta", 1e-200, 2e-200, 1e-200},
               {"pseudo_huber", "delta", 1e-30, 2e-30, 1e-30},
               {"geman_mcclure", "c", 1e-150, 0.5e-300, 0},
               {"geman_mcclure", "c", 1e-155, 0.5e-310, 0},
               {"welsch", "c", 1e-150, 0.5e-300, 0},
               {"cauchy", "c", 1e-150, 1e-300 * std::log(2e150), 0.5e-300}};
  for (const auto& [name, parameter, scale, value, slope] : known) {
    CAPTURE(name);
    CAPTURE(scale);
    Node node = Node::map();
    node.add(parameter, Node::scalar(to_text(scale)));
    const LossEntry& entry = *loss_catalog().find(name);
    const auto loss = entry.make(values_from(entry, node));
    std::vector<double> slopes(1);
    const double got = loss->evaluate(std::vector<double>{-2}, std::vector<double>{0}, {}, slopes);
    // Denormal numbers have few digits.
    CHECK(std::abs(got - value) <= 1e-13 * value + 1e-322);
    CHECK(std::abs(-slopes[0] - slope) <= 1e-13 * slope + 1e-290);
  }
}

TEST_CASE("steepness, curvature and least values of losses are those of the formulas") {
  struct Known {
    const char* loss;
    double curvature, steepness;
  };
  const double inf = std::numeric_limits<double>::infinity();
  const Known known[] = {{"squared", 1, inf},
                         {"poisson", inf, inf},
                         {"log_loss", 0.25, 1},
                         {"sigmoid", 1 / (6 * std::sqrt(3.0)), 0.25},
                         {"smoothed_hinge", 1, 1},
                         {"huber", 1, 1},
                         {"log_cosh", 1, 1},
                         {"pseudo_huber", 1, 1},
                         {"quantile", 2.5, 0.5},
                         {"cauchy", 1, 0.5},
                         {"geman_mcclure", 1, 3 * std::sqrt(3.0) / 16},
                         {"welsch", 1, std::exp(-0.5) / std::sqrt(2.0)}};
  for (const Known& k : known) {
    CAPTURE(k.loss);
    const auto loss = loss_catalog().find(k.loss)->make_default();
    // A few roundings.
    const auto meets = [](double number, double wanted) {
      return std::isinf(wanted) ? number == wanted : std::abs(number - wanted) <= 1e-15 * wanted;
    };
    CHECK(meets(loss->curvature(), k.curvature));
    CHECK(meets(loss->steepness(), k.steepness));
  }
  const auto poisson = loss_catalog().find("poisson")->make_default();
  CHECK(poisson->least(0) == 0);
  CHECK(poisson->least(3) == doctest::Approx(3 - 3 * std::log(3.0)).epsilon(1e-15));
  // At tau = 1/2 the smoothing is lowest at 0, by its own width times log 2.
  const auto quantile = loss_catalog().find("quantile")->make_default();
  CHECK(quantile->least(7) == doctest::Approx(0.1 * std::log(2.0)).epsilon(1e-15));
}

TEST_CASE("law: a row of weight 0 is not there, whatever its score") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const LossCase& c : all_losses()) {
    CAPTURE(c.label);
    for (const std::size_t count : {std::size_t{1}, std::size_t{5}, std::size_t{8}, std::size_t{19}}) {
      Rows rows = rows_for(c.entry->use, count);
      const std::size_t odd = count / 2;
      rows.weights[odd] = 0;
      std::vector<double> slopes(count), others(count);
      const double value = c.loss->evaluate(rows.scores, rows.targets, rows.weights, slopes);
      for (const double score : {1e308, -1e308, infinity, -infinity}) {
        CAPTURE(score);
        rows.scores[odd] = score;
        CHECK(c.loss->evaluate(rows.scores, rows.targets, rows.weights, others) == value);
        CHECK(others == slopes);
        CHECK(slopes[odd] == 0);
      }
    }
  }
}
