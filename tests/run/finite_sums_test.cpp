#include <cmath>

#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string rest =
    "\noptimizer: {name: sgd, lr: 0.1}\nlookahead: {k: 5, alpha: 0.5}\nseed: 3\nstop: {steps: 40}\ntrace: "
    "{every: "
    "1, points: true}\n";

}  // namespace

TEST_CASE("a finite sum runs with its full gradient by default, and every term counts") {
  Trial<double> trial("objective: {function: least_squares, dim: 4, samples: 30}" + rest);
  const Outcome outcome = trial.run();
  CHECK(outcome.counts.grad_evals == 40 * 30);
  CHECK(outcome.counts.epochs == 0);
  const auto& entry = *function_catalog().find("least_squares");
  const auto parameters = trial.plan->spec.objective->function.values;
  const auto f = entry.make<double>(parameters, 4);
  for (const Record& record : trial.sink.records) {
    CHECK(record.loss_slow == f->value(record.slow, Batch::range(0, 30), {}).value);
  }
  CHECK(*outcome.gap == outcome.loss_slow);
}

TEST_CASE("minibatch noise draws terms by the documented stream, and the trace sees all terms") {
  Trial<double> trial("objective: {function: least_squares, dim: 4, samples: 30, noise: {minibatch: 8}}" +
                      rest);
  const Outcome outcome = trial.run();
  CHECK(outcome.counts.grad_evals == 40 * 8);
  const auto f =
      function_catalog().find("least_squares")->make<double>(trial.plan->spec.objective->function.values, 4);
  const Stream stream(3, Purpose::shuffle, 0);
  std::vector<std::uint32_t> rows(8);
  std::vector<double> gradient(4);
  std::vector<double> x = trial.sink.records[0].fast, z = x;
  for (Index step = 0; step < 40; ++step) {
    for (std::uint32_t i = 0; i < 8; ++i) {
      rows[i] = static_cast<std::uint32_t>(stream.below(static_cast<std::uint64_t>(step), i, 30));
    }
    const double loss = f->value_and_gradient(x, Batch::rows(rows), gradient, {}).value;
    for (std::size_t i = 0; i < 4; ++i) x[i] -= 0.1 * gradient[i];
    const std::vector<double> before = x;
    if ((step + 1) % 5 == 0) {
      for (std::size_t i = 0; i < 4; ++i) z[i] = x[i] = 0.5 * x[i] + 0.5 * z[i];
    }
    const Record& record = trial.sink.records[static_cast<std::size_t>(step + 1)];
    CHECK(record.loss_batch == loss);
    CHECK(record.fast == before);
    CHECK(record.loss_slow == f->value(z, Batch::range(0, 30), {}).value);
  }
}

TEST_CASE("minibatch noise is unbiased and its variance is that of one term over the size") {
  // noisy_quadratic with A = I and centres of variance 1/4: a gradient over b terms is x minus their mean
  // centre, of variance 1 / (4 b) in every coordinate.
  Trial<double> trial(
      "objective: {function: noisy_quadratic, dim: 1, condition: 1, variance: 0.25, samples: 50, noise: "
      "{minibatch: 4}}\noptimizer: {name: sgd, lr: 1}\nlookahead: false\nstop: {steps: 20000}\ntrace: "
      "{every: 1, "
      "points: true}\n");
  trial.run();
  // With the rate 1 every step lands on the mean of its centres.
  double mean = 0, square = 0;
  for (std::size_t i = 1; i < trial.sink.records.size(); ++i) {
    const double c = trial.sink.records[i].fast[0];
    mean += c / 20000;
    square += c * c / 20000;
  }
  const double variance = 0.25 / 4;
  // Five standard errors; the centres are nearly normal, so that the square's deviation is sqrt(2) variance.
  CHECK(std::abs(mean) < 5 * std::sqrt(variance / 20000));
  CHECK(std::abs(square - variance) < 5 * std::sqrt(2.0 / 20000) * variance);
}

TEST_CASE("minibatches without replacement go through all terms once an epoch, in the documented order") {
  Trial<double> trial(
      "objective: {function: least_squares, dim: 4, samples: 30, noise: {minibatch: {size: 8, replacement: "
      "false}}}" +
      rest);
  const Outcome outcome = trial.run();
  // Epochs of 8, 8, 8 and the 6 that are left.
  CHECK(outcome.counts.grad_evals == 10 * 30);
  const auto f =
      function_catalog().find("least_squares")->make<double>(trial.plan->spec.objective->function.values, 4);
  const Stream stream(3, Purpose::shuffle, 0);
  std::vector<std::uint32_t> order(30);
  std::vector<double> gradient(4);
  std::vector<double> x = trial.sink.records[0].fast, z = x;
  for (Index step = 0; step < 40; ++step) {
    const auto first = static_cast<std::size_t>(8 * (step % 4));
    if (first == 0) shuffle(stream, static_cast<std::uint64_t>(step / 4), order);
    const auto rows =
        std::span<const std::uint32_t>(order).subspan(first, std::min<std::size_t>(8, 30 - first));
    const double loss = f->value_and_gradient(x, Batch::rows(rows), gradient, {}).value;
    for (std::size_t i = 0; i < 4; ++i) x[i] -= 0.1 * gradient[i];
    const std::vector<double> before = x;
    if ((step + 1) % 5 == 0) {
      for (std::size_t i = 0; i < 4; ++i) z[i] = x[i] = 0.5 * x[i] + 0.5 * z[i];
    }
    const Record& record = trial.sink.records[static_cast<std::size_t>(step + 1)];
    CHECK(record.loss_batch == loss);
    CHECK(record.fast == before);
  }
}

TEST_CASE("as many terms as there are, each once, are the whole sum and no noise") {
  const std::string sum = "objective: {function: least_squares, dim: 4, samples: 30";
  Trial<double> whole(sum + "}" + rest);
  whole.run();
  for (const char* size : {"30", "31"}) {
    Trial<double> drawn(sum + ", noise: {minibatch: {size: " + size + ", replacement: false}}}" + rest);
    drawn.run();
    CHECK(drawn.slow() == whole.slow());
    CHECK(drawn.plan->drawn == 0);
  }
}

TEST_CASE("a run by evals has as many steps as its epochs cost") {
  // 330 evaluations: 11 epochs of four steps.
  for (const char* lr : {"0.1", "{linear: {from: 0.1, to: 0.01}}"}) {
    Trial<double> trial(
        std::string("objective: {function: least_squares, dim: 4, samples: 30, noise: {minibatch: {size: 8, "
                    "replacement: false}}}\noptimizer: {name: sgd, lr: ") +
        lr + "}\nstop: {evals: 330}\n");
    const Outcome outcome = trial.run();
    CHECK(outcome.counts.steps == 44);
    CHECK(outcome.counts.grad_evals == 330);
    // The schedule's length is the run's: the last of 44 steps goes by 43 parts of 44.
    const double last = lr[0] == '0' ? 0.1 : 0.1 - 0.09 * 43 / 44;
    CHECK(trial.sink.records.back().lr == doctest::Approx(last).epsilon(1e-12));
  }
}

TEST_CASE("more terms are drawn than there are, from a sum so wide that both are cut into parts") {
  const std::string sum =
      "objective: {function: least_squares, dim: 10000, samples: 20, noise: {minibatch: 900}}";
  const auto trace = [&](const std::string& threads) {
    const Spec spec =
        spec_of(sum + "\noptimizer: {name: sgd, lr: 1e-5}\nstop: {steps: 3}\ntrace: {every: 1}\n" +
                "threads: " + threads + "\n");
    Trial<double> trial(spec);
    trial.run();
    return trial.sink.records;
  };
  const auto one = trace("1"), two = trace("2");
  const auto f = function_catalog()
                     .find("least_squares")
                     ->make<double>(spec_of(sum + "\noptimizer: sgd\n").objective->function.values, 10000);
  const Stream stream(1, Purpose::shuffle, 0);
  std::vector<std::uint32_t> rows(900);
  for (std::uint32_t i = 0; i < 900; ++i) rows[i] = static_cast<std::uint32_t>(stream.below(0, i, 20));
  const std::vector<double> start(10000, 0.0);
  // Sums of 900 terms in another order.
  CHECK(one[1].loss_batch == doctest::Approx(f->value(start, Batch::rows(rows), {}).value).epsilon(1e-12));
  for (std::size_t i = 1; i < one.size(); ++i) CHECK(one[i].loss_batch == two[i].loss_batch);
}

TEST_CASE("target and evals end a run on a finite sum as on any function") {
  const std::string problem =
      "objective: {function: least_squares, dim: 4, samples: 30, noise: {minibatch: 8}}\noptimizer: {name: "
      "sgd, lr: "
      "0.1}\nlookahead: {k: 5, alpha: 0.8}\nstop: ";
  Trial<double> target(problem + "{target: 1e-6}\n"), evals(problem + "{evals: 800}\n");
  const Outcome reached = target.run();
  CHECK(*reached.stop == StopReason::target);
  CHECK(*reached.gap <= 1e-6);
  CHECK(reached.counts.steps % 5 == 0);
  const Outcome counted = evals.run();
  CHECK(*counted.stop == StopReason::evals);
  CHECK(counted.counts.steps == 100);
}

TEST_CASE("a sum large enough to be cut into shards keeps its bits with any number of threads") {
  const auto trace = [](const char* threads) {
    const Spec spec = spec_of(
        "objective: {function: welsch_regression, dim: 100, samples: 1500}\noptimizer: adam\nstop: {steps: "
        "20}\ntrace: {every: 1, points: true}\nthreads: " +
        std::string(threads) + "\n");
    Trial<double> trial(spec);
    trial.run();
    return trace_text(spec, trial.sink.records);
  };
  CHECK(trace("1") == trace("2"));
  CHECK(trace("1") == trace("5"));
}

TEST_CASE("minibatches of a function that is no finite sum are refused with place and cure") {
  const auto spec =
      read_problem({"objective:\n  function: rosenbrock\n  noise: {minibatch: 8}\noptimizer: sgd\n",
                    "problem.yaml",
                    "problem",
                    ".",
                    {}});
  REQUIRE(!spec);
  REQUIRE(spec.faults().size() == 1);
  const Fault& fault = spec.faults().front();
  CHECK(fault.kind == FaultKind::problem);
  CHECK(fault.place.line == 3);
  CHECK(fault.cure.find("noisy_quadratic") != std::string::npos);
}

TEST_CASE(
    "the dimension of a factorization fits its rank: rounded up where none is given, refused otherwise") {
  CHECK(spec_of("objective: {function: matrix_factorization, rank: 3}\noptimizer: sgd\n")
            .objective->dimension == 21);
  const auto wrong =
      read_problem({"objective: {function: matrix_factorization, rank: 3, dim: 20}\noptimizer: sgd\n",
                    "problem.yaml",
                    "problem",
                    ".",
                    {}});
  REQUIRE(!wrong);
  CHECK(to_string(wrong.faults().front()).find("a multiple of 3, got 20") != std::string::npos);
}
