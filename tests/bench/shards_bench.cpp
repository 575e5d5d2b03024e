// A step over many coordinates on one thread and on all, in turn within one measurement.
#include <benchmark/benchmark.h>

#include <vector>

#include "engine/descent.hpp"
#include "engine/lookahead.hpp"
#include "objective/function.hpp"
#include "parallel/threads.hpp"
#include "timing.hpp"

using namespace lookahead;
using namespace lookahead::bench;

namespace {

// A function and a rule under Lookahead (k = 5, alpha = 0.5) on so many threads.
class Stepper {
 public:
  Stepper(const char* function, const char* rule, Index dimension, Index threads)
      : pool_(threads),
        function_(entry(function_catalog(), function)
                      .make<double>(entry(function_catalog(), function).defaults(), dimension)),
        evaluator_(*function_, pool_, 0) {
    const FunctionEntry& known = entry(function_catalog(), function);
    const Facts facts = known.facts(known.defaults(), dimension);
    x_.assign(facts.start.begin(), facts.start.end());
    const OptimizerEntry& optimizer = entry(optimizer_catalog(), rule);
    const OptimizerSeat seat{dimension, 0, {}, facts.minimum, true, {}, evaluator_.shards()};
    DescentParts<double> fast{.evaluator = &evaluator_,
                              .optimizer = optimizer.make<double>(optimizer.defaults(), seat),
                              .rate = constant(optimizer.default_rate),
                              .sampler = Sampler(0, 1, 1, 0),
                              .noise = nullptr,
                              .noise_stream = Stream(1, Purpose::noise, 0),
                              .clip = {},
                              .check_gradients = false};
    LookaheadParts<double> slow{descent(std::move(fast)), constant(5), constant(0.5), AtSync::keep, true};
    slow.shards = evaluator_.shards();
    agent_ = lookahead_over(std::move(slow), std::span<const double>(x_));
    agent_->advance(x_, 10);
  }

  // Milliseconds of a step.
  double time(Index steps) {
    return seconds_of([&] { agent_->advance(x_, steps); }) * 1e3 / static_cast<double>(steps);
  }

 private:
  template <class Entry>
  static const Entry& entry(const Catalog<Entry>& catalog, const char* name) {
    return *catalog.find(name);
  }
  static std::unique_ptr<Schedule> constant(double value) {
    const Scheduled scheduled = Scheduled::constant(value);
    return scheduled.schedule.entry->make(scheduled.schedule.values, 0);
  }

  Pool pool_;
  std::unique_ptr<Objective<double>> function_;
  Evaluator<double> evaluator_;
  Aligned<double> x_;
  std::unique_ptr<Agent<double>> agent_;
};

void large_step(benchmark::State& state, const char* function, const char* rule) {
  const Index d = state.range(0), threads = usable_threads();
  const Index steps = std::max<Index>(5, 2'000'000 / d / 5 * 5);
  Stepper alone(function, rule, d, 1), together(function, rule, d, threads);
  std::vector<double> one, all;
  for (auto _ : state) {
    one.push_back(alone.time(steps));
    all.push_back(together.time(steps));
  }
  state.counters["threads"] = static_cast<double>(threads);
  state.counters["one_ms"] = least(one);
  state.counters["all_ms"] = least(all);
  state.counters["speedup"] = least(one) / least(all);
  state.counters["speedup_median"] = median(one) / median(all);
}
void sizes(benchmark::internal::Benchmark* measured) {
  for (const int d : {65'536, 131'072, 262'144, 1'000'000}) measured->Arg(d);
  measured->Iterations(15)->Unit(benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(large_step, rastrigin_adam, "rastrigin", "adam")->Apply(sizes);
BENCHMARK_CAPTURE(large_step, ackley_adam, "ackley", "adam")->Apply(sizes);
BENCHMARK_CAPTURE(large_step, rosenbrock_chained_adam, "rosenbrock_chained", "adam")->Apply(sizes);
BENCHMARK_CAPTURE(large_step, rosenbrock_chained_prodigy, "rosenbrock_chained", "prodigy")->Apply(sizes);
BENCHMARK_CAPTURE(large_step, rosenbrock_chained_lamb, "rosenbrock_chained", "lamb")->Apply(sizes);
BENCHMARK_CAPTURE(large_step, rosenbrock_chained_lbfgs, "rosenbrock_chained", "lbfgs")->Apply(sizes);
BENCHMARK_CAPTURE(large_step, sphere_sgd, "sphere", "sgd")->Apply(sizes);

// What a pass over the coordinates costs where there is nothing to do, and how fast numbers come from the
// memory: x := x + y / 2 over 128 MB each.
void pool_and_memory(benchmark::State& state) {
  const Index threads = usable_threads();
  constexpr std::size_t size = std::size_t{1} << 24;
  Aligned<double> x(size, 1.0), y(size, 2.0);
  std::vector<double> few, many, one, all;
  Pool alone(1), together(threads);
  const auto empty = [&](Index tasks) {
    constexpr int passes = 200;
    return 1e6 / passes * seconds_of([&] {
             for (int i = 0; i < passes; ++i)
               together.run(tasks, [](Index task, Index) { benchmark::DoNotOptimize(task); });
           });
  };
  const auto gigabytes = [&](Pool& pool) {
    return 24e-9 * static_cast<double>(size) / seconds_of([&] {
             Shards(pool).each(size, [&](std::size_t from, std::size_t n) {
               double* __restrict to = x.data() + from;
               const double* __restrict other = y.data() + from;
               for (std::size_t i = 0; i < n; ++i) to[i] += 0.5 * other[i];
             });
           });
  };
  for (auto _ : state) {
    few.push_back(empty(4));
    many.push_back(empty(256));
    one.push_back(-gigabytes(alone));
    all.push_back(-gigabytes(together));
  }
  state.counters["threads"] = static_cast<double>(threads);
  state.counters["us_of_4_shards"] = least(few);
  state.counters["us_of_4_shards_median"] = median(few);
  state.counters["us_of_256_shards"] = least(many);
  state.counters["us_of_256_shards_median"] = median(many);
  state.counters["GB_per_s_of_one"] = -least(one);
  state.counters["GB_per_s_of_all"] = -least(all);
}
BENCHMARK(pool_and_memory)->Iterations(15)->Unit(benchmark::kMillisecond);

}  // namespace
