#pragma once
#include <algorithm>
#include <limits>

namespace lookahead::test {

// How often this program has asked for memory by operator new.
long allocations();

// How often a call of so many steps does at least. Epoch ends evaluate metrics, which may allocate: the least of many
// calls is of one without. The largest number where the run ended before, whose end makes its result.
template <class Trial>
long least_allocations(Trial& trial, int steps) {
  long least = std::numeric_limits<long>::max();
  for (int call = 0; call < 30; ++call) {
    const long before = allocations();
    const bool goes_on = !trial.run(steps, false).stop;
    if (goes_on) least = std::min(least, allocations() - before);
  }
  return least;
}

}  // namespace lookahead::test
