// The full gradient of logistic regression: rows and gigabytes of the data's matrix per second.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "engine/evaluator.hpp"
#include "objective/model.hpp"
#include "random/stream.hpp"
#include "timing.hpp"

using namespace lookahead;
using namespace lookahead::bench;

namespace {

constexpr Index rows = 200'000;
constexpr Index columns = 50;

template <Scalar T>
void logistic_gradient(benchmark::State& state) {
  Dataset<T> data;
  data.rows = rows;
  data.columns = columns;
  data.features.resize(static_cast<std::size_t>(rows * columns));
  data.targets.resize(static_cast<std::size_t>(rows));
  const Stream stream(1, Purpose::problem);
  std::vector<double> row(static_cast<std::size_t>(columns));
  for (Index i = 0; i < rows; ++i) {
    stream.normals(static_cast<std::uint64_t>(i), row);
    std::transform(row.begin(), row.end(), data.features.begin() + i * columns,
                   [](double x) { return static_cast<T>(x); });
    data.targets[static_cast<std::size_t>(i)] = row[0] + row[1] > 0 ? T{1} : T{0};
  }
  const ModelEntry& entry = *model_catalog().find("logistic");
  const auto model = entry.make<T>(entry.defaults(), ModelSeat<T>{&data, 2, true});
  Pool pool(state.range(0));
  Evaluator<T> evaluator(*model, pool, rows);
  const Aligned<T> x(static_cast<std::size_t>(model->dimension()), T(0.01));
  Aligned<T> gradient(x.size());
  std::vector<double> seconds;
  for (auto _ : state) {
    seconds.push_back(seconds_of(
        [&] { static_cast<void>(evaluator.value_and_gradient(x, Batch::range(0, rows), gradient)); }));
    benchmark::DoNotOptimize(gradient.data());
  }
  const double bytes = static_cast<double>(rows * columns) * sizeof(T);
  state.counters["ns_per_row"] = least(seconds) * 1e9 / static_cast<double>(rows);
  state.counters["ns_per_row_median"] = median(seconds) * 1e9 / static_cast<double>(rows);
  state.counters["GB_per_s"] = bytes / least(seconds) / 1e9;
}
BENCHMARK_TEMPLATE(logistic_gradient, double)->Arg(1)->Arg(2)->Iterations(25)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(logistic_gradient, float)->Arg(1)->Arg(2)->Iterations(25)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
