// One Adam step under Lookahead: the engine against plain loops, in turn within one measurement, so that
// whatever else the machine does meets both.
#include <benchmark/benchmark.h>

#include <vector>

#include "engine/descent.hpp"
#include "engine/lookahead.hpp"
#include "hand.hpp"
#include "objective/function.hpp"
#include "timing.hpp"

using namespace lookahead;
using namespace lookahead::bench;

namespace {

std::unique_ptr<Agent<double>> adam_under_lookahead(Evaluator<double>& evaluator,
                                                    std::span<const double> start) {
  const OptimizerEntry& adam = *optimizer_catalog().find("adam");
  const auto parameters = adam.defaults();
  const auto constant = [](double value) {
    const Scheduled scheduled = Scheduled::constant(value);
    return scheduled.schedule.entry->make(scheduled.schedule.values, 0);
  };
  DescentParts<double> fast{.evaluator = &evaluator,
                            .optimizer = adam.make<double>(parameters, {std::ssize(start), 0, {}, {}}),
                            .rate = constant(1e-3),
                            .sampler = Sampler(0, 1, 1, 0),
                            .noise = nullptr,
                            .noise_stream = Stream(1, Purpose::noise, 0),
                            .clip = {},
                            .loss_limit = 1e12};
  LookaheadParts<double> slow{descent(std::move(fast)), constant(5), constant(0.5), AtSync::keep, true};
  return lookahead_over(std::move(slow), start);
}

// Steps and repetitions by dimension; the counters give the least and the median of all repetitions.
void lookahead_adam_step(benchmark::State& state) {
  const Index d = state.range(0);
  const Index steps = d <= 2 ? 400'000 : d <= 100 ? 100'000 : 2'000;
  const FunctionEntry& chained = *function_catalog().find("rosenbrock_chained");
  const auto function = chained.make<double>(chained.defaults(), d);
  const auto size = static_cast<std::size_t>(d);
  Aligned<double> start(size);
  for (std::size_t i = 0; i < size; ++i) start[i] = i % 2 == 0 ? -1.2 : 1.0;
  Pool pool(1);
  Evaluator<double> evaluator(*function, pool, 0);
  std::vector<double> engine, hand;
  for (auto _ : state) {
    Aligned<double> x = start;
    const auto agent = adam_under_lookahead(evaluator, start);
    agent->advance(x, steps / 10);
    engine.push_back(processor_seconds_of([&] { agent->advance(x, steps); }) * 1e9 /
                     static_cast<double>(steps));
    benchmark::DoNotOptimize(x.data());

    Aligned<double> fast = start, slow = start, gradient(size), first(size), second(size);
    HandState loops{fast.data(), slow.data(), gradient.data(), first.data(), second.data(), size};
    hand_steps(loops, static_cast<std::size_t>(steps / 10), 1e-3);
    hand.push_back(processor_seconds_of([&] { hand_steps(loops, static_cast<std::size_t>(steps), 1e-3); }) *
                   1e9 / static_cast<double>(steps));
    benchmark::DoNotOptimize(fast.data());
  }
  state.counters["engine_ns"] = least(engine);
  state.counters["engine_ns_median"] = median(engine);
  state.counters["hand_ns"] = least(hand);
  state.counters["hand_ns_median"] = median(hand);
  state.counters["ratio"] = least(engine) / least(hand);
  state.counters["ratio_median"] = median(engine) / median(hand);
}
BENCHMARK(lookahead_adam_step)->Arg(2)->Arg(100)->Arg(10'000)->Iterations(25)->Unit(benchmark::kMillisecond);

}  // namespace
