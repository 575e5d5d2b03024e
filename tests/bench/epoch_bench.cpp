// One epoch of logistic regression in minibatches, and its whole loss and gradient, on a million rows.
#include <benchmark/benchmark.h>

#include <chrono>
#include <vector>

#include "engine/descent.hpp"
#include "engine/lookahead.hpp"
#include "objective/model.hpp"
#include "timing.hpp"

using namespace lookahead;
using namespace lookahead::bench;

namespace {

constexpr Index rows = 1'000'000, columns = 50;

template <Scalar T>
const Dataset<T>& million_rows() {
  static const Dataset<T> data = [] {
    Dataset<T> made;
    made.rows = rows;
    made.columns = columns;
    made.features.resize(static_cast<std::size_t>(rows * columns));
    made.targets.resize(static_cast<std::size_t>(rows));
    const Stream stream(1, Purpose::problem);
    std::vector<double> row(columns + 1);
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
      stream.uniforms(i, row);
      for (std::size_t j = 0; j < columns; ++j)
        made.features[i * columns + j] = static_cast<T>(2 * row[j] - 1);
      made.targets[i] = row[columns] < 0.5 + 0.4 * (row[0] - row[1]) ? T{1} : T{0};
    }
    return made;
  }();
  return data;
}

template <Scalar T>
std::unique_ptr<Model<T>> logistic_model() {
  const ModelEntry& entry = *model_catalog().find("logistic");
  const auto parameters = entry.defaults();
  return entry.make<T>(parameters, ModelSeat<T>{&million_rows<T>(), 2, true});
}

std::unique_ptr<Schedule> constant(double value) {
  const Scheduled scheduled = Scheduled::constant(value);
  return scheduled.schedule.entry->make(scheduled.schedule.values, 0);
}

template <Scalar T>
void logistic_epoch(benchmark::State& state) {
  const Index batch = state.range(0);
  const auto model = logistic_model<T>();
  Pool pool(state.range(1));
  Evaluator<T> evaluator(*model, pool, batch);
  const OptimizerEntry& sgd = *optimizer_catalog().find("sgd");
  const auto parameters = sgd.defaults();
  Aligned<T> x(static_cast<std::size_t>(model->dimension()));
  DescentParts<T> fast{.evaluator = &evaluator,
                       .optimizer = sgd.make<T>(parameters, {std::ssize(x), rows, {}, {}}),
                       .rate = constant(0.1),
                       .sampler = Sampler(rows, batch, 1, 0),
                       .noise = nullptr,
                       .noise_stream = Stream(1, Purpose::noise, 0),
                       .clip = {}};
  const auto agent = lookahead_over<T>(
      LookaheadParts<T>{descent(std::move(fast)), constant(5), constant(0.5), AtSync::keep, false}, x);
  for (auto _ : state) agent->advance(x, (rows + batch - 1) / batch);
}

template <Scalar T>
void full_loss_and_gradient(benchmark::State& state) {
  const auto model = logistic_model<T>();
  Pool pool(state.range(0));
  Evaluator<T> evaluator(*model, pool, rows);
  Aligned<T> x(static_cast<std::size_t>(model->dimension()), static_cast<T>(0.01)), gradient(x.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluator.value_and_gradient(x, Batch::range(0, rows), gradient).value);
  }
}

void settings(benchmark::internal::Benchmark* benchmark) {
  benchmark->Unit(benchmark::kMillisecond)
      ->UseRealTime()
      ->Iterations(1)
      ->Repetitions(7)
      ->DisplayAggregatesOnly();
  benchmark->ComputeStatistics(
      "least", [](const std::vector<double>& v) { return *std::min_element(v.begin(), v.end()); });
}

BENCHMARK(logistic_epoch<float>)
    ->Args({1, 1})
    ->Args({32, 1})
    ->Args({128, 1})
    ->Args({1024, 1})
    ->Args({1024, 2})
    ->Apply(settings);
BENCHMARK(logistic_epoch<double>)->Args({32, 1})->Args({128, 1})->Args({1024, 1})->Apply(settings);
BENCHMARK(full_loss_and_gradient<float>)->Arg(1)->Arg(2)->Apply(settings);
BENCHMARK(full_loss_and_gradient<double>)->Arg(1)->Arg(2)->Apply(settings);

}  // namespace
