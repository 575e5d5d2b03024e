#include "theory/bounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

// The bounds of the theorem against figures of an independent implementation, and at their edges.
using namespace lookahead;
using namespace lookahead::theory;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Setting {
  Constants constants;
  Rates rates;
  double steps;
  // What the independent implementation has; the forms in s minimized to the last digits, those in theta over
  // the same grid; the disagreement for a mean square of 0.7 at the fast weights.
  double gamma_safe, gamma_det, gamma_root, total, theta, at_virtual, at_fast, at_slow, disagreement;
};

const Setting settings[] = {
    {{1, 0, 0, 1}, {1, 1, 1.0}, 100, 1.0, 1.0, infinity, 0.02, 0.02, 0.02, 0.02, 0.02, 0.0},
    {{1, 1, 0, 1},
     {1, 1, 0.5},
     100,
     1.0,
     1.0,
     0.1414213562373095,
     0.54,
     0.54,
     0.36000000000000004,
     0.36000000000000004,
     0.36000000000000004,
     0.0},
    {{2, 0.5, 0, 3},
     {5, 0.5, 0.1},
     1000,
     0.2,
     0.27015621187164246,
     0.11241129246370582,
     0.19,
     0.18125,
     0.15454684489332934,
     0.2059276696971162,
     0.3181670251585416,
     0.03322875655532299},
    {{2, 0.5, 0, 3},
     {5, 0.5, 0.1998},
     1003,
     0.2,
     0.27015621187164246,
     0.11227523123800655,
     0.23962049880364913,
     0.23944138606645937,
     0.23944138606645937,
     1.0676303027309768,
     1.192594624234488,
     0.13264932908387544},
    {{1, 0, 0, 1},
     {10, 0.5, 0.193723},
     400,
     0.2,
     0.27674720104608247,
     infinity,
     0.051620096736061286,
     0.051620096736061286,
     0.043868363156871606,
     0.0855196483866764,
     0.096935018702472,
     0.29553773074087497},
    {{3, 0, 0, 0.2},
     {7, 0.2, 0.0176956},
     70,
     0.06306494128206434,
     0.08847778184966393,
     infinity,
     1.6146063751118118,
     1.6146063751118118,
     0.9687249127873112,
     1.0090383015703057,
     1.6146063751118118,
     0.00294596711205888},
    {{0.5, 2, 0, 10},
     {20, 0.8, 0.416745},
     5000,
     0.46305047216487966,
     0.6278099093254801,
     0.0763373723742595,
     0.4113907745335483,
     0.40002678248360235,
     0.39734295523356467,
     1.0482613876420752,
     11.21511334412707,
     1.7543993975063148},
    {{1, 1, 0.5, 1},
     {5, 0.5, 0.175252},
     500,
     0.35050474169997936,
     0.5403124237432849,
     infinity,
     0.16398781530369416,
     0.15015283973125754,
     0.13429438015269468,
     0.19180642550698498,
     0.2968176258919827,
     0.15477218730850212},
    {{1, 1, 3, 1},
     {5, 0.5, 0.201608},
     500,
     0.2240092377397959,
     0.5403124237432849,
     infinity,
     0.18113075070506982,
     0.16694669578931987,
     0.16639020572584215,
     0.7512662432689309,
     0.7599062001127104,
     0.3502100154991809},
    {{4, 0, 3, 2},
     {10, 0.3, 0.0221695},
     300,
     0.02771188105361012,
     0.05156618967131233,
     infinity,
     2.004756284284465,
     2.004756284284465,
     1.7981679071390972,
     4.824285415034067,
     2.583561811942456,
     0.023890088283373526},
    {{1, 0.01, 0, 1},
     {2, 1.2, 0.474937},
     64,
     0.7915619758884996,
     0.8113883008418966,
     1.4084940987051078,
     0.06062130389779465,
     0.06057715757930413,
     0.04574745637210904,
     0.051264187541222486,
     0.13614077073640168,
     0.00742850649966},
    {{1, 1, 0.5, 1},
     {3, 1.5, 0.238736},
     99,
     0.34105201842506,
     0.5275252316519466,
     infinity,
     0.4430152744991522,
     0.43027289584215284,
     0.3834200747129887,
     0.6244762362747113,
     2.0777894113174424,
     0.10798945899591131},
    {{1, 1, 0, 1},
     {10, 1, 0.9},
     1000,
     1.0,
     1.0,
     0.044721359549995794,
     0.9022222222222223,
     0.9022222222222223,
     0.8202020202020202,
     0.8202020202020202,
     402.8432222222224,
     0.0},
    {{1, 4, 3, 1},
     {1, 0.4, 0.3125},
     200,
     0.625,
     2.5,
     infinity,
     0.58,
     0.58,
     0.38666666666666666,
     0.38666666666666666,
     0.38666666666666666,
     0.0},
    {{1000.0, 0.01, 0, 0.001},
     {6, 0.1, 6.02439e-05},
     100000.0,
     0.00020081302824209618,
     0.00028280194260993185,
     0.0001311675735620825,
     0.003527069854318571,
     0.0034569877855989157,
     0.002475960471310251,
     0.0027150900658949487,
     0.0034858540310311894,
     3.395327690641082e-08},
    {{1, 0.1, 0, 5},
     {5, 0.5, 0.42},
     2000,
     0.4,
     0.5403124237432849,
     0.30118661681142206,
     0.062449523809523816,
     0.0647745667894665,
     0.0647745667894665,
     0.33107774899671244,
     0.35718741567118234,
     0.42187964737387723},
    {{1, 0, 0, 1},
     {5, 0.5, 0.529506},
     50,
     0.4,
     0.5403124237432849,
     infinity,
     0.1510842181202857,
     0.1510842181202857,
     0.14956413415718758,
     2.484855843770996,
     3.2380886677821508,
     0.490659057063},
    {{1, 1, 0, 0},
     {5, 0.5, 0.2},
     10,
     0.4,
     0.5403124237432849,
     0.0,
     0.14,
     0.12250000000000001,
     0.11535996443613333,
     0.17140928999472144,
     0.2815054019958302,
     0.1648331477354789},
    {{1, 1, 0, 1},
     {1000, 0.5, 0.001},
     1000000.0,
     0.002,
     0.0028278411060200705,
     0.001716600883984159,
     0.0047497500000000005,
     0.004642704087466057,
     0.0037290493377227073,
     0.004664199153918239,
     0.00733144414804935,
     0.0941451388993838},
    {{2, 1, 0, 1},
     {4, 0.9, 0.0245606},
     10000.0,
     0.49121181075011405,
     0.5195628191498327,
     0.01110289586398337,
     0.0533293818123801,
     0.053293193911076654,
     0.028545241266171598,
     0.028624060498145202,
     0.06819126504339013,
     6.466527302812107e-05},
    {{1, 0, 0, 4},
     {8, 1.1, 0.380744},
     80,
     0.6762656804470274,
     0.7614888432988833,
     infinity,
     0.23876696916849877,
     0.23876696916849877,
     0.17371289120165037,
     0.20264713816911634,
     2.4080432903810705,
     0.028413334733056052},
    {{1, 0.3, 0.5, 1},
     {2, 0.9, 0.743512},
     1000,
     0.7289331079439232,
     1.0977222864644365,
     infinity,
     0.20539548851565786,
     infinity,
     0.21132966773088102,
     0.2919573142428144,
     infinity,
     0.01317465837344543},
    {{1, 1, 0, 1},
     {1000000000, 0.5, 1e-09},
     1000000000000.0,
     2e-09,
     2.8284271241604037e-09,
     1.9966722167127424e-07,
     0.004000000749999999,
     0.004000000642857142,
     0.0027076999930361065,
     0.0030949564145693127,
     0.004573159412883174,
     0.08750661441577108},
    {{1, 1, 0, 1},
     {3, 0.2, 0.00484933},
     3000,
     0.484932730998661,
     0.6714814577838439,
     0.08842049552867001,
     0.6883801475240467,
     0.6883650979633391,
     0.34894528228950145,
     0.3489812952718287,
     0.6883765323159083,
     9.02754891542908e-05},
};

bool close(double a, double b, double relative) {
  return a == b || std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

// 2 Delta / (alpha T), and the terms of the cubic (G) that are to add up to it.
double cubic_right(const Constants& constants, double alpha, double steps) {
  return 2 * constants.gap / (alpha * steps);
}
double cubic_left(const Constants& constants, Index k, double alpha, double gamma) {
  const double away = constants.smoothness * (1 - alpha);
  return 2 * away * away * static_cast<double>(k - 1) * constants.variance * gamma * gamma * gamma +
         constants.smoothness * alpha * constants.variance * gamma * gamma;
}

const Constants noisy{2, 0.5, 0, 3};

}  // namespace

TEST_CASE("every bound equals an independent implementation's") {
  // Both round differently: a few units of the twelfth digit at most.
  const double few = 1e-12;
  for (const Setting& setting : settings) {
    const Constants& constants = setting.constants;
    const Rates& rates = setting.rates;
    const double steps = setting.steps;
    CAPTURE(&setting - settings);
    CHECK(close(gamma_safe(constants.smoothness, rates.k, rates.alpha, constants.relative_variance),
                setting.gamma_safe, few));
    CHECK(close(gamma_det(constants.smoothness, rates.k, rates.alpha), setting.gamma_det, few));
    CHECK(close(gamma_root(constants, rates.k, rates.alpha, steps), setting.gamma_root, few));
    const double limit = gamma_limit(constants, rates.k, rates.alpha);
    CHECK(close(limit, constants.deterministic() ? setting.gamma_det : setting.gamma_safe, few));
    CHECK(gamma_best(constants, rates.k, rates.alpha, steps) ==
          std::min(limit, gamma_root(constants, rates.k, rates.alpha, steps)));
    CHECK(close(bound(constants, rates, steps).total(), setting.total, few));
    CHECK(close(bound_theta(constants, rates, steps), setting.theta, few));
    CHECK(close(bound_virtual(constants, rates, steps), setting.at_virtual, few));
    CHECK(close(bound_fast(constants, rates, steps), setting.at_fast, few));
    CHECK(close(bound_slow(constants, rates, steps), setting.at_slow, few));
    CHECK(close(bound_disagreement(constants, rates, 0.7), setting.disagreement, few));
  }
}

TEST_CASE("the terms of (B1) are those of its definition") {
  const BoundTerms terms = bound(noisy, {5, 0.5, 0.1}, 1000);
  CHECK(terms.start == doctest::Approx(2 * 3 / (0.05 * 1000)));
  CHECK(terms.noise == doctest::Approx(0.05 * 2 * 0.5));
  CHECK(terms.disagreement == doctest::Approx(0.25 * 0.01 * 4 * 4 * 0.5));
  CHECK(terms.workers == 0);
  CHECK(terms.total() == terms.start + terms.noise + terms.disagreement);
}

TEST_CASE("for k = 1 or alpha = 1 everything is SGD at the rate alpha gamma") {
  for (const double gamma : {0.01, 0.2, 0.4}) {
    const Rates sgd{1, 1, gamma};
    for (const Rates& rates : {Rates{1, 0.5, 2 * gamma}, Rates{7, 1, gamma}, Rates{1, 1.25, 0.8 * gamma}}) {
      CAPTURE(rates.k);
      CAPTURE(rates.alpha);
      const double step = gamma * noisy.smoothness,
                   right = 2 * noisy.gap / (gamma * 50) + step * noisy.variance;
      CHECK(close(bound(noisy, rates, 50).total(), right, 1e-14));
      CHECK(close(bound_theta(noisy, rates, 50), right, 1e-14));
      CHECK(close(bound_virtual(noisy, rates, 50), right / (2 - step), 1e-14));
      CHECK(close(bound_fast(noisy, rates, 50), right / (2 - step), 1e-14));
      CHECK(bound_disagreement(noisy, rates, 1) == 0);
      CHECK(close(rates.alpha * gamma_safe(2, rates.k, rates.alpha), 0.5, 1e-14));
      CHECK(close(rates.alpha * gamma_det(2, rates.k, rates.alpha), 0.5, 1e-14));
      CHECK(close(rates.alpha * gamma_best(noisy, rates.k, rates.alpha, 50), gamma_best(noisy, 1, 1, 50),
                  1e-14));
      CHECK(close(gamma_root(noisy, rates.k, rates.alpha, 50),
                  std::sqrt(2 * 3 / (2 * 0.5 * 50)) / rates.alpha, 1e-15));
    }
    // Two sides of a round cannot be told apart where it has one step.
    CHECK(bound_slow(noisy, sgd, 50) == bound_virtual(noisy, sgd, 50));
  }
}

TEST_CASE("O19: the best gamma solves the cubic or is the limit, and no neighbour is better") {
  int roots = 0, limits = 0;
  for (const double variance : {1e-6, 1.0, 1e4}) {
    for (const double gap : {1e-8, 1.0, 1e6}) {
      for (const Index k : {Index{1}, Index{2}, Index{10}, Index{1000000000}}) {
        for (const double alpha : {0.01, 0.5, 0.9, 1.0, 1.4}) {
          for (const double steps : {1.0, 1e3, 1e9, 1e200}) {
            const Constants constants{3, variance, 0, gap};
            const double limit = gamma_limit(constants, k, alpha),
                         root = gamma_root(constants, k, alpha, steps);
            const double best = gamma_best(constants, k, alpha, steps);
            CAPTURE(k);
            CAPTURE(alpha);
            CAPTURE(steps);
            CHECK(best == std::min(root, limit));
            const double right = cubic_right(constants, alpha, steps);
            CHECK(std::abs(cubic_left(constants, k, alpha, root) - right) <= 1e-12 * right);
            (best == limit ? limits : roots) += 1;
            const double least = bound(constants, {k, alpha, best}, steps).total();
            for (const double factor : {0.5, 0.99, 0.9999, 1.0001, 1.01, 2.0}) {
              if (best * factor > limit) continue;
              // 1e-15: the sum of three terms rounds.
              CHECK(least <= bound(constants, {k, alpha, best * factor}, steps).total() * (1 + 1e-15));
              // A percent away it is visibly worse.
              if (std::abs(factor - 1) > 0.009)
                CHECK(least * (1 + 1e-6) < bound(constants, {k, alpha, best * factor}, steps).total());
            }
          }
        }
      }
    }
  }
  CHECK(roots > 100);
  CHECK(limits > 100);
}

TEST_CASE("the best gamma at the edges: no noise, relative noise alone, nothing to descend") {
  const Constants quiet{2, 0, 0, 3}, relative{2, 0, 4, 3}, settled{2, 0.5, 0, 0};
  CHECK(gamma_root(quiet, 5, 0.5, 100) == infinity);
  CHECK(gamma_best(quiet, 5, 0.5, 100) == gamma_det(2, 5, 0.5));
  CHECK(gamma_best(relative, 5, 0.5, 100) == gamma_safe(2, 5, 0.5, 4));
  CHECK(gamma_safe(2, 5, 0.5, 4) < gamma_safe(2, 5, 0.5));
  CHECK(gamma_best(settled, 5, 0.5, 100) == 0);
  CHECK(bound(settled, {5, 0.5, 0}, 100).total() == 0);
  CHECK(bound(noisy, {5, 0.5, 0}, 100).total() == infinity);
  CHECK(bound_theta(quiet, {5, 0.5, gamma_det(2, 5, 0.5)}, 100) ==
        bound(quiet, {5, 0.5, gamma_det(2, 5, 0.5)}, 100).start);
}

TEST_CASE("the limit falls in k, in L and in relative noise, and the condition is used up at it") {
  for (const double alpha : {0.1, 0.5, 0.9, 1.2}) {
    for (const double rho : {0.0, 0.5, 3.0}) {
      double before = infinity;
      for (const Index k : {1, 2, 3, 10, 100, 100000}) {
        const double limit = gamma_safe(2, k, alpha, rho), step = 2 * limit, steps = static_cast<double>(k);
        CHECK(limit < before);
        CHECK(limit > gamma_safe(2.1, k, alpha, rho));
        CHECK(limit > gamma_safe(2, k, alpha, rho + 0.1));
        CHECK(limit <= gamma_det(2, k, alpha));
        CHECK((1 + rho) * alpha * step +
                  (1 - alpha) * (1 - alpha) * step * step * (steps - 1) * (steps + 2 * rho) ==
              doctest::Approx(1).epsilon(1e-13));
        const double free = 2 * gamma_det(2, k, alpha);
        CHECK(alpha * free + (1 - alpha) * (1 - alpha) * free * free * steps * (steps - 1) / 2 ==
              doctest::Approx(1).epsilon(1e-13));
        before = limit;
      }
    }
  }
}

TEST_CASE("the largest k is the inverse of the limit") {
  const Constants relative{2, 0.5, 3, 1}, quiet{2, 0, 0, 1};
  for (const Constants& constants : {noisy, relative, quiet}) {
    for (const double alpha : {0.1, 0.5, 0.99, 1.3}) {
      for (const Index k : {Index{1}, Index{2}, Index{7}, Index{1000}, Index{1000000}}) {
        CAPTURE(alpha);
        const double limit = gamma_limit(constants, k, alpha);
        CHECK(largest_k(constants, alpha, limit) == k);
        CHECK(largest_k(constants, alpha, limit * (1 - 1e-9)) == k);
        CHECK(largest_k(constants, alpha, limit * (1 + 1e-9)).value_or(0) == k - 1);
      }
      CHECK(largest_k(constants, alpha, 1e9) == std::nullopt);
    }
    CHECK(largest_k(constants, 1, gamma_limit(constants, 1, 1)) == std::numeric_limits<Index>::max());
  }
}

TEST_CASE("a condition printed for SlowMo admits what breaks its bound; (C) refuses it") {
  // tau R >= L^2 (1 + sqrt 3 max{3 tau (1 - alpha) / alpha, 1}) at alpha gamma = 1 / sqrt(tau R), from the
  // copy of arXiv 1910.00643 that was reviewed, Corollary 2.
  const double alpha = 1 / 250.0, smoothness = 3 * alpha * std::sqrt(5.0), tau = 5, rounds = 1;
  const double gamma = 1 / std::sqrt(tau * rounds) / alpha;
  CHECK(tau * rounds >=
        smoothness * smoothness * (1 + std::sqrt(3.0) * std::max(3 * tau * (1 - alpha) / alpha, 1.0)));
  // Gradient descent on L x^2 / 2 from 1: the mean of the squared gradients at the fast weights.
  double left = 0, x = 1;
  for (int j = 0; j < 5; ++j) {
    left += smoothness * smoothness * x * x / tau;
    x -= gamma * smoothness * x;
  }
  const double right = 2 * (smoothness / 2) / std::sqrt(tau * rounds);
  CHECK(left == doctest::Approx(0.0491).epsilon(1e-3));
  CHECK(right == doctest::Approx(0.0120).epsilon(1e-3));
  CHECK(left > right);
  const Constants constants{smoothness, 0, 0, smoothness / 2};
  CHECK_FALSE(admits(constants, {5, alpha, gamma}));
  CHECK(bound_fast(constants, {5, alpha, gamma}, 5) == infinity);
}
