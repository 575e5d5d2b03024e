#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "close.hpp"
#include "constants.hpp"

// Every bound against figures of an independent implementation, and the sharper forms against each other.
using namespace lookahead;
using namespace lookahead::theory;
using namespace lookahead::test;

namespace {

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

TEST_CASE("each sharper form is at most the plainer one, and gains a factor of two for small gamma") {
  for (const double rho : {0.0, 2.0}) {
    for (const double variance : {0.0, 0.5}) {
      const Constants constants{2, variance, rho, 3};
      for (const double alpha : {0.3, 0.9, 1.2}) {
        for (const double part : {1e-4, 0.3, 0.9, 1.0}) {
          const Rates rates{5, alpha, part * gamma_limit(constants, 5, alpha)};
          const double plain = bound(constants, rates, 300).total();
          CHECK(bound_theta(constants, rates, 300) <= plain);
          CHECK(bound_virtual(constants, rates, 300) <= bound_theta(constants, rates, 300));
          if (part < 1e-3)
            CHECK(bound_virtual(constants, rates, 300) == doctest::Approx(plain / 2).epsilon(0.01));
        }
        // Far beyond the condition none says anything.
        const Rates beyond{5, alpha, 3 * gamma_det(2, 5, alpha)};
        CHECK(bound_theta(constants, beyond, 300) == infinity);
        CHECK(bound_virtual(constants, beyond, 300) == infinity);
        CHECK(bound_fast(constants, beyond, 300) == infinity);
        CHECK(bound_slow(constants, beyond, 300) == infinity);
      }
    }
  }
}
