#include "expression/execute.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "expression/constant_reduction.hpp"
#include "expression/kernels.hpp"
#include "expression/totals.hpp"
#include "simd/lanes.hpp"

namespace lookahead::expression {
namespace {

// What is done with a loop's terms.
enum class Pass {
  value,  // their reductions
  both,   // the same, and the way back at once: the adjoints are known
  back    // the way back, with the reductions known
};

// Of all passes a tape is done by.
struct Setting {
  const Tape& tape;
  const Inputs& inputs;
  double* space_of_shards = nullptr;
};

// One loop at work, in its working space: registers, adjoints, totals, inner loops.
class LoopRun {
 public:
  LoopRun(const Setting& setting, const Loop& loop, double* space)
      : setting_(setting), loop_(loop), space_(space) {}

  // A register for writing.
  double* value(int number) const { return space_ + number * loop_.stride; }
  double* adjoint(int number) const { return space_ + (loop_.values + number) * loop_.stride; }
  double* totals(std::size_t output) const {
    return space_ + (loop_.values + loop_.adjoints) * loop_.stride +
           static_cast<Index>(output) * Totals::numbers;
  }
  // Where registers are read, and adjoints: elements of the point may be read where they stand.
  const double** values() const {
    return reinterpret_cast<const double**>(totals(0) + loop_.outputs.size() * Totals::numbers);
  }
  double** adjoints() const {
    return reinterpret_cast<double**>(totals(0) + loop_.outputs.size() * Totals::numbers + loop_.values);
  }

  // The number of terms, and the index of the first.
  Index range(const LoopRun* outer, double& from) const {
    from = loop_.from_value < 0 ? loop_.from : outer->value(loop_.from_value)[0];
    const double to = loop_.to_value < 0 ? loop_.to : outer->value(loop_.to_value)[0];
    if (loop_.rows) return setting_.inputs.rows->size();
    return std::max<Index>(0, static_cast<Index>(to - from) + 1);
  }

  // Fills the registers that are the same for all of so many terms.
  void begin(const LoopRun* outer, Index terms, bool going_back) const {
    const Index size = loop_.inner.empty() ? std::min(loop_.block, (terms + 7) / 8 * 8) : 8;
    for (int number = 0; number < loop_.values; ++number) values()[number] = value(number);
    for (int number = 0; number < loop_.adjoints; ++number) adjoints()[number] = adjoint(number);
    for (const Loop::Constant& constant : loop_.constants)
      std::fill_n(value(constant.value), size, constant.number);
    for (const Loop::Import& import : loop_.imports) {
      std::fill_n(value(import.value), size, outer->value(import.outer_value)[0]);
      if (going_back && import.adjoint >= 0) std::fill_n(adjoint(import.adjoint), loop_.block, 0.0);
    }
  }

  // Terms number first to first + count - 1, whose index begins at `from`.
  void terms(Pass pass, double from, Index first, Index count, std::span<const double> seeds) const {
    for (std::size_t k = 0; k < loop_.outputs.size() && pass != Pass::back; ++k)
      Totals(loop_.outputs[k].reduction, totals(k)).clear();
    if (pass != Pass::value) {
      for (const Backstep& back : loop_.back) {
        if (back.kind == Backstep::Kind::seed && is_steady(back))
          std::fill_n(adjoint(back.to), std::min(loop_.block, (count + 7) / 8 * 8),
                      seeds[static_cast<std::size_t>(back.source)]);
      }
    }
    const Index last = first + count;
    for (Index i = first; i < last;) {
      const Index size = loop_.inner.empty() ? std::min(loop_.block, last - i) : 1;
      block(pass, from + static_cast<double>(i), i, size, seeds);
      i += size;
    }
  }

  void block(Pass pass, double index, Index row, Index count, std::span<const double> seeds) const;

 private:
  bool is_steady(const Backstep& seed) const {
    return seed.source >= 0 && loop_.outputs[static_cast<std::size_t>(seed.source)].steady;
  }

  void forward(const Instruction& step, Pass pass, double index, Index row, Index count, Index padded,
               double seed) const;
  void examine(const Instruction& step, Index count) const;
  void go_back(const Backstep& back, double index, Index row, Index count, Index padded,
               std::span<const double> seeds) const;
  void load(const Instruction& step, const double* from, Index size, double index, Index count,
            Index padded) const;
  void add_to_gradient(const Instruction& step, const double* given, double index, Index count) const;
  void seed(std::size_t output, double* to, bool first, double index, Index count, Index padded,
            std::span<const double> seeds) const;

  const Setting& setting_;
  const Loop& loop_;
  double* space_;
};

void repeat_last(double* to, Index count, Index padded) {
  for (Index i = count; i < padded; ++i) to[i] = to[count - 1];
}

Index place_of(double place, Index size, bool cut) {
  if (cut) place = std::clamp(place, 0.0, static_cast<double>(size - 1));
  return static_cast<Index>(place);
}

void LoopRun::load(const Instruction& step, const double* from, Index size, double index, Index count,
                   Index padded) const {
  double* to = value(step.out);
  if (step.gathered) {
    const double* places = values()[step.a];
    for (Index i = 0; i < count; ++i) to[i] = from[place_of(places[i], size, step.cut)];
  } else if (step.stride == 0) {
    std::fill_n(to, padded, from[static_cast<Index>(step.number)]);
    return;
  } else {
    const Index place = step.stride * static_cast<Index>(index) + static_cast<Index>(step.number);
    if (step.stride == 1) {
      Index i = 0;
      for (; i + lane_count <= count; i += lane_count) narrow(to + i, widen(from + place + i));
      for (; i < count; ++i) to[i] = from[place + i];
    } else {
      for (Index i = 0; i < count; ++i) to[i] = from[place + step.stride * i];
    }
  }
  repeat_last(to, count, padded);
}

void LoopRun::add_to_gradient(const Instruction& step, const double* given, double index, Index count) const {
  double* gradient = setting_.inputs.gradient;
  if (step.gathered) {
    const double* places = values()[step.a];
    const auto size = static_cast<Index>(setting_.inputs.point.size());
    for (Index i = 0; i < count; ++i) gradient[place_of(places[i], size, step.cut)] += given[i];
    return;
  }
  if (step.stride == 0) {
    for (Index i = 0; i < count; ++i) gradient[static_cast<Index>(step.number)] += given[i];
    return;
  }
  double* __restrict to =
      gradient + step.stride * static_cast<Index>(index) + static_cast<Index>(step.number);
  const double* __restrict from = given;
  if (step.stride == 1) {
    Index i = 0;
    for (; i + lane_count <= count; i += lane_count) narrow(to + i, widen(to + i) + widen(from + i));
    for (; i < count; ++i) to[i] += from[i];
  } else {
    for (Index i = 0; i < count; ++i) to[step.stride * i] += from[i];
  }
}

// A loop within the register `outer` of another; seed: that of the surrounding loop's only sum.
void run_inner(const Setting& setting, const Loop& loop, double* space, const LoopRun& outer, Pass pass,
               double seed);

void LoopRun::forward(const Instruction& step, Pass pass, double index, Index row, Index count, Index padded,
                      double seed) const {
  const Inputs& inputs = setting_.inputs;
  switch (step.kind) {
    case Instruction::Kind::apply:
      return;
    case Instruction::Kind::point:
      if (step.stride == 1 && !step.gathered && count == padded) {
        values()[step.out] =
            inputs.point.data() + static_cast<Index>(index) + static_cast<Index>(step.number);
        return;
      }
      values()[step.out] = value(step.out);
      load(step, inputs.point.data(), static_cast<Index>(inputs.point.size()), index, count, padded);
      return;
    case Instruction::Kind::list: {
      const auto& list = setting_.tape.lists[static_cast<std::size_t>(step.source)];
      load(step, list.data(), static_cast<Index>(list.size()), index, count, padded);
      return;
    }
    case Instruction::Kind::column: {
      const double* column = inputs.columns[static_cast<std::size_t>(step.source)];
      double* to = value(step.out);
      for (Index i = 0; i < count; ++i) to[i] = column[(*inputs.rows)[row + i]];
      repeat_last(to, count, padded);
      return;
    }
    case Instruction::Kind::loop: {
      const Loop& inner = setting_.tape.loops[static_cast<std::size_t>(step.source)];
      const Pass its = pass != Pass::value && inner.known_seed && inner.active ? Pass::both : Pass::value;
      run_inner(setting_, inner, space_ + inner.begin, *this, its, seed);
      return;
    }
  }
}

void LoopRun::examine(const Instruction& step, Index count) const {
  Diagnosis& diagnosis = *setting_.inputs.diagnosis;
  if (diagnosis.found || step.kind == Instruction::Kind::loop) return;
  for (Index i = 0; i < count; ++i) {
    if (std::isfinite(values()[step.out][i])) continue;
    diagnosis = {true, step.at, values()[step.out][i]};
    return;
  }
}

void LoopRun::seed(std::size_t output, double* to, bool first, double index, Index count, Index padded,
                   std::span<const double> seeds) const {
  const Loop::Output& of = loop_.outputs[output];
  const double adjoint = seeds[output];
  if (of.steady) {
    std::fill_n(to + count, padded - count, 0.0);
    return;
  }
  const double* term = values()[of.term];
  const Totals known(of.reduction, totals(output));
  for (Index i = 0; i < padded; ++i) {
    const double part = i < count ? adjoint * known.slope(term[i], index + static_cast<double>(i)) : 0;
    to[i] = first ? part : to[i] + part;
  }
}

void LoopRun::go_back(const Backstep& back, double index, Index row, Index count, Index padded,
                      std::span<const double> seeds) const {
  switch (back.kind) {
    case Backstep::Kind::seed:
      if (back.source < 0) {
        std::fill_n(adjoint(back.to), padded, 0.0);
        adjoint(back.to)[0] = 1;
      } else {
        seed(static_cast<std::size_t>(back.source), adjoint(back.to), back.first, index, count, padded,
             seeds);
      }
      return;
    case Backstep::Kind::apply:
      return;
    case Backstep::Kind::point:
      add_to_gradient(loop_.forward[static_cast<std::size_t>(back.source)], adjoint(back.from), index, count);
      return;
    case Backstep::Kind::loop: {
      const Loop& inner = setting_.tape.loops[static_cast<std::size_t>(back.source)];
      run_inner(setting_, inner, space_ + inner.begin, *this, Pass::back, 0);
      return;
    }
  }
  (void)row;
}

void LoopRun::block(Pass pass, double index, Index row, Index count, std::span<const double> seeds) const {
  const Index padded = (count + 7) / 8 * 8;
  if (loop_.index_value >= 0) {
    double* to = value(loop_.index_value);
    for (Index i = 0; i < count; ++i) to[i] = index + static_cast<double>(i);
    repeat_last(to, count, padded);
  }
  if (pass != Pass::value) {
    for (const int cleared : loop_.cleared) std::fill_n(adjoint(cleared), padded, 0.0);
  }
  const double only_seed = loop_.only_active < 0 ? 1 : seeds[static_cast<std::size_t>(loop_.only_active)];
  const Block block{values(), adjoints(), count, padded, setting_.tape.guarded};
  const Instruction* const last = loop_.forward.data() + loop_.forward.size();
  for (const Instruction* step = loop_.forward.data(); step != last;) {
    if (step->kind == Instruction::Kind::apply && setting_.inputs.diagnosis == nullptr) {
      step = expression::go_forward(step, last, block);
      continue;
    }
    expression::go_forward(step, step + 1, block);
    forward(*step, pass, index, row, count, padded, only_seed);
    if (setting_.inputs.diagnosis != nullptr) examine(*step, count);
    ++step;
  }
  if (pass != Pass::back) {
    for (std::size_t k = 0; k < loop_.outputs.size(); ++k)
      Totals(loop_.outputs[k].reduction, totals(k)).add(values()[loop_.outputs[k].term], index, count);
  }
  if (pass == Pass::value) return;
  const Backstep* const last_back = loop_.back.data() + loop_.back.size();
  for (const Backstep* back = loop_.back.data(); back != last_back;) {
    if (back->kind == Backstep::Kind::apply) {
      back = expression::go_back(back, last_back, loop_.forward.data(), block);
    } else {
      go_back(*back, index, row, count, padded, seeds);
      ++back;
    }
  }
}

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
  for (std::size_t k = 0; k < loop.outputs.size() && pass != Pass::back; ++k) {
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
  for (std::size_t k = 0; k < loop.outputs.size() && pass != Pass::back; ++k) {
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

}  // namespace

std::size_t space_of(const Tape& tape) { return tape.loops.front().space + tape.space_of_shards; }

double execute(const Tape& tape, const Inputs& inputs, double* space) {
  const Loop& root = tape.loops.front();
  const Setting setting{tape, inputs, tape.space_of_shards == 0 ? nullptr : space + root.space};
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
