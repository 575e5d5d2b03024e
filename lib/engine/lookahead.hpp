#pragma once
#include "engine/agent.hpp"
#include "schedule/schedule.hpp"

namespace lookahead {

// What happens to the inner optimizer's memory at a sync (theory: state policies).
//   keep      unchanged
//   reset     as new, counters too
//   pullback  every linear vector s becomes (1 - alpha) s_at_the_last_sync + alpha s; counters go on
enum class AtSync { keep, reset, pullback };
template <>
struct Words<AtSync> {
  static constexpr std::pair<const char*, AtSync> table[] = {
      {"keep", AtSync::keep}, {"reset", AtSync::reset}, {"pullback", AtSync::pullback}};
};

template <Scalar T>
struct LookaheadParts {
  std::unique_ptr<Agent<T>> fast;
  // Rounds of the fast agent per round of this one; rounded to a whole number >= 1. Asked for later rounds
  // too, so it cannot be a schedule that observes().
  std::unique_ptr<Schedule> k;
  std::unique_ptr<Schedule> alpha;  // slow step size; does not observe() either
  AtSync at_sync = AtSync::keep;
  // The fast agent's losses are the exact objective, so that the first one of a round is the slow point's
  // own.
  bool exact_losses = false;
};

// Lookahead over an agent (Zhang, Lucas, Hinton, Ba 2019, algorithm 1): the fast agent runs k rounds from the
// slow point z, then z := alpha x + (1 - alpha) z and x := z. k and alpha are those of the round's first
// step. `start` is where slow and fast begin. With alpha = 1 the fast agent's path is unchanged, bit for bit.
template <Scalar T>
std::unique_ptr<Agent<T>> lookahead_over(LookaheadParts<T> parts, std::span<const T> start);

}  // namespace lookahead
