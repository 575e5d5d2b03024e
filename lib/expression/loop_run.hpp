#pragma once
#include <algorithm>
#include <span>

#include "expression/execute.hpp"
#include "expression/totals.hpp"

namespace lookahead::expression {

// What is done with a loop's terms.
enum class Pass {
  value,   // their reductions
  both,    // the same, and the reverse sweep at once: the adjoints are known
  reverse  // the reverse sweep, with the reductions known
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
  // Where registers are read, and adjoints: elements may be read where they stand.
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
    if (loop_.rows) {
      from = 0;
      return setting_.inputs.rows->size();
    }
    return std::max<Index>(0, static_cast<Index>(to - from) + 1);
  }

  // Fills the registers that are the same for all of so many terms.
  void begin(const LoopRun* outer, Index terms, bool reversing) const {
    const Index size = loop_.inner.empty() ? std::min(loop_.block, (terms + 7) / 8 * 8) : 8;
    for (int number = 0; number < loop_.values; ++number) values()[number] = value(number);
    for (int number = 0; number < loop_.adjoints; ++number) adjoints()[number] = adjoint(number);
    for (const Loop::Constant& constant : loop_.constants)
      std::fill_n(value(constant.value), constant.filled ? size : 1, constant.number);
    for (const Loop::Import& import : loop_.imports) {
      std::fill_n(value(import.value), size, outer->value(import.outer_value)[0]);
      if (reversing && import.adjoint >= 0) std::fill_n(adjoint(import.adjoint), loop_.block, 0.0);
    }
  }

  // Terms number first to first + count - 1, whose index begins at `from`.
  void terms(Pass pass, double from, Index first, Index count, std::span<const double> seeds) const {
    for (std::size_t k = 0; k < loop_.outputs.size() && pass != Pass::reverse; ++k)
      Totals(loop_.outputs[k].reduction, totals(k)).clear();
    for (std::size_t k = 0; k < loop_.outputs.size() && pass != Pass::value; ++k) {
      if (const int steady = loop_.outputs[k].steady; steady >= 0)
        std::fill_n(adjoint(steady), std::min(loop_.block, (count + 7) / 8 * 8), seeds[k]);
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
  // Whether the terms of a block are no neighbours of one another.
  bool scattered(Index count) const {
    return loop_.drawn && count > 1 && !setting_.inputs.rows->contiguous();
  }
  // The place of a step's element for the first term of a block, where the others follow by its stride.
  Index first_place(const Instruction& step, double index) const {
    if (step.gathered) return static_cast<Index>(values()[step.a][0]);
    return step.stride * static_cast<Index>(index) + static_cast<Index>(step.number);
  }
  // Whether a block's elements are read where they stand.
  bool stands_in_row(const Instruction& step, Index count, Index padded) const {
    return step.stride == 1 && count == padded && !scattered(count);
  }
  // Whether every term has a place of its own in register a.
  bool gathers(const Instruction& step, Index count) const {
    return step.gathered && (step.stride == 0 || scattered(count));
  }
  // The place of a step's element for the term that a row draws.
  Index place(const Instruction& step, Index row) const {
    const double index = loop_.from + static_cast<double>((*setting_.inputs.rows)[row]);
    return step.stride * static_cast<Index>(index) + static_cast<Index>(step.number);
  }
  void forward(const Instruction& step, Pass pass, double index, Index row, Index count, Index padded,
               double seed) const;
  void examine(const Instruction& step, Index count) const;
  void reverse(const ReverseStep& back, double index, Index row, Index count, Index padded,
               std::span<const double> seeds) const;
  void load(const Instruction& step, const double* from, Index size, double index, Index row, Index count,
            Index padded) const;
  void add_to_gradient(const Instruction& step, const double* given, double index, Index row,
                       Index count) const;
  void seed(std::size_t output, double* to, bool first, double index, Index count, Index padded,
            std::span<const double> seeds) const;

  const Setting& setting_;
  const Loop& loop_;
  double* space_;
};

// A loop in its working space, within another; seed: the adjoint of the surrounding loop's only sum.
void run_inner(const Setting& setting, const Loop& loop, double* space, const LoopRun& outer, Pass pass,
               double seed);

}  // namespace lookahead::expression
