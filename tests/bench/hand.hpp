#pragma once
#include <cstddef>

// What the program is measured against: Adam under Lookahead on the chained Rosenbrock function in plain
// loops, with nothing around them, as somebody writes them who needs this one thing and wants it fast.
namespace lookahead::bench {

// The state of a run in arrays of d numbers.
struct HandState {
  double* fast;
  double* slow;
  double* gradient;
  double* first;
  double* second;
  std::size_t d;
  double power1 = 1, power2 = 1;  // beta^t
  int since_sync = 0;
  double best = 1e300;  // least loss seen on the way
};

// n inner steps: loss and gradient, Adam, and the slow step after every five.
void hand_steps(HandState& state, std::size_t n, double rate);

}  // namespace lookahead::bench
