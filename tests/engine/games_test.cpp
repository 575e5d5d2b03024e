#include "theory/games.hpp"

#include <cmath>
#include <complex>

#include "objective/game.hpp"
#include "support/problem.hpp"

// Games under Lookahead and under the rules made for them, against the exact rates on the bilinear game. On a
// singular value s, with z = x + i y, a simultaneous step at rate lr multiplies z by 1 + i lr s.
using namespace lookahead;
using namespace lookahead::test;

namespace {

using Complex = std::complex<double>;

std::string lookahead_text(Index k, double alpha) {
  return "lookahead: {k: " + std::to_string(k) + ", alpha: " + to_text(alpha) + ", extrapolate: true}\n";
}

// The run's records at the start and at every sync. Of two coordinates the game has one mode, of singular
// value 1.
std::vector<Record> rounds_of(const std::string& objective, const std::string& optimizer,
                              const std::string& lookahead, Index rounds) {
  Trial<double> trial("objective: " + objective + "\noptimizer: " + optimizer + "\n" + lookahead +
                      "stop: {rounds: " + std::to_string(rounds) +
                      ", divergence: 1e300}\ntrace: {every: sync}\n");
  trial.run();
  return trial.sink.records;
}

double distance(const Record& record) { return record.metrics[0]; }

// Mean change of log distance per round over the second half of the records.
double log_rate(const std::vector<Record>& records) {
  const std::size_t last = records.size() - 1, half = last / 2;
  return std::log(distance(records[last]) / distance(records[half])) / static_cast<double>(last - half);
}

}  // namespace

TEST_CASE("O17: one mode of the bilinear game moves by the exact multiplier at every sync") {
  for (const Index k : {1, 2, 3, 5, 10, 17}) {
    for (const double h : {0.05, 0.3, 0.9}) {
      for (const double alpha : {0.2, 0.5, 0.9}) {
        CAPTURE(k);
        CAPTURE(h);
        CAPTURE(alpha);
        const double multiplier = std::abs(theory::round_multiplier(Complex(1, h), k, alpha));
        const auto records =
            rounds_of("bilinear", "{name: gda, lr: " + to_text(h) + "}", lookahead_text(k, alpha), 40);
        REQUIRE(records.size() >= 41);
        for (std::size_t r = 0; r <= 40; ++r) {
          const double predicted = std::sqrt(2.0) * std::pow(multiplier, static_cast<double>(r));
          // 40 rounds of some ten roundings a step; cancellation in the multiplier costs a few digits more.
          CHECK(distance(records[r]) == doctest::Approx(predicted).epsilon(1e-11));
        }
      }
    }
  }
}

TEST_CASE("O17: Lookahead over simultaneous steps converges exactly below the largest alpha; k = 1 never") {
  // Four singular values between 1/3 and 1, of a rotated game; all of them have to converge.
  const std::string game = "{game: bilinear, dim: 8, condition: 3, seed: 4, shift: 0.5}";
  std::vector<double> singular_values;
  for (const double part : {0.0, 1.0 / 3, 2.0 / 3, 1.0}) singular_values.push_back(std::pow(3, -part));
  for (const Index k : {1, 2, 3, 5, 8, 13}) {
    for (const double h : {0.05, 0.2, 0.5, 0.8}) {
      CAPTURE(k);
      CAPTURE(h);
      const double bound = theory::bilinear_alpha_limit(singular_values, h, k);
      const auto rate = [&](double alpha) {
        double slowest = 0;
        for (const double sigma : singular_values)
          slowest = std::max(slowest, std::abs(theory::round_multiplier(Complex(1, h * sigma), k, alpha)));
        return std::log(slowest);
      };
      for (const double factor : {0.5, 0.9, 0.97, 1.03, 1.1, 1.5}) {
        const double alpha = k == 1 ? 0.5 * factor : factor * bound;
        if (alpha <= 0) continue;  // no alpha converges
        CAPTURE(alpha);
        CHECK((rate(alpha) < 0) == (k != 1 && factor < 1));
        // Long enough for the slowest mode to leave the others behind, short enough to stay finite.
        const Index rounds =
            static_cast<Index>(std::min(20000.0, std::max(200.0, 30 / std::abs(rate(alpha)))));
        const auto records =
            rounds_of(game, "{name: gda, lr: " + to_text(h) + "}", lookahead_text(k, alpha), rounds);
        const double measured = log_rate(records);
        CHECK((measured < 0) == (rate(alpha) < 0));
      }
    }
  }
}

TEST_CASE("O17: alternating steps neither grow nor shrink alone, and Lookahead gives the predicted rate") {
  for (const double h : {0.1, 0.5, 1.2}) {
    CAPTURE(h);
    const std::string optimizer = "{name: gda, alternating: true, lr: " + to_text(h) + "}";
    const auto alone = rounds_of("bilinear", optimizer, "lookahead: false\n", 2000);
    // An ellipse with the condition number of the eigenvectors, (2 + h) / (2 - h).
    for (const Record& record : alone) {
      CHECK(distance(record) <= std::sqrt(2.0 * (2 + h) / (2 - h)) * (1 + 1e-9));
      CHECK(distance(record) >= std::sqrt(2.0 * (2 - h) / (2 + h)) * (1 - 1e-9));
    }
    const Complex lambda = theory::alternating_eigenvalue(h);
    for (const Index k : {1, 2, 5, 8}) {
      for (const double alpha : {0.3, 0.5, 0.8}) {
        CAPTURE(k);
        CAPTURE(alpha);
        const double rate = std::log(std::abs(theory::round_multiplier(lambda, k, alpha)));
        CHECK(rate < 0);
        const Index rounds = static_cast<Index>(std::min(2000.0, std::max(60.0, 25 / std::abs(rate))));
        const auto records = rounds_of("bilinear", optimizer, lookahead_text(k, alpha), rounds);
        if (distance(records.back()) < 1e-250) continue;
        // The ellipse shows in the two ends of the measurement.
        CHECK(std::abs(log_rate(records) - rate) <=
              2 * std::log((2 + h) / (2 - h)) / static_cast<double>(rounds));
      }
    }
  }
}

TEST_CASE("extragradient and optimistic steps converge alone at their exact rates") {
  for (const double h : {0.1, 0.3, 0.4}) {
    CAPTURE(h);
    for (const double ratio : {1.0, 2.0}) {
      const auto records = rounds_of(
          "bilinear", "{name: extragradient, lr: " + to_text(h) + ", ratio: " + to_text(ratio) + "}",
          "lookahead: false\n", 60);
      const double rate = std::log(std::abs(Complex(1 - ratio * h * h, h)));
      CHECK(rate < 0);
      CHECK(log_rate(records) == doctest::Approx(rate).epsilon(1e-10));  // one mode: exact but for rounding
    }
    // z' = z + i h (2 z - z_last): the larger root of m^2 - (1 + 2 i h) m + i h.
    const Complex middle = Complex(1, 2 * h) / 2.0;
    const Complex root = std::sqrt(middle * middle - Complex(0, h));
    const double rate = std::log(std::max(std::abs(middle + root), std::abs(middle - root)));
    CHECK(rate < 0);
    const auto records =
        rounds_of("bilinear", "{name: optimistic, lr: " + to_text(h) + "}", "lookahead: false\n", 400);
    // The smaller root dies out; what is left is rounding.
    CHECK(log_rate(records) == doctest::Approx(rate).epsilon(1e-6));
  }
}

TEST_CASE("negative momentum makes alternating steps converge alone") {
  const auto records =
      rounds_of("{game: bilinear, dim: 6, seed: 1}",
                "{name: gda, alternating: true, momentum: -0.5, lr: 0.3}", "lookahead: false\n", 6000);
  CHECK(distance(records.back()) < 1e-6 * distance(records.front()));
}

TEST_CASE(
    "every game is solved from its start by a step ahead, or by Lookahead where the game is not monotone") {
  for (const FunctionEntry& entry : game_catalog()) {
    CAPTURE(entry.card.name);
    const bool fenced = entry.card.name == "forsaken";
    const auto records =
        rounds_of(entry.card.name, fenced ? "{name: gda, lr: 0.3}" : "{name: extragradient, lr: 0.2}",
                  fenced ? "lookahead: {k: 10, alpha: 0.5}\n" : "lookahead: false\n", 90000);
    CHECK(distance(records.back()) < 1e-8);
  }
}

TEST_CASE("forsaken catches simultaneous steps and steps ahead in a limit cycle") {
  for (const char* optimizer : {"{name: gda, lr: 0.05}", "{name: extragradient, lr: 0.05}"}) {
    const auto records = rounds_of("forsaken", optimizer, "lookahead: false\n", 20000);
    CHECK(distance(records.back()) > 0.5);
    CHECK(distance(records.back()) < 3);
  }
}

TEST_CASE("a game's records hold the distance to the equilibrium and the norm of the field") {
  Trial<double> trial(
      "objective: {game: cyclic, players: 3, dim: 6, shift: 2}\noptimizer: gda\nstop: {steps: 17}\ntrace: "
      "{every: 1, points: true}\n");
  const Outcome outcome = trial.run();
  CHECK(metric_columns(trial.plan->spec) == std::vector<std::string>{"distance", "field_norm"});
  for (const Record& record : trial.sink.records) {
    REQUIRE(record.metrics.size() == 2);
    double square = 0;
    for (const double z : record.slow) square += (z - 2) * (z - 2);
    CHECK(record.metrics[0] == doctest::Approx(std::sqrt(square)).epsilon(1e-14));
    CHECK(record.metrics[1] == record.grad_norm_slow);
    // Half the square of the norm, rounded on another way.
    CHECK(record.loss_slow == doctest::Approx(0.5 * record.metrics[1] * record.metrics[1]).epsilon(1e-14));
    CHECK(record.gap == record.loss_slow);
  }
  REQUIRE(outcome.metrics.size() == 2);
  CHECK(outcome.metrics[0].name == "distance");
  CHECK(outcome.metrics[0].value == trial.sink.records.back().metrics[0]);
  CHECK(outcome.metrics[1].name == "field_norm");
  CHECK(outcome.metrics[1].value == outcome.grad_norm);
}
