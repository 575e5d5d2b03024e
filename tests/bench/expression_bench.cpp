// Chained Rosenbrock as a formula against the catalog's own: value and gradient, both measured in turns.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "expression/expression.hpp"
#include "objective/function.hpp"
#include "timing.hpp"

using namespace lookahead;
using namespace lookahead::bench;

namespace {

void rosenbrock_chained(benchmark::State& state) {
  const Index dimension = state.range(0);
  expression::Names names;
  names.dimension = dimension;
  names.parts = {{"x", 0, dimension}};
  expression::Expression formula;
  if (expression::Expression::compile("sum(i, 0, n-2, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)", names,
                                      formula))
    state.SkipWithError("the formula is refused");
  const FunctionEntry& entry = *function_catalog().find("rosenbrock_chained");
  const auto own = entry.make<double>(entry.defaults(), dimension);

  Aligned<double> x(static_cast<std::size_t>(dimension)), gradient(x.size()), space(formula.space() + 8);
  Aligned<double> scratch(static_cast<std::size_t>(own->scratch(1)) + 1);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = -1 + 0.01 * static_cast<double>(i % 200);
  const int times = static_cast<int>(std::max<Index>(1, 200'000 / dimension));
  std::vector<double> of_formula, of_catalog, ratios;
  for (auto _ : state) {
    of_catalog.push_back(processor_seconds_of([&] {
      for (int i = 0; i < times; ++i)
        benchmark::DoNotOptimize(own->value_and_gradient(x, Batch::range(0, 1), gradient, scratch).value);
    }));
    of_formula.push_back(processor_seconds_of([&] {
      for (int i = 0; i < times; ++i) {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        expression::Inputs inputs;
        inputs.point = x;
        inputs.gradient = gradient.data();
        benchmark::DoNotOptimize(formula.evaluate(inputs, space.data()));
      }
    }));
    ratios.push_back(of_formula.back() / of_catalog.back());
  }
  state.counters["ns_catalog"] = least(of_catalog) / times * 1e9;
  state.counters["ns_formula"] = least(of_formula) / times * 1e9;
  state.counters["ratio"] = least(of_formula) / least(of_catalog);
  state.counters["ratio_median"] = median(ratios);
}
BENCHMARK(rosenbrock_chained)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1003)
    ->Arg(10'003)
    ->Arg(100'003)
    ->Iterations(25)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
