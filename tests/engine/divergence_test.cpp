#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "engine/descent.hpp"
#include "engine/lookahead.hpp"
#include "support/problem.hpp"

// Gradients that are not finite beside a loss that is, and slow momentum where the rate vanishes.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// f(x) = x_0 + 0 (x_1 + ... + x_39), with a gradient that is broken in its last coordinate where x_0 <= edge.
class Broken final : public Objective<double> {
 public:
  Broken(double broken, double edge) : broken_(broken), edge_(edge) {}
  Index dimension() const override { return 40; }
  Index terms() const override { return 0; }
  Evaluation value(std::span<const double> x, const Batch&, std::span<double>) const override {
    return x[0] + 0 * x[39];
  }
  Evaluation value_and_gradient(std::span<const double> x, const Batch&, std::span<double> gradient,
                                std::span<double>) const override {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    gradient[0] = 1;
    if (x[0] <= edge_) gradient[39] = broken_;
    return x[0] + 0 * x[39];
  }

 private:
  double broken_, edge_;
};

}  // namespace

TEST_CASE(
    "law: a gradient that is not finite is divergence for every rule, though it takes signs or is clipped") {
  for (const double broken :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const OptimizerEntry& entry : optimizer_catalog()) {
      if (entry.needs != Needs::gradients) continue;
      for (const bool clipped : {false, true}) {
        const std::string& name = entry.card.name;
        if (clipped && name == "lbfgs") continue;
        CAPTURE(name);
        CAPTURE(broken);
        CAPTURE(clipped);
        // Where the run begins, and at a point met on the way.
        for (const double edge : {0.0, -1e-3}) {
          const Broken objective(broken, edge);
          Pool pool(1);
          Evaluator<double> evaluator(objective, pool, 0);
          Clip clip;
          if (clipped) clip.value = 0.5;
          const auto agent = descent(DescentParts<double>{
              .evaluator = &evaluator,
              .optimizer = entry.make<double>(entry.defaults(), {40, 0, {}, std::nullopt, true}),
              .rate = Scheduled::constant(1).make(0),
              .sampler = Sampler(0, 1, 1, 0),
              .noise = nullptr,
              .noise_stream = Stream(1, Purpose::noise, 0),
              .clip = clip,
              .check_gradients = entry.hides_infinity || clipped});
          Aligned<double> x(40, 0.0);
          agent->advance(x, 5000);
          CHECK(agent->telemetry().diverged);
          if (entry.hides_infinity || clipped) {
            CHECK(!agent->telemetry().gradient_finite);
            // A rule may meet it first at a point ahead, and the step's own point only when that is lost.
            if (entry.evaluations == 1) CHECK(std::isfinite(agent->telemetry().loss_batch));
          }
        }
      }
    }
  }
}

TEST_CASE("under a rate that has vanished slowmo keeps what the round moved before") {
  // The first step takes x from 1 to 0.8, the others do not move it; z goes half the way.
  Trial<double> trial(
      "objective: {function: sphere, dim: 1}\nstart: [1]\noptimizer: {name: sgd, lr: {exponential: {from: "
      "0.1, "
      "decay: 1e-200}}}\nlookahead: {k: 4, alpha: 0.5, outer: {name: slowmo, beta: 0.5}}\nstop: {steps: "
      "4}\n");
  trial.run();
  // A few roundings.
  CHECK(trial.slow().front() == doctest::Approx(0.9).epsilon(1e-15));
}

TEST_CASE("slowmo survives a rate whose inverse is beyond the numbers") {
  for (const char* rate : {"{linear: {from: 0.1, to: 0}}", "{exponential: {from: 0.1, decay: 0.5}}",
                           "{step: {from: 0.1, factor: 1e-30, every: 40}}"}) {
    CAPTURE(rate);
    const std::string problem =
        "objective: {function: quadratic, dim: 3}\noptimizer: {name: sgd, lr: " + std::string(rate) +
        "}\nlookahead: {k: 4, outer: slowmo}\nstop: {steps: 2000}\n";
    Trial<double> wide(problem);
    CHECK(wide.run().status == Status::finished);
    for (const double z : wide.slow()) CHECK(std::isfinite(z));
    Trial<float> narrow(problem + "precision: single\n");
    CHECK(narrow.run().status == Status::finished);
    for (const float z : narrow.slow()) CHECK(std::isfinite(z));
  }
}

TEST_CASE(
    "a layer that changes nothing stands where one stands that looks at every round, and goes back as far") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (entry.needs != Needs::gradients) continue;
    for (const bool kept : {false, true}) {
      CAPTURE(entry.card.name);
      CAPTURE(kept);
      const Broken objective(std::numeric_limits<double>::quiet_NaN(), -0.05);
      Pool pool(1);
      Evaluator<double> evaluator(objective, pool, 0);
      const Aligned<double> start(40, 0.0);
      const auto layer = [&](bool looks_at_losses) {
        const auto once = [](double value) { return Scheduled::constant(value).make(0); };
        LookaheadParts<double> parts{
            descent(DescentParts<double>{
                .evaluator = &evaluator,
                .optimizer = entry.make<double>(entry.defaults(), {40, 0, {}, std::nullopt, true}),
                .rate = once(0.01),
                .sampler = Sampler(0, 1, 1, 0),
                .noise = nullptr,
                .noise_stream = Stream(1, Purpose::noise, 0),
                .clip = {}}),
            once(1), once(1)};
        parts.exact_losses = looks_at_losses;
        auto agent = lookahead_over(std::move(parts), std::span<const double>(start));
        agent->keep_fast(kept);
        return agent;
      };
      const auto one = layer(false), other = layer(true);
      Aligned<double> x = start, y = start, mean(40), other_mean(40);
      const auto same = [](std::span<const double> a, std::span<const double> b) {
        return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
      };
      for (const Index steps : {1, 3, 2, 500, 1}) {
        CHECK(one->advance(x, steps) == other->advance(y, steps));
        const Telemetry &told = one->telemetry(), &expected = other->telemetry();
        CHECK(told.steps == expected.steps);
        CHECK(told.rounds == expected.rounds);
        CHECK(told.grad_evals == expected.grad_evals);
        CHECK(told.synced == expected.synced);
        CHECK(told.diverged == expected.diverged);
        CHECK(same({&told.loss_batch, 1}, {&expected.loss_batch, 1}));
        CHECK(same({&told.first_loss, 1}, {&expected.first_loss, 1}));
        CHECK(same({&told.disagreement, 1}, {&expected.disagreement, 1}));
        CHECK(same(x, y));
        CHECK(same(one->settled(x), other->settled(y)));
        CHECK(same(one->fast(x), other->fast(y)));
        one->mean_point(x, mean);
        other->mean_point(y, other_mean);
        CHECK(same(mean, other_mean));
      }
      one->retreat(x);
      other->retreat(y);
      CHECK(same(x, y));
      CHECK(same(one->settled(x), other->settled(y)));
    }
  }
}

TEST_CASE(
    "law: a run that diverges has the same last row and best step however its steps are cut into pieces") {
  const std::string objective = "objective: {function: quadratic_diag, dim: 2, condition: 10";
  int diverged = 0;
  for (const std::string& problem :
       {objective + "}\noptimizer: {name: sgd, lr: 3}\n", objective + "}\noptimizer: {name: sgd, lr: 2.01}\n",
        objective + ", noise: {gaussian: 0.1}}\noptimizer: {name: sgd, lr: 2.4, momentum: 0.3}\n",
        objective + "}\noptimizer: {name: sgd, lr: {linear: {from: 0.01, to: 400}}}\n",
        objective + "}\noptimizer: {name: adam, lr: {linear: {from: 0.1, to: 1e5}}}\n",
        "data: {train: " + data_folder() +
            "points.csv, target: y}\nmodel: linear\nbatch: 2\noptimizer: {name: sgd, lr: 0.9}\n"}) {
    for (const std::string lookahead :
         {"{k: 30, alpha: 0.5}", "{k: 50, alpha: 0.5, at_sync: pullback}", "{k: 100, alpha: 1}",
          "{k: 30, workers: 2}", "{k: 30, workers: 2, outer: nesterov}", "{k: 7, alpha: {adaptive: {}}}",
          "[{k: 3, alpha: 0.5}, {k: 10, alpha: 0.8}]", "[{k: 4}, {k: 5, workers: 2}]", "false"}) {
      const std::string text = problem + "lookahead: " + lookahead +
                               "\nstop: {steps: 3000, divergence: 1000}\ntrace: {every: 1}\n";
      CAPTURE(text);
      Trial<double> whole(text);
      const Outcome outcome = whole.run();
      if (outcome.status != Status::diverged) continue;
      ++diverged;
      const Record& of_whole = whole.sink.records.back();
      for (const std::string every : {"sync", "7", "1000"}) {
        double grad_sq_mean = Record::none;
        for (const Index piece : {0, 1, 7, 30}) {
          CAPTURE(every);
          CAPTURE(piece);
          Trial<double> cut(text, {"trace.every=" + every});
          Outcome end = cut.run(piece);
          while (end.status == Status::running) end = cut.run(piece);
          Record last = cut.sink.records.back();
          if (piece == 0) grad_sq_mean = last.grad_sq_mean;
          CHECK(last.grad_sq_mean == grad_sq_mean);
          // A mean over the rows, and what takes time.
          last.grad_sq_mean = of_whole.grad_sq_mean;
          last.time_s = of_whole.time_s;
          last.elapsed_s = of_whole.elapsed_s;
          CHECK(csv_row({}, last) == csv_row({}, of_whole));
          CHECK(end.best.step == outcome.best.step);
          CHECK(end.best.loss == outcome.best.loss);
          CHECK(cut.slow() == whole.slow());
        }
      }
    }
  }
  CHECK(diverged >= 40);
}
