#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace lookahead::statistics {

// What a run of this seed came to.
struct SeedValue {
  std::int64_t seed = 0;
  double value = 0;
};

// The values of both sides at the same seed, which gives them the same data order, noise and start (common
// random numbers; Law and Kelton, Simulation Modeling and Analysis).
struct Pair {
  std::int64_t seed = 0;
  double a = 0, b = 0;
};

// The pairs of all seeds that both sides have, by seed; a seed stands once on each side.
std::vector<Pair> pairs_of(std::vector<SeedValue> a, std::vector<SeedValue> b);

// Whether differences of such pairs are those of logarithms: all values of both sides are positive or
// infinite.
bool has_ratios(std::span<const Pair> pairs);

// a - b, or ln(a / b) with `ratio`, pair by pair. The differences of a and b and of b and a are the same but
// for the sign, to the bit. Both infinite and equal: 0; one infinite: +inf or -inf.
std::vector<double> differences(std::span<const Pair> pairs, bool ratio);

// The share of pairs in which a is better, equal ones counting one half. Of at least one pair.
double wins(std::span<const Pair> pairs, bool larger_is_better);
// What a pair adds to it: 0, 1/2 or 1.
double win(const Pair& pair, bool larger_is_better);

// p values corrected for their number by Holm's method, in the same order (Holm 1979).
std::vector<double> holm(std::span<const double> p);

}  // namespace lookahead::statistics
