#include <cmath>
#include <functional>

#include "base/text.hpp"
#include "random/stream.hpp"
#include "support/problem.hpp"

// Slow points over slow points, their own rules, and several fast agents.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string noisy =
    "objective: {function: rational, dim: 13, noise: {gaussian: 0.2}}\nstart: {uniform: [-2, 2]}\nseed: 7\n";

struct Points {
  std::vector<Record> records;
  std::vector<double> slow, fast;
};

Points points_of(const std::string& problem) {
  Trial<double> trial(problem + "\ntrace: {every: 1, points: true}\n");
  trial.run();
  return {trial.sink.records, trial.slow(), trial.fast()};
}

std::string under(const std::string& lookahead, const std::string& optimizer = "{name: sgd, lr: 0.15}",
                  int steps = 120, const std::string& objective = noisy) {
  return objective + "optimizer: " + optimizer + "\nlookahead: " + lookahead +
         "\nstop: {steps: " + std::to_string(steps) + "}";
}

// Largest difference of two runs' slow points over all rows, relative to the largest coordinate.
double largest_gap(const Points& a, const Points& b) {
  REQUIRE(a.records.size() == b.records.size());
  double gap = 0, size = 0;
  for (std::size_t r = 0; r < a.records.size(); ++r) {
    for (std::size_t i = 0; i < a.records[r].slow.size(); ++i) {
      gap = std::max(gap, std::abs(a.records[r].slow[i] - b.records[r].slow[i]));
      size = std::max(size, std::abs(a.records[r].slow[i]));
    }
  }
  return gap / size;
}

}  // namespace

TEST_CASE("O7: a level with alpha = 1, or an inner one with k = 1 and alpha = 1, changes no bit") {
  for (const std::string optimizer : {"{name: sgd, lr: 0.1, momentum: 0.9}", "{name: adam, lr: 1e-2}"}) {
    const Points single = points_of(under("{k: 5, alpha: 0.5}", optimizer));
    // 24 rounds of five steps: where the outer level syncs, the inner one has.
    CHECK(points_of(under("[{k: 5, alpha: 0.5}, {k: 4, alpha: 1}]", optimizer)).fast == single.fast);
    CHECK(points_of(under("[{k: 5, alpha: 0.5}, {k: 1, alpha: 1}]", optimizer)).slow == single.slow);
    const Points inner = points_of(under("[{k: 1, alpha: 1}, {k: 5, alpha: 0.5}]", optimizer));
    CHECK(inner.slow == single.slow);
    CHECK(inner.fast == single.fast);
    CHECK(inner.records.back().round == single.records.back().round);
  }
}

TEST_CASE("rounds that no run completes cost no step the time to count their steps") {
  const std::string inner = "[{k: {linear: {from: 2, to: 10}}, alpha: 0.5}, {k: ";
  const Points near = points_of(under(inner + "1000, alpha: 0.5}]"));
  const Points far = points_of(under(inner + "1000000000, alpha: 0.5}]"));
  CHECK(far.slow == near.slow);
  CHECK(far.fast == near.fast);
  CHECK(far.records.size() == near.records.size());
}

TEST_CASE(
    "a round of nested levels is a slow step of its inner rounds in point and momentum, whatever at_sync is") {
  // One round of level l from (x, b): k rounds of the level within, then the slow step and what happens to b.
  struct State {
    double x = 0, b = 0;
  };
  struct Slow {
    int k;
    double alpha;
    std::string at_sync;
  };
  constexpr double curvature = 0.3, rate = 0.5, momentum = 0.5;
  const std::function<State(const std::vector<Slow>&, std::size_t, State)> round =
      [&](const std::vector<Slow>& levels, std::size_t count, State from) -> State {
    if (count == 0) {
      const double b = momentum * from.b + curvature * from.x;
      return {from.x - rate * b, b};
    }
    const Slow& level = levels[count - 1];
    State to = from;
    for (int i = 0; i < level.k; ++i) to = round(levels, count - 1, to);
    to.x = level.alpha * to.x + (1 - level.alpha) * from.x;
    if (level.at_sync == "reset") to.b = 0;
    if (level.at_sync == "pullback") to.b = level.alpha * to.b + (1 - level.alpha) * from.b;
    return to;
  };
  for (const char* inner : {"keep", "reset", "pullback"}) {
    for (const char* outer : {"keep", "reset", "pullback"}) {
      const std::vector<Slow> levels = {{4, 0.6, inner}, {3, 0.5, outer}, {2, 0.8, inner}};
      std::string text;
      for (const Slow& level : levels)
        text += (text.empty() ? "[" : ", ") + ("{k: " + std::to_string(level.k)) +
                ", alpha: " + to_text(level.alpha) + ", at_sync: " + level.at_sync + "}";
      CAPTURE(text);
      Trial<double> trial(
          "objective: {function: quadratic_diag, dim: 1, spectrum: [0.3]}\nstart: [1]\noptimizer: "
          "{name: sgd, lr: 0.5, momentum: 0.5}\nlookahead: " +
          text + "]\nstop: {rounds: 5}\n");
      trial.run();
      State expected{1, 0};
      for (int i = 0; i < 5; ++i) expected = round(levels, levels.size(), expected);
      // Of the rounding of 120 steps.
      CHECK(trial.slow()[0] == doctest::Approx(expected.x).epsilon(1e-13));
    }
  }
}

TEST_CASE("O7: the mean point of nested levels moves by the product of the alphas times each gradient") {
  const double rate = 0.15;
  struct Nest {
    std::string levels;
    std::vector<Index> k;
    std::vector<double> alpha;
  };
  const Nest nests[] = {
      {"[{k: 3, alpha: 0.5}, {k: 4, alpha: 0.7}]", {3, 4}, {0.5, 0.7}},
      {"[{k: 2, alpha: 0.3}, {k: 2, alpha: 0.8}, {k: 3, alpha: 0.5}]", {2, 2, 3}, {0.3, 0.8, 0.5}}};
  const auto& entry = *function_catalog().find("rational");
  const auto function = entry.make<double>(entry.defaults(), 13);
  for (const Nest& nest : nests) {
    CAPTURE(nest.levels);
    const Points points = points_of(under(nest.levels));
    double product = 1, largest = 0;
    for (const double alpha : nest.alpha) product *= alpha;
    // The serial form, written out: s_0 the fast point, s_i the slow point of level i.
    std::vector<std::vector<double>> s(nest.k.size() + 1, points.records.front().fast);
    std::vector<double> y = s[0], gradient(13), noise(13);
    for (std::size_t t = 0; t + 1 < points.records.size(); ++t) {
      if (points.records[t + 1].step == points.records[t].step) break;
      static_cast<void>(function->value_and_gradient(s[0], Batch{}, gradient, {}));
      Stream(7, Purpose::noise, 0).normals(t, noise);
      for (std::size_t i = 0; i < 13; ++i) {
        const double g = gradient[i] + 0.2 * noise[i];
        s[0][i] -= rate * g;
        y[i] -= product * rate * g;
        largest = std::max(largest, std::abs(s[0][i]) + rate * std::abs(g));
      }
      const std::vector<double> before = s[0];
      Index span = 1;
      for (std::size_t level = 1; level < s.size(); ++level) {
        span *= nest.k[level - 1];
        if ((static_cast<Index>(t) + 1) % span != 0) break;
        const double alpha = nest.alpha[level - 1], rest = 1 - alpha;
        for (std::size_t i = 0; i < 13; ++i) s[level][i] = alpha * s[level - 1][i] + rest * s[level][i];
        for (std::size_t below = 0; below < level; ++below) s[below] = s[level];
      }
      // The engine walks the same way, bit for bit; its rows have the fast point before any level's sync.
      CHECK(points.records[t + 1].fast == before);
      CHECK(points.records[t + 1].slow == s.back());
      // The mean point from the definition: weights that no sync changes.
      for (std::size_t i = 0; i < 13; ++i) {
        double mean = s[0][i];
        for (std::size_t level = 1; level < s.size(); ++level)
          mean = nest.alpha[level - 1] * mean + (1 - nest.alpha[level - 1]) * s[level][i];
        // 8 u M a level and step: the recursion rounds once a step, the sum adds up.
        const double tolerance =
            8 * 0x1p-53 * largest * static_cast<double>(nest.k.size()) * static_cast<double>(t + 1);
        CHECK(std::abs(mean - y[i]) <= tolerance);
      }
    }
    CHECK(points.records.back().round == 120 / (nest.k[0] * nest.k[1] * (nest.k.size() > 2 ? nest.k[2] : 1)));
  }
}

TEST_CASE("O8: slow rules without momentum are the plain slow step but for rounding") {
  for (const std::string optimizer : {"{name: sgd, lr: 0.1, momentum: 0.9}", "{name: adam, lr: 1e-2}"}) {
    const Points plain = points_of(under("{k: 5, alpha: 0.5}", optimizer));
    // 24 rounds, each a few roundings, on a path that does not expand: 1e-13 a round is asked for.
    CHECK(largest_gap(points_of(under("{k: 5, alpha: 0.5, outer: {name: slowmo, beta: 0}}", optimizer)),
                      plain) <= 24e-13);
    CHECK(largest_gap(points_of(under("{k: 5, alpha: 0.5, outer: {name: nesterov, momentum: 0}}", optimizer)),
                      plain) <= 24e-13);
    // A rule of the inner catalog in the outer seat.
    CHECK(largest_gap(points_of(under("{k: 5, alpha: 0.5, outer: {name: sgd}}", optimizer)), plain) == 0);
  }
}

TEST_CASE("slow momentum follows a level that moves on by its own momentum at a rate of zero") {
  const auto over = [](const std::string& outermost, const std::string& rate) {
    return points_of(under(
        "[{k: 1, alpha: 0.5, outer: {name: nesterov, momentum: 0.5}}, {k: 2, alpha: 0.5" + outermost + "}]",
        "{name: sgd, lr: " + rate + "}"));
  };
  for (const std::string rate :
       {"{exponential: {from: 0.1, decay: 1e-200}}", "{exponential: {from: 0.1, decay: 1e-60}}",
        "{cosine_restarts: {from: 0.1, to: 0, period: 2}}",
        "{step: {from: 0.1, factor: 1e-305, every: 4}}"}) {
    CAPTURE(rate);
    // 60 rounds, each a few roundings.
    CHECK(largest_gap(over(", outer: {name: slowmo, beta: 0}", rate), over("", rate)) <= 60e-13);
  }
}

TEST_CASE("O8: slow momentum after every single step of sgd is heavy ball with rate alpha times lr") {
  const Points slow =
      points_of(under("{k: 1, alpha: 0.5, outer: {name: slowmo, beta: 0.9}}", "{name: sgd, lr: 0.1}"));
  const Points heavy = points_of(under("false", "{name: sgd, lr: 0.05, momentum: 0.9}"));
  CHECK(largest_gap(slow, heavy) <= 120e-13);
  // The division by the rate: with a rate that falls, the buffer is in units of the gradient all the same.
  const std::string falling = "{name: sgd, lr: {step: {from: RATE, factor: 0.5, every: 30}}";
  const auto with = [&](const std::string& rate, const std::string& more) {
    std::string text = falling;
    text.replace(text.find("RATE"), 4, rate);
    return text + more + "}";
  };
  CHECK(largest_gap(points_of(under("{k: 1, alpha: 0.5, outer: {name: slowmo, beta: 0.9}}", with("0.1", ""))),
                    points_of(under("false", with("0.05", ", momentum: 0.9")))) <= 120e-13);
}

TEST_CASE("slow momentum divides by the mean of the rates of its round, however they change") {
  const double alpha = 0.5, beta = 0.7;
  for (const std::string rate :
       {"{exponential: {from: 0.1, decay: 0.5}}", "{cosine_restarts: {from: 0.1, period: 7}}",
        "{step: {from: 0.1, factor: 1e-6, every: 4}}", "{inverse_time: {from: 0.1, decay: 0.3}}", "0.1"}) {
    for (const Index k : {1, 3, 5}) {
      CAPTURE(rate);
      CAPTURE(k);
      const Points points =
          points_of(under("{k: " + std::to_string(k) + ", alpha: 0.5, outer: {name: slowmo, beta: 0.7}}",
                          "{name: sgd, lr: " + rate + "}"));
      std::vector<double> z = points.records.front().slow, u(z.size(), 0.0);
      double rates = 0;
      for (std::size_t t = 1; t < points.records.size(); ++t) {
        rates += points.records[t].lr;
        if (t % static_cast<std::size_t>(k) != 0) continue;
        const double gamma = rates / static_cast<double>(k);
        rates = 0;
        double largest = 0;
        for (std::size_t i = 0; i < z.size(); ++i) largest = std::max(largest, std::abs(z[i]));
        for (std::size_t i = 0; i < z.size(); ++i) {
          u[i] = beta * u[i] + (z[i] - points.records[t].fast[i]) / gamma;
          z[i] -= alpha * gamma * u[i];
          // Rounded a few times a round; z itself is taken from the engine, so that nothing adds up but u.
          CHECK(std::abs(z[i] - points.records[t].slow[i]) <= 1e-12 * std::max(1.0, largest));
          z[i] = points.records[t].slow[i];
        }
      }
    }
  }
}

TEST_CASE("O8: Nesterov momentum in this form is the block form of BMUF with Nesterov momentum") {
  const double alpha = 0.7, momentum = 0.8;
  const Points points = points_of(under("{k: 5, alpha: 0.7, outer: {name: nesterov, momentum: 0.8}}"));
  // W' = W + D', D' = momentum D - alpha (z - x), the next round starts from z' = W' + momentum D'.
  std::vector<double> w = points.records.front().slow, d(w.size(), 0.0), z = w;
  for (std::size_t r = 5; r < points.records.size(); r += 5) {
    const std::vector<double>& x = points.records[r].fast;
    for (std::size_t i = 0; i < 13; ++i) {
      d[i] = momentum * d[i] - alpha * (z[i] - x[i]);
      w[i] += d[i];
      z[i] = w[i] + momentum * d[i];
      CHECK(z[i] == doctest::Approx(points.records[r].slow[i]).epsilon(1e-12));
    }
  }
}

TEST_CASE("O8: FedAdam without momentum tends to the plain slow step as tau grows") {
  const Points plain = points_of(under("{k: 5, alpha: 0.5}"));
  const auto gap = [&](const std::string& tau, const std::string& alpha) {
    return largest_gap(points_of(under("{k: 5, extrapolate: true, alpha: " + alpha +
                                       ", outer: {name: adam, beta1: 0, tau: " + tau + "}}")),
                       plain);
  };
  const double near = gap("1e5", "5e4"), nearer = gap("1e6", "5e5");
  CHECK(near < 1e-4);
  // Ten times closer for ten times the tau, up to terms of second order.
  CHECK(nearer == doctest::Approx(near / 10).epsilon(0.01));
}

TEST_CASE(
    "one worker is plain Lookahead bit for bit, and the first of several draws what a single one draws") {
  CHECK(points_of(under("{k: 5, alpha: 0.5, workers: 1}")).fast ==
        points_of(under("{k: 5, alpha: 0.5}")).fast);
  // Without noise all workers walk alike; their mean may round.
  const std::string quiet = "objective: {function: rational, dim: 13}\nstart: {uniform: [-2, 2]}\nseed: 7\n";
  CHECK(largest_gap(points_of(under("{k: 5, alpha: 0.5, workers: 4}", "{name: sgd, lr: 0.15}", 120, quiet)),
                    points_of(under("{k: 5, alpha: 0.5}", "{name: sgd, lr: 0.15}", 120, quiet))) == 0);
}

TEST_CASE("workers are averaged by a tree, each with its own noise, and what they cost is counted") {
  const Points points = points_of(under("{k: 3, alpha: 0.5, workers: 3}", "{name: sgd, lr: 0.15}", 12));
  const auto& entry = *function_catalog().find("rational");
  const auto function = entry.make<double>(entry.defaults(), 13);
  std::vector<double> z = points.records.front().slow, gradient(13), noise(13);
  for (std::size_t round = 0; round < 4; ++round) {
    std::vector<std::vector<double>> walked;
    for (Index worker = 0; worker < 3; ++worker) {
      std::vector<double>& x = walked.emplace_back(z);
      for (std::size_t j = 0; j < 3; ++j) {
        static_cast<void>(function->value_and_gradient(x, Batch{}, gradient, {}));
        Stream(7, Purpose::noise, worker).normals(3 * round + j, noise);
        for (std::size_t i = 0; i < 13; ++i) {
          const double g = gradient[i] + 0.2 * noise[i];
          x[i] -= 0.15 * g;
        }
      }
    }
    std::vector<double> mean(13);
    for (std::size_t i = 0; i < 13; ++i) mean[i] = (walked[0][i] + (walked[1][i] + walked[2][i])) * (1.0 / 3);
    CHECK(points.records[3 * (round + 1)].fast == mean);
    for (std::size_t i = 0; i < 13; ++i) z[i] = 0.5 * mean[i] + 0.5 * z[i];
    CHECK(points.records[3 * (round + 1)].slow == z);
    CHECK(points.records[3 * (round + 1)].grad_evals == static_cast<Index>(9 * (round + 1)));
    CHECK(points.records[3 * (round + 1)].step == static_cast<Index>(3 * (round + 1)));
  }
}

TEST_CASE("a worker that diverges ends the run with the last finite slow point") {
  const std::string problem =
      "objective: {function: quadratic, dim: 4, noise: {student: {df: 2.5, scale: 0.1}}}\noptimizer: {name: "
      "sgd, lr: "
      "2.4}\nlookahead: {k: 5, alpha: 1, workers: 3}\nstop: {steps: 100000}\n";
  for (const int threads : {1, 2}) {
    Trial<double> trial(problem + "threads: " + std::to_string(threads) + "\n");
    const Outcome outcome = trial.run();
    CHECK(outcome.status == Status::diverged);
    for (const double z : trial.slow()) CHECK(std::isfinite(z));
  }
}

TEST_CASE("O18: the adaptive alpha is the exact minimizer along the line on a quadratic") {
  const std::string problem =
      "objective: {function: quadratic, dim: 8, condition: 30, seed: 4}\nstart: {uniform: [-1, "
      "1]}\noptimizer: "
      "{name: sgd, lr: 0.9}\nlookahead: {k: 5, alpha: {adaptive: {low: 1e-6, high: 100}}, extrapolate: "
      "true}\n"
      "stop: {steps: 5}\ntrace: {every: 1, points: true}\n";
  Trial<double> trial(problem);
  trial.run();
  const auto& records = trial.sink.records;
  const std::vector<double> z = records.front().slow;
  const std::vector<double> x = records.back().fast;
  std::vector<double> point(8);
  const auto along = [&](double alpha) {
    for (std::size_t i = 0; i < 8; ++i) point[i] = z[i] + alpha * (x[i] - z[i]);
    return trial.plan->problem->function->value(point, Batch{}, {}).value;
  };
  // The parabola through three wide points is exact on a quadratic; a search for the least value would know
  // its place to the root of the values' precision alone.
  const double f0 = along(0), f1 = along(1), f2 = along(2);
  const double best = (4 * f1 - 3 * f0 - f2) / (2 * (2 * f1 - f0 - f2));
  CHECK(best > 1);
  CHECK(trial.session->slow()[0] == doctest::Approx(z[0] + best * (x[0] - z[0])).epsilon(1e-10));
  CHECK(records.back().alpha == doctest::Approx(best).epsilon(1e-10));
  CHECK(records.back().grad_evals == 7);  // and two for alpha
}

TEST_CASE("an adaptive alpha stays within its limits") {
  const Points points = points_of(
      "objective: rosenbrock\noptimizer: {name: sgd, lr: 1e-3}\nlookahead: {k: 5, alpha: "
      "{adaptive: {low: 1.2, high: 1.6}}, extrapolate: true}\nstop: {steps: 500}");
  bool inside = false;
  for (const Record& record : points.records) {
    CHECK(record.alpha >= 1.2);
    CHECK(record.alpha <= 1.6);
    inside = inside || (record.alpha > 1.2 && record.alpha < 1.6);
  }
  CHECK(inside);
}
