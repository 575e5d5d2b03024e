#pragma once
#include <cmath>
#include <optional>

#include "engine/agent.hpp"
#include "optimizer/at_sync.hpp"
#include "parallel/shards.hpp"
#include "schedule/adaptive_alpha.hpp"
#include "schedule/schedule.hpp"

namespace lookahead {

// What a level of Lookahead is made of.
template <Scalar T>
struct LookaheadParts {
  std::unique_ptr<Agent<T>> fast;
  // Rounds of the fast agent per round of this one; rounded to a whole number >= 1.
  std::unique_ptr<Schedule> k;
  std::unique_ptr<Schedule> alpha;  // slow step size
  AtSync at_sync = AtSync::keep;
  // The fast agent's losses are the exact objective, so that the first one of a round is the slow point's
  // own.
  bool exact_losses = false;
  std::optional<AdaptiveAlpha> adaptive = {};  // instead of `alpha`
  // The slow point's own rule; null: the plain slow step.
  std::unique_ptr<Optimizer<T>> outer = {};
  // This agent is the run's, and a round is a function of the point where it begins and of the memories
  // alone: no noise, no draws, constant rates. Only then a round can show that the run has stalled.
  bool repeatable = false;
  // What a sync shares its coordinates out with. Not the pool that the agent is a task of.
  Shards shards = {};

  // Whether every round is one step of the fast agent that stays as it is, and nothing is asked of it but where
  // it ended.
  bool transparent() const {
    return k->constant() && std::llround(k->at(0)) <= 1 && !adaptive && alpha->constant() &&
           alpha->at(0) == 1 && !outer && at_sync == AtSync::keep && !exact_losses && !repeatable;
  }
};

// Lookahead over an agent (Zhang, Lucas, Hinton, Ba 2019, algorithm 1): the fast agent runs k rounds from the
// slow point z, then z := alpha x + (1 - alpha) z, or what the outer optimizer makes of z - x, and x := z. k and
// alpha are those of the round's first step. `start` is where slow and fast begin. With alpha = 1 the fast
// agent's path is unchanged, bit for bit. Over a Lookahead it nests. Where the inner optimizer keeps a mean
// of its path, that is the settled point from the first sync on at which there is one; the steps do not see
// it.
template <Scalar T>
std::unique_ptr<Agent<T>> lookahead_over(LookaheadParts<T> parts, std::span<const T> start);

}  // namespace lookahead
