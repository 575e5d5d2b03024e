#include "expression/execute.hpp"

#include <algorithm>
#include <array>

#include "expression/constant_reduction.hpp"
#include "expression/loop_run.hpp"
#include "simd/lanes.hpp"

namespace lookahead::expression {
namespace {

std::span<const double> seeds_of(const Loop& loop, const LoopRun& outer, Pass pass, double seed,
                                 std::array<double, most_outputs>& space) {
  for (std::size_t k = 0; k < loop.outputs.size(); ++k) {
    const Loop::Output& output = loop.outputs[k];
    space[k] = pass == Pass::both          ? output.factor * seed
               : output.outer_adjoint >= 0 ? outer.adjoint(output.outer_adjoint)[0]
                                           : 0;
  }
  return {space.data(), loop.outputs.size()};
}

// Hands what a loop has found to the surrounding one.
void hand_out(const Loop& loop, const LoopRun& run, const LoopRun& outer, Pass pass) {
  for (std::size_t k = 0; k < loop.outputs.size() && pass != Pass::reverse; ++k) {
    Totals totals(loop.outputs[k].reduction, run.totals(k));
    totals.finish();
    std::fill_n(outer.value(loop.outputs[k].outer_value), 8, totals.value());
  }
  if (pass == Pass::value) return;
  for (const Loop::Import& import : loop.imports) {
    if (import.adjoint < 0 || import.outer_adjoint < 0) continue;
    double sum = 0;
    const double* parts = run.adjoint(import.adjoint);
    Lanes lanes{};
    for (Index i = 0; i < loop.block; i += lane_count) lanes += widen(parts + i);
    sum = total(lanes);
    outer.adjoint(import.outer_adjoint)[0] += sum;
  }
}

// Ranges of terms side by side: the even ones, then the odd ones, so that neighbours do not write the same
// part of the gradient at once.
void run_sharded(const Setting& setting, const Loop& loop, const LoopRun& outer, const LoopRun& into,
                 Pass pass, double from, Index count, std::span<const double> seeds) {
  const std::size_t per_shard = loop.outputs.size() * Totals::numbers + loop.imports.size();
  const auto work = [&](std::size_t shard, std::size_t first, std::size_t size) {
    alignas(64) double space[shard_space];
    const LoopRun run(setting, loop, space);
    double* kept = setting.space_of_shards + shard * per_shard;
    for (std::size_t k = 0; k < loop.outputs.size(); ++k)
      std::copy_n(into.totals(k), Totals::numbers, run.totals(k));
    run.begin(&outer, static_cast<Index>(size), pass != Pass::value);
    run.terms(pass, from, static_cast<Index>(first), static_cast<Index>(size), seeds);
    for (std::size_t k = 0; k < loop.outputs.size(); ++k, kept += Totals::numbers)
      std::copy_n(run.totals(k), Totals::numbers, kept);
    for (const Loop::Import& import : loop.imports) {
      Lanes lanes{};
      if (pass != Pass::value && import.adjoint >= 0) {
        const double* parts = run.adjoint(import.adjoint);
        for (Index i = 0; i < loop.block; i += lane_count) lanes += widen(parts + i);
      }
      *kept++ = total(lanes);
    }
  };
  const auto n = static_cast<std::size_t>(count);
  if (pass == Pass::value) {
    setting.inputs.shards.each_range(n, 0, 1, work);
  } else if (loop.apart) {
    setting.inputs.shards.each_range(n, 0, 2, work);
    setting.inputs.shards.each_range(n, 1, 2, work);
  } else {
    Shards().each_range(n, 0, 2, work);
    Shards().each_range(n, 1, 2, work);
  }
  for (std::size_t k = 0; k < loop.outputs.size() && pass != Pass::reverse; ++k) {
    Totals totals(loop.outputs[k].reduction, into.totals(k));
    totals.clear();
    for (std::size_t shard = 0; shard < Shards::count(n); ++shard)
      totals.merge(setting.space_of_shards + shard * per_shard + k * Totals::numbers);
  }
  for (std::size_t i = 0; i < loop.imports.size() && pass != Pass::value; ++i) {
    const Loop::Import& import = loop.imports[i];
    if (import.adjoint < 0) continue;
    double sum = 0;
    for (std::size_t shard = 0; shard < Shards::count(n); ++shard)
      sum += setting.space_of_shards[shard * per_shard + loop.outputs.size() * Totals::numbers + i];
    into.adjoint(import.adjoint)[0] = sum;
  }
}

double run_alone(const Setting& setting, const Loop& loop, double* space) {
  const LoopRun run(setting, loop, space);
  const Pass pass = setting.inputs.gradient == nullptr ? Pass::value : Pass::both;
  const double seed[] = {1};
  double from = 0;
  const Index count = run.range(nullptr, from);
  run.begin(nullptr, count, pass != Pass::value);
  if (setting.space_of_shards != nullptr && loop.shared) {
    run_sharded(setting, loop, run, run, pass, from, count, seed);
  } else {
    run.terms(pass, from, 0, count, seed);
  }
  Totals totals(loop.outputs.front().reduction, run.totals(0));
  totals.finish();
  return totals.value();
}

}  // namespace

void run_inner(const Setting& setting, const Loop& loop, double* space, const LoopRun& outer, Pass pass,
               double seed) {
  const LoopRun run(setting, loop, space);
  std::array<double, most_outputs> seed_space;
  const std::span<const double> seeds = seeds_of(loop, outer, pass, seed, seed_space);
  double from = 0;
  const Index count = run.range(&outer, from);
  run.begin(&outer, count, pass != Pass::value);
  if (setting.space_of_shards != nullptr && loop.shared) {
    run_sharded(setting, loop, outer, run, pass, from, count, seeds);
  } else {
    run.terms(pass, from, 0, count, seeds);
  }
  hand_out(loop, run, outer, pass);
}

std::size_t space_of(const Tape& tape) { return tape.loops.front().space + tape.space_of_shards; }

double execute(const Tape& tape, const Inputs& inputs, double* space) {
  const Loop& root = tape.loops.front();
  const Setting setting{tape, inputs, tape.space_of_shards == 0 ? nullptr : space + root.space};
  if (tape.alone >= 0) {
    const Loop& loop = tape.loops[static_cast<std::size_t>(tape.alone)];
    return run_alone(setting, loop, space + loop.begin);
  }
  const LoopRun run(setting, root, space);
  run.begin(nullptr, 1, false);
  run.block(inputs.gradient == nullptr ? Pass::value : Pass::both, 0, 0, 1, {});
  return run.value(tape.result)[0];
}

double constant_reduction(const Graph& graph, int node) {
  const Tape tape = make_tape(graph, node);
  std::vector<double> space(space_of(tape) + 8);
  return execute(tape, {}, space.data());
}

}  // namespace lookahead::expression
