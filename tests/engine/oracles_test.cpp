#include <cmath>

#include "random/stream.hpp"
#include "support/problem.hpp"

// The exact identities of two-time-scale optimization, on the engine itself.
using namespace lookahead;
using namespace lookahead::test;

namespace {

constexpr double unit = 0x1p-53;

struct Setting {
  Index k;
  double alpha;
};
const std::vector<Setting> settings = {{1, 0.5}, {2, 0.3},  {3, 0.8}, {5, 0.5},
                                       {7, 1.0}, {10, 0.1}, {25, 0.5}};

std::string problem(const Setting& setting, const std::string& optimizer, Index steps) {
  return "objective: {function: rational, dim: 13, noise: {gaussian: 0.2}}\nstart: {uniform: [-2, "
         "2]}\noptimizer: " +
         optimizer + "\nlookahead: {k: " + std::to_string(setting.k) + ", alpha: " + to_text(setting.alpha) +
         "}\nseed: 7\nstop: {steps: " + std::to_string(steps) + "}\ntrace: {every: 1, points: true}\n";
}

// The gradient that step t (from 0) draws at x, by the documented streams.
std::vector<double> noisy_gradient(const std::vector<double>& x, Index t) {
  std::vector<double> gradient(x.size()), noise(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) gradient[i] = 0;
  const auto& entry = *function_catalog().find("rational");
  const auto function = entry.make<double>(entry.defaults(), static_cast<Index>(x.size()));
  static_cast<void>(function->value_and_gradient(x, Batch{}, gradient, {}));
  Stream(7, Purpose::noise, 0).normals(static_cast<std::uint64_t>(t), noise);
  for (std::size_t i = 0; i < x.size(); ++i) gradient[i] += 0.2 * noise[i];
  return gradient;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

// Where the step after this row starts from: the row's fast point is the one before the sync.
const std::vector<double>& onward(const Record& record) { return record.synced ? record.slow : record.fast; }

// M of the error bounds: the largest coordinate plus the largest step over the run.
double magnitude(const std::vector<Record>& records, double rate) {
  double m = 0, step = 0;
  for (const Record& record : records) {
    for (const double x : record.fast) m = std::max(m, std::abs(x));
    for (const double z : record.slow) m = std::max(m, std::abs(z));
    for (const double g : noisy_gradient(onward(record), record.step))
      step = std::max(step, rate * std::abs(g));
  }
  return m + step;
}

}  // namespace

TEST_CASE("O1: alpha = 1 with the state kept is the inner optimizer, bit for bit, for any k") {
  for (const std::string optimizer :
       {"{name: sgd, lr: 0.1, momentum: 0.9}", "{name: adam, lr: 1e-2}", "{name: rmsprop, lr: 1e-3}"}) {
    Trial<double> alone(spec_of(problem({1, 1}, optimizer, 120), {"lookahead=false"}));
    alone.run();
    for (const Index k : {1, 2, 5, 40}) {
      Trial<double> trial(problem({k, 1}, optimizer, 120));
      trial.run();
      CHECK(trial.fast() == alone.fast());
    }
  }
}

TEST_CASE("O3: the two-agent form in either order of the agents is the engine, bit for bit") {
  for (const Setting& setting : settings) {
    CAPTURE(setting.k);
    const double rate = 0.15;
    Trial<double> trial(problem(setting, "{name: sgd, lr: 0.15}", 100));
    trial.run();
    for (const bool fast_first : {true, false}) {
      std::vector<double> x(trial.plan->start.begin(), trial.plan->start.end()), z = x;
      const double alpha = setting.alpha, rest = 1 - alpha;
      for (Index t = 0; t < 100; ++t) {
        const auto g = noisy_gradient(x, t);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] -= rate * g[i];
        const std::vector<double> before = x;
        if ((t + 1) % setting.k == 0) {
          for (std::size_t i = 0; i < x.size(); ++i) {
            const double met = fast_first ? alpha * x[i] + rest * z[i] : rest * z[i] + alpha * x[i];
            x[i] = met;
            z[i] = met;
          }
        }
        const Record& record = trial.sink.records[static_cast<std::size_t>(t + 1)];
        CHECK(record.fast == before);
        CHECK(record.slow == z);
      }
    }
  }
}

TEST_CASE("O4: a row with a sync shows the step back, and the point of the theorem at the new slow point") {
  for (const Setting& setting : settings) {
    Trial<double> trial(problem(setting, "{name: adam, lr: 1e-2}", 60));
    trial.run();
    const auto& records = trial.sink.records;
    CHECK(records.front().fast == records.front().slow);
    for (std::size_t t = 1; t < records.size(); ++t) {
      const Record& record = records[t];
      CHECK(record.synced == (record.step % setting.k == 0));
      double square = 0;
      for (std::size_t i = 0; i < record.fast.size(); ++i) {
        const double apart = record.fast[i] - records[t - 1].slow[i];
        square += apart * apart;
        if (record.synced)
          CHECK(record.slow[i] ==
                setting.alpha * record.fast[i] + (1 - setting.alpha) * records[t - 1].slow[i]);
      }
      // Thirteen squares, added in another order.
      CHECK(record.disagreement == doctest::Approx(std::sqrt(square)).epsilon(1e-14));
      CHECK(record.loss_fast == trial.plan->objective().value(record.fast, Batch{}, {}).value);
      if (record.synced) CHECK(record.grad_norm == record.grad_norm_slow);
    }
  }
}

TEST_CASE(
    "O5 and O6: y moves by alpha times the fast step, and the disagreement is the sum of a round's "
    "gradients") {
  for (const Setting& setting : settings) {
    CAPTURE(setting.k);
    const double rate = 0.15;
    Trial<double> trial(problem(setting, "{name: sgd, lr: 0.15}", 100));
    trial.run();
    const auto& records = trial.sink.records;
    const double m = magnitude(records, rate);
    const double alpha = setting.alpha, rest = 1 - alpha;
    const auto mean_point = [&](const Record& record) {
      std::vector<double> y = record.slow;
      if (record.synced) return y;
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = alpha * record.fast[i] + rest * record.slow[i];
      return y;
    };
    std::vector<double> sum(records.front().fast.size());
    for (std::size_t t = 0; t + 1 < records.size(); ++t) {
      const auto g = noisy_gradient(onward(records[t]), static_cast<Index>(t));
      std::vector<double> expected = mean_point(records[t]);
      for (std::size_t i = 0; i < expected.size(); ++i) expected[i] -= alpha * rate * g[i];
      CHECK(largest_difference(mean_point(records[t + 1]), expected) <= 8 * unit * m);
      // x_t - y_t = -(1 - alpha) rate sum of the round's gradients so far
      if (records[t].synced) std::fill(sum.begin(), sum.end(), 0.0);
      const auto y = mean_point(records[t]);
      for (std::size_t i = 0; i < sum.size(); ++i) {
        const double deviation = onward(records[t])[i] - y[i] + rest * rate * sum[i];
        CHECK(std::abs(deviation) <= 8 * unit * static_cast<double>(setting.k + 1) * m);
        sum[i] += g[i];
      }
    }
  }
}

TEST_CASE(
    "O2: with k = 1, Lookahead over SGD is SGD at the step alpha lr, to rounding, on a convex function") {
  const std::string common =
      "objective: {function: quadratic, dim: 8, condition: 50, seed: 2}\ntrace: {every: 1, points: "
      "true}\nstop: {steps: 300}\n";
  Trial<double> slow(common + "optimizer: {name: sgd, lr: 0.8}\nlookahead: {k: 1, alpha: 0.25}\n");
  Trial<double> plain(common + "optimizer: {name: sgd, lr: 0.2}\nlookahead: false\n");
  slow.run();
  plain.run();
  // |x| <= 1 and lr |g| <= 0.8 throughout, so M <= 2 (bound 8 u T M)
  CHECK(largest_difference(slow.slow(), plain.slow()) <= 8 * unit * 300 * 2.0);
}

TEST_CASE("O20: the same seed gives the same bits, another seed another run") {
  const std::string text = problem({5, 0.5}, "{name: adam, lr: 1e-2}", 77);
  Trial<double> a(text), b(text), c(text, {"seed=8"});
  a.run();
  b.run();
  c.run();
  CHECK(a.fast() == b.fast());
  CHECK(a.fast() != c.fast());
}

TEST_CASE("O21: a pullback keeps a copy of the state, not another name for it") {
  // One step per round with zero gradients after the first: the buffer m of round 1 becomes alpha m at the
  // sync, then 0 (momentum 0.5 halves it) ... so the states are computed by hand beside the engine.
  const double alpha = 0.4, momentum = 0.5, rate = 0.1;
  Trial<double> trial(
      "objective: {function: sphere, dim: 1}\nstart: [1.0]\noptimizer: {name: sgd, lr: 0.1, momentum: 0.5}\n"
      "lookahead: {k: 2, alpha: 0.4, at_sync: pullback}\nstop: {steps: 12}\ntrace: {every: 1, points: "
      "true}\n");
  trial.run();
  double x = 1, z = 1, buffer = 0, cache = 0;
  for (Index t = 0; t < 12; ++t) {
    const double g = 2 * x;
    buffer = t == 0 ? g : momentum * buffer + g;
    x -= rate * buffer;
    if ((t + 1) % 2 == 0) {
      z = alpha * x + (1 - alpha) * z;
      x = z;
      buffer = alpha * buffer + (1 - alpha) * cache;
      cache = buffer;
    }
    // Rounding only: a dozen operations on numbers below 10.
    CHECK(std::abs(onward(trial.sink.records[static_cast<std::size_t>(t + 1)])[0] - x) < 1e-13);
  }
}
