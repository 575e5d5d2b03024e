#include <cmath>

#include "support/problem.hpp"

// `trace: {exact: true}`: the running mean of squared gradient norms over every step.
namespace lookahead::test {
namespace {

TEST_CASE("with trace.exact the mean of squares is over every step, whatever is recorded") {
  for (const std::string& problem : kinds_of_problems()) {
    CAPTURE(problem);
    const std::string rest =
        "optimizer: {name: sgd, lr: 1e-3}\nlookahead: {k: 4, alpha: 0.6}\nstop: {steps: 57}\n";
    Trial<double> every(problem + rest + "trace: {exact: true, every: 1}\n");
    Trial<double> some(problem + rest + "trace: {exact: true, every: 9}\n");
    every.run();
    some.run();
    double sum = 0;
    std::vector<double> means;
    for (const Record& row : every.sink.records) {
      if (row.step == std::ssize(means)) {
        sum += row.grad_norm * row.grad_norm;
        means.push_back(sum / static_cast<double>(row.step + 1));
      }
      // The same sum in the same order.
      CHECK(row.grad_sq_mean == means[static_cast<std::size_t>(row.step)]);
    }
    CHECK(std::ssize(means) == 58);
    for (const Record& row : some.sink.records)
      CHECK(row.grad_sq_mean == means[static_cast<std::size_t>(row.step)]);
    CHECK(some.sink.records.size() < every.sink.records.size());
    CHECK(some.slow() == every.slow());
  }
}

TEST_CASE("without trace.exact the mean of squares is over the recorded rows, each step once") {
  Trial<double> trial(
      "objective: rational\noptimizer: sgd\nlookahead: {k: 4}\nstop: {steps: 30}\ntrace: {every: 7}\n");
  trial.run();
  double sum = 0, count = 0;
  Index last = -1;
  for (const Record& row : trial.sink.records) {
    if (row.step != last) {
      sum += row.grad_norm * row.grad_norm;
      ++count;
    }
    last = row.step;
    CHECK(row.grad_sq_mean == sum / count);
  }
}

TEST_CASE("an exact trace that is cut anywhere and goes on is the same") {
  const Spec spec = spec_of(
      "objective: {function: rational, dim: 3, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: 0.1}\n"
      "lookahead: {k: 5, alpha: 0.5}\nstop: {steps: 33}\ntrace: {exact: true, every: 4}\n");
  Trial<double> whole(spec);
  whole.run();
  const std::string trace = trace_text(spec, whole.sink.records);
  for (const Index cut : {1, 4, 7, 10, 32}) {
    CAPTURE(cut);
    Trial<double> first(spec), second(spec);
    first.run(cut);
    Archive saved;
    first.session->exchange(saved);
    Archive loaded(saved.bytes());
    second.session->exchange(loaded);
    CHECK(loaded.exhausted());
    second.sink.records = first.sink.records;
    second.run();
    CHECK(trace_text(spec, second.sink.records) == trace);
  }
}

TEST_CASE("a trace that is exact changes nothing of the run") {
  for (const std::string& problem : kinds_of_problems()) {
    const std::string rest =
        "optimizer: {name: sgd, lr: 1e-3}\nlookahead: {k: 4, alpha: 0.6}\nstop: {steps: 57}\n";
    Trial<float> plain(problem + rest), exact(problem + rest + "trace: {exact: true}\n");
    const Outcome a = plain.run(), b = exact.run();
    CHECK(plain.slow() == exact.slow());
    CHECK(plain.fast() == exact.fast());
    CHECK(a.best.loss == b.best.loss);
    CHECK(a.counts.grad_evals == b.counts.grad_evals);
  }
}

}  // namespace
}  // namespace lookahead::test
