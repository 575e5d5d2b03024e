#include "expression/loop_run.hpp"

#include <cmath>

#include "expression/kernels.hpp"
#include "simd/lanes.hpp"

namespace lookahead::expression {
namespace {

void repeat_last(double* to, Index count, Index padded) {
  for (Index i = count; i < padded; ++i) to[i] = to[count - 1];
}

void count_from(double index, double* to, Index count) {
  constexpr Lanes first = {0, 1, 2, 3, 4, 5, 6, 7};
  Index i = 0;
  for (; i + lane_count <= count; i += lane_count) narrow(to + i, first + (index + static_cast<double>(i)));
  for (; i < count; ++i) to[i] = index + static_cast<double>(i);
}

Index place_of(double place, Index size, bool cut) {
  // What is no number is the first place.
  if (cut) place = place > 0 ? std::min(place, static_cast<double>(size - 1)) : 0;
  return static_cast<Index>(place);
}

}  // namespace

void LoopRun::load(const Instruction& step, const double* from, Index size, double index, Index row,
                   Index count, Index padded) const {
  double* to = value(step.out);
  if (gathers(step, count)) {
    const double* places = values()[step.a];
    for (Index i = 0; i < count; ++i) to[i] = from[place_of(places[i], size, step.cut)];
  } else if (step.stride == 0) {
    std::fill_n(to, padded, from[static_cast<Index>(step.number)]);
    return;
  } else if (scattered(count)) {
    for (Index i = 0; i < count; ++i) to[i] = from[place(step, row + i)];
  } else {
    const Index place = first_place(step, index);
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

void LoopRun::add_to_gradient(const Instruction& step, const double* given, double index, Index row,
                              Index count) const {
  double* gradient = setting_.inputs.gradient;
  if (gathers(step, count)) {
    const double* places = values()[step.a];
    const auto size = static_cast<Index>(setting_.inputs.point.size());
    for (Index i = 0; i < count; ++i) gradient[place_of(places[i], size, step.cut)] += given[i];
    return;
  }
  if (step.stride == 0) {
    for (Index i = 0; i < count; ++i) gradient[static_cast<Index>(step.number)] += given[i];
    return;
  }
  if (scattered(count)) {
    for (Index i = 0; i < count; ++i) gradient[place(step, row + i)] += given[i];
    return;
  }
  double* __restrict to = gradient + first_place(step, index);
  const double* __restrict from = given;
  if (step.stride == 1) {
    Index i = 0;
    for (; i + lane_count <= count; i += lane_count) narrow(to + i, widen(to + i) + widen(from + i));
    for (; i < count; ++i) to[i] += from[i];
  } else {
    for (Index i = 0; i < count; ++i) to[step.stride * i] += from[i];
  }
}

[[gnu::always_inline]] inline void LoopRun::forward(const Instruction& step, Pass pass, double index,
                                                    Index row, Index count, Index padded, double seed) const {
  const Inputs& inputs = setting_.inputs;
  switch (step.kind) {
    case Instruction::Kind::apply:
      return;
    case Instruction::Kind::point:
      if (step.adjoint >= 0 && inputs.gradient != nullptr)
        adjoints()[step.adjoint] = inputs.gradient + first_place(step, index);
      if (stands_in_row(step, count, padded)) {
        values()[step.out] = inputs.point.data() + first_place(step, index);
        return;
      }
      values()[step.out] = value(step.out);
      load(step, inputs.point.data(), static_cast<Index>(inputs.point.size()), index, row, count, padded);
      return;
    case Instruction::Kind::list: {
      const auto& list = setting_.tape.lists[static_cast<std::size_t>(step.source)];
      if (stands_in_row(step, count, padded)) {
        values()[step.out] = list.data() + first_place(step, index);
        return;
      }
      values()[step.out] = value(step.out);
      load(step, list.data(), static_cast<Index>(list.size()), index, row, count, padded);
      return;
    }
    case Instruction::Kind::column: {
      const double* column = inputs.columns[static_cast<std::size_t>(step.source)];
      if (inputs.rows->contiguous() && count == padded) {
        values()[step.out] = column + (*inputs.rows)[row];
        return;
      }
      double* to = value(step.out);
      values()[step.out] = to;
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

[[gnu::always_inline]] inline void LoopRun::seed(std::size_t output, double* to, bool first, double index,
                                                 Index count, Index padded,
                                                 std::span<const double> seeds) const {
  const Loop::Output& of = loop_.outputs[output];
  const double adjoint = seeds[output];
  if (of.steady >= 0) {
    std::fill_n(to + count, padded - count, 0.0);
    return;
  }
  // A reduction that does not count may be infinite, and its slopes no numbers.
  if (adjoint == 0) {
    if (first) std::fill_n(to, padded, 0.0);
    return;
  }
  const double* term = values()[of.term];
  const Totals known(of.reduction, totals(output));
  for (Index i = 0; i < padded; ++i) {
    const double part = i < count ? adjoint * known.slope(term[i], index + static_cast<double>(i)) : 0;
    to[i] = first ? part : to[i] + part;
  }
}

[[gnu::always_inline]] inline void LoopRun::reverse(const ReverseStep& back, double index, Index row,
                                                    Index count, Index padded,
                                                    std::span<const double> seeds) const {
  switch (back.kind) {
    case ReverseStep::Kind::seed:
      if (back.source < 0) {
        std::fill_n(adjoint(back.to), padded, 0.0);
        adjoint(back.to)[0] = 1;
      } else {
        seed(static_cast<std::size_t>(back.source), adjoint(back.to), back.first, index, count, padded,
             seeds);
      }
      return;
    case ReverseStep::Kind::apply:
      return;
    case ReverseStep::Kind::point:
      add_to_gradient(loop_.forward[static_cast<std::size_t>(back.source)], adjoint(back.from), index, row,
                      count);
      return;
    case ReverseStep::Kind::loop: {
      const Loop& inner = setting_.tape.loops[static_cast<std::size_t>(back.source)];
      run_inner(setting_, inner, space_ + inner.begin, *this, Pass::reverse, 0);
      return;
    }
  }
}

void LoopRun::block(Pass pass, double index, Index row, Index count, std::span<const double> seeds) const {
  const Index padded = (count + 7) / 8 * 8;
  if (loop_.drawn) index = loop_.from + static_cast<double>((*setting_.inputs.rows)[row]);
  if (loop_.index_value >= 0) {
    double* to = value(loop_.index_value);
    if (scattered(count)) {
      for (Index i = 0; i < count; ++i)
        to[i] = loop_.from + static_cast<double>((*setting_.inputs.rows)[row + i]);
      repeat_last(to, count, padded);
    } else {
      const bool first_only = loop_.first_index_only && setting_.inputs.diagnosis == nullptr;
      const Index needed = first_only ? std::min(count, lane_count) : count;
      count_from(index, to, needed);
      repeat_last(to, needed, first_only ? lane_count : padded);
    }
  }
  if (pass != Pass::value) {
    for (const int cleared : loop_.cleared) std::fill_n(adjoint(cleared), padded, 0.0);
  }
  const double only_seed = loop_.only_active < 0 ? 1 : seeds[static_cast<std::size_t>(loop_.only_active)];
  const bool adds_up = pass != Pass::reverse && setting_.inputs.diagnosis == nullptr;
  const Block block{values(),
                    adjoints(),
                    count,
                    padded,
                    setting_.tape.guarded || loop_.guarded,
                    adds_up ? totals(0) : nullptr,
                    !scattered(count) && setting_.inputs.diagnosis == nullptr};
  const Instruction* const last = loop_.forward.data() + loop_.forward.size();
  for (const Instruction* step = loop_.forward.data(); step != last;) {
    if (step->kind == Instruction::Kind::apply && setting_.inputs.diagnosis == nullptr) {
      step = expression::go_forward(step, last, block);
      continue;
    }
    if (step->kind == Instruction::Kind::apply) {
      expression::go_forward(step, step + 1, block);
    } else {
      forward(*step, pass, index, row, count, padded, only_seed);
    }
    if (setting_.inputs.diagnosis != nullptr) examine(*step, count);
    ++step;
  }
  if (pass != Pass::reverse) {
    for (std::size_t k = 0; k < loop_.outputs.size(); ++k) {
      if (adds_up && loop_.outputs[k].added_up) continue;
      Totals(loop_.outputs[k].reduction, totals(k)).add(values()[loop_.outputs[k].term], index, count);
    }
  }
  if (pass == Pass::value) return;
  const ReverseStep* const last_back = loop_.reverse.data() + loop_.reverse.size();
  for (const ReverseStep* back = loop_.reverse.data(); back != last_back;) {
    if (back->kind == ReverseStep::Kind::apply) {
      back = apply_reverse(back, last_back, loop_.forward.data(), block);
    } else {
      reverse(*back, index, row, count, padded, seeds);
      ++back;
    }
  }
}

}  // namespace lookahead::expression
