// What recording costs: the same run of 10^7 steps with and without a trace.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>

#include "run/session.hpp"
#include "spec/problem.hpp"
#include "timing.hpp"
#include "trace/csv_sink.hpp"

using namespace lookahead;
using namespace lookahead::bench;

namespace {

void recording(benchmark::State& state) {
  const auto spec =
      read_problem({"objective: {function: rosenbrock_chained, dim: 2}\n"
                    "optimizer: {name: adam, lr: 1e-3}\n"
                    "stop: {steps: 1e7}\n"
                    "threads: 1\n",
                    "bench.yaml",
                    "bench",
                    ".",
                    {}});
  if (!spec) return state.SkipWithError("the problem is wrong");
  const auto planned = plan_run(*spec);
  if (!planned) return state.SkipWithError("the problem can not be run");
  const auto path =
      std::filesystem::temp_directory_path() / ("lookahead-bench-" + std::to_string(getpid()) + ".csv");
  std::vector<double> plain, traced, plain_wall, traced_wall;
  const auto run = [&](bool with_trace) {
    const std::unique_ptr<Run> run_of = start_run(*planned->plan, *planned->pool);
    Watcher watcher;
    if (!with_trace) {
      run_of->run(nullptr, watcher);
      return;
    }
    TraceLayout layout;
    layout.run = "bench";
    layout.seed = 1;
    auto sink = CsvSink::create(path, layout);
    run_of->run(&*sink, watcher);
    static_cast<void>(sink->close());
  };
  for (auto _ : state) {
    plain_wall.push_back(seconds_of([&] { plain.push_back(processor_seconds_of([&] { run(false); })); }));
    traced_wall.push_back(seconds_of([&] { traced.push_back(processor_seconds_of([&] { run(true); })); }));
  }
  state.counters["bytes"] = static_cast<double>(std::filesystem::file_size(path));
  std::filesystem::remove(path);
  state.counters["plain_s"] = least(plain);
  state.counters["traced_s"] = least(traced);
  state.counters["cost_percent"] = 100 * (least(traced) / least(plain) - 1);
  state.counters["cost_percent_median"] = 100 * (median(traced) / median(plain) - 1);
  state.counters["cost_percent_wall"] = 100 * (least(traced_wall) / least(plain_wall) - 1);
}
BENCHMARK(recording)->Iterations(9)->Unit(benchmark::kMillisecond);

}  // namespace
