#include "engine/stopping.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace lookahead;

TEST_CASE("no rule, no stop") {
  CHECK(!stop_by_counts({}, {1000000, 1000, 10, 5, 1e9, 3}));
  CHECK(!stop_by_values({}, 0, 0));
}

TEST_CASE("every count stops at its limit and not before") {
  StopRules rules;
  rules.steps = 10;
  CHECK(!stop_by_counts(rules, {9}));
  CHECK(stop_by_counts(rules, {10}) == StopReason::steps);
  rules = {};
  rules.rounds = 3;
  CHECK(stop_by_counts(rules, {15, 3}) == StopReason::rounds);
  rules = {};
  rules.epochs = 2;
  CHECK(!stop_by_counts(rules, {15, 3, 1}));
  CHECK(stop_by_counts(rules, {15, 3, 2}) == StopReason::epochs);
  rules = {};
  rules.evals = 64;
  CHECK(stop_by_counts(rules, {2, 0, 0, 64}) == StopReason::evals);
  rules = {};
  rules.seconds = 0.5;
  CHECK(!stop_by_counts(rules, {2, 0, 0, 64, 0.4}));
  CHECK(stop_by_counts(rules, {2, 0, 0, 64, 0.5}) == StopReason::time);
  rules = {};
  rules.patience = 4;
  CHECK(!stop_by_counts(rules, {2, 0, 0, 64, 0.4, 3}));
  CHECK(stop_by_counts(rules, {2, 0, 0, 64, 0.4, 4}) == StopReason::patience);
}

TEST_CASE("a value that was not evaluated stops nothing") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  StopRules rules;
  rules.target = 1e-8;
  rules.grad_norm = 1e-6;
  CHECK(!stop_by_values(rules, nan, nan));
  CHECK(stop_by_values(rules, 1e-8, nan) == StopReason::target);
  CHECK(stop_by_values(rules, 1, 1e-7) == StopReason::grad_norm);
  CHECK(!stop_by_values(rules, 1.1e-8, 1.1e-6));
}

TEST_CASE("a loss has diverged when it is not finite or above the limit, however far it fell") {
  CHECK(!has_diverged(10, 10));
  CHECK(has_diverged(10.5, 10));
  CHECK(!has_diverged(-1e300, 10));
  CHECK(has_diverged(-std::numeric_limits<double>::infinity(), 10));
  CHECK(has_diverged(std::numeric_limits<double>::quiet_NaN(), 10));
  CHECK(has_diverged(std::numeric_limits<double>::infinity(), std::numeric_limits<double>::max()));
  CHECK(divergence_limit(1e12, 0.01) == 1e12 + 0.01);
  CHECK(divergence_limit(10, -7) == -7 + 70);
  CHECK(divergence_limit(10, 7) == 7 + 70);
  CHECK(std::isfinite(divergence_limit(1e300, 1e300)));
}
