// A schedule that follows the loss: against the recursion of PyTorch's ReduceLROnPlateau, and in a run.
#include <cmath>

#include "schedules.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// ReduceLROnPlateau in mode min, threshold_mode rel and eps 0, for positive losses.
struct Reference {
  double rate, factor, threshold, least;
  int patience, cooldown;
  double best = INFINITY;
  int bad = 0, cooling = 0;

  void step(double loss) {
    if (loss < best * (1 - threshold)) {
      best = loss;
      bad = 0;
    } else {
      bad += 1;
    }
    if (cooling > 0) {
      cooling -= 1;
      bad = 0;
    }
    if (bad > patience) {
      rate = std::max(rate * factor, least);
      cooling = cooldown;
      bad = 0;
    }
  }
};

// Falls, stalls, rises and falls again, with some disorder.
double loss_at(Index t) {
  const auto x = static_cast<double>(t);
  return 2 + std::exp(-x / 30) + 0.3 * std::sin(x / 25) + 0.05 * std::sin(7.3 * x);
}

const std::string settings = "factor: 0.5, patience: 3, threshold: 0.01, cooldown: 2, to: 0.01";

}  // namespace

TEST_CASE("plateau is PyTorch's ReduceLROnPlateau when it looks at every step") {
  const auto made = schedule("{plateau: {from: 0.8, every: 1, " + settings + "}}");
  Reference reference{0.8, 0.5, 0.01, 0.01, 3, 2};
  std::vector<double> rates;
  for (Index t = 0; t < 400; ++t) {
    CHECK(made->at(t) == reference.rate);
    if (rates.empty() || rates.back() != reference.rate) rates.push_back(reference.rate);
    made->observe(loss_at(t));
    reference.step(loss_at(t));
  }
  // The comparison saw every stage, down to the smallest value.
  CHECK(rates == std::vector<double>{0.8, 0.4, 0.2, 0.1, 0.05, 0.025, 0.0125, 0.01});
}

TEST_CASE("plateau averages the losses of a window, after the warm-up") {
  const auto made = schedule("{plateau: {from: 0.8, every: 4, warmup: 6, " + settings + "}}");
  Reference reference{0.8, 0.5, 0.01, 0.01, 3, 2};
  for (Index t = 0; t < 6; ++t) {
    CHECK(made->at(t) == 0.8 * static_cast<double>(t + 1) / 6);
    made->observe(0);  // a loss no later one is better than
  }
  for (Index t = 0; t < 1600; t += 4) {
    double sum = 0;
    for (Index i = t; i < t + 4; ++i) {
      CHECK(made->at(6 + i) == reference.rate);
      made->observe(loss_at(i));
      sum += loss_at(i);
    }
    reference.step(sum / 4);
  }
  CHECK(reference.rate == 0.01);
}

TEST_CASE("plateau takes a falling negative loss for a gain, and a rising one for none") {
  const auto falling = schedule("{plateau: {from: 1, every: 1, patience: 0, threshold: 0.1}}");
  for (double loss = -1; loss > -100; loss *= 1.2) falling->observe(loss);
  CHECK(falling->at(100) == 1);
  const auto rising = schedule("{plateau: {from: 1, every: 1, patience: 0, threshold: 0.1}}");
  rising->observe(-1);
  rising->observe(-0.95);
  CHECK(rising->at(2) == 0.1);
}

TEST_CASE("plateau saved at any step and restored goes on with the same bits") {
  const std::string value = "{plateau: {from: 0.8, every: 3, warmup: 5, " + settings + "}}";
  const auto whole = schedule(value);
  std::vector<double> values;
  for (Index t = 0; t < 600; ++t) {
    values.push_back(whole->at(t));
    whole->observe(loss_at(t));
  }
  CHECK(values.back() < 0.1);
  const auto running = schedule(value);
  for (Index cut = 0; cut < 600; ++cut) {
    if (cut % 7 == 0) {
      Archive saved;
      running->exchange(saved);
      Archive loaded(saved.bytes());
      const auto restored = schedule(value);
      restored->exchange(loaded);
      CHECK(loaded.intact());
      CHECK(loaded.exhausted());
      for (Index t = cut; t < std::min<Index>(600, cut + 60); ++t) {
        CHECK(restored->at(t) == values[static_cast<std::size_t>(t)]);
        restored->observe(loss_at(t));
      }
    }
    running->observe(loss_at(cut));
  }
}

TEST_CASE("in a run plateau observes the loss of every step and lowers the rate where it stalls") {
  // A rate at which sgd on a quadratic oscillates between the same two points.
  Trial<double> trial(
      "objective: {function: quadratic, dim: 2, condition: 1}\nlookahead: false\nstop: {steps: 40}\n"
      "optimizer: {name: sgd, lr: {plateau: {from: 2, factor: 0.25, patience: 1, every: 5}}}\n"
      "trace: {every: 1}\n");
  trial.run();
  // Windows end after 5, 10 and 15 steps; the second bad one is the third.
  for (const Record& record : trial.sink.records) {
    if (record.step == 0) continue;
    CHECK(record.lr == (record.step <= 15 ? 2 : 0.5));
    CHECK((record.step <= 15 ? record.loss_slow == 1 : record.loss_slow < 1));
  }
}

TEST_CASE("law: a run with plateau on minibatches, restored, equals the whole run") {
  const Spec spec = spec_of("data: {train: " + data_folder() +
                            "points.csv, target: y}\nmodel: {type: linear, l2: 0.01}\nbatch: 7\n"
                            "optimizer: {name: sgd, lr: {plateau: {from: 0.05, factor: 0.5, patience: 1, "
                            "every: 9, warmup: 3}}}\nlookahead: {k: 4, alpha: 0.5}\nstop: {epochs: 30}\n"
                            "trace: {every: 1, points: true}\n");
  Trial<double> whole(spec);
  whole.run();
  CHECK(whole.sink.records.back().lr < 0.02);
  const std::string trace = trace_text(spec, whole.sink.records);
  for (const Index cut : {1, 11, 12, 13, 100, 211, 269}) {
    CAPTURE(cut);
    Trial<double> head(spec), tail(spec);
    head.run(cut);
    Archive saved;
    head.session->exchange(saved);
    Archive loaded(saved.bytes());
    tail.session->exchange(loaded);
    CHECK(loaded.exhausted());
    tail.sink.records = head.sink.records;
    tail.run();
    CHECK(trace_text(spec, tail.sink.records) == trace);
    CHECK(tail.slow() == whole.slow());
  }
}
