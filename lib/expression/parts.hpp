#pragma once
#include "base/scalar.hpp"
#include "simd/vector_math.hpp"

namespace lookahead::expression {

// As many numbers of a register as the processor takes at once.
inline constexpr int part_width = packs::register_width<double>;
using Part = packs::Pack<double, part_width>;
// Numbers of a register are a multiple of this, whatever the processor.
inline constexpr Index part_group = 8;

[[gnu::always_inline]] inline Part at(const double* from, Index i) {
  return packs::load<double, part_width>(from + i);
}
[[gnu::always_inline]] inline Part all(double number) { return vector_math::all<Part>(number); }

// An operand, a number for each term.
struct Each {
  const double* from;
  [[gnu::always_inline]] Part operator()(Index i) const { return at(from, i); }
};
// An operand that is the same for all terms.
struct Steady {
  Part number;
  [[gnu::always_inline]] Part operator()(Index) const { return number; }
};

// Calls f(i) for the parts of the first `padded` numbers.
template <class F>
[[gnu::always_inline]] inline void each_part(Index padded, F f) {
  for (Index i = 0; i < padded; i += part_group) {
    for (Index j = 0; j < part_group; j += part_width) f(i + j);
  }
}

}  // namespace lookahead::expression
