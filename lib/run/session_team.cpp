// What the processes of a team agree on while their sessions go on.
#include <algorithm>

#include "run/session.hpp"

namespace lookahead {

// The steps of the next piece of work.
template <Scalar T>
Index Session<T>::next_piece(bool tracing) const {
  if (tracing && plan_.spec.trace.exact) return 1;
  Index most = piece_;
  if (!team_.alone()) {
    // Whole rounds, so that what is decided between pieces falls together with the syncs.
    const Index round = agent_->steps_until(1);
    most = piece_ <= round ? round : agent_->steps_until(std::clamp<Index>(piece_ / round, 1, 1024));
  }
  return std::min(next_chunk(tracing), most);
}

// What a team decides before it looks at the steps just made.
template <Scalar T>
void Session<T>::agree(Sink* sink, Watcher& watcher, StateKeeper* keeper) {
  if (team_.alone()) return;
  agreement_.elapsed_s = elapsed_;
  agreement_.piece = piece_;
  agreement_.interrupted = watcher.interrupted();
  agreement_.failed = sink != nullptr && sink->failed();
  agreement_.keeps = keeper != nullptr;
  agreement_.due = agreement_.keeps && keeper->due(Clock::now());
  agree_on(team_, agreement_);
  elapsed_ = agreement_.elapsed_s;
  piece_ = agreement_.piece;
}

// A program or library of the user's own may fail on one rank alone, and all have to know of it. Who ends soon after
// an interrupt may look at less than others, and nothing is done together after that.
template <Scalar T>
Evaluation Session<T>::agreed(const Evaluation& evaluation) {
  const auto& objective = plan_.spec.objective;
  if (!objective || objective->own == nullptr || observer_.deadline().given()) return evaluation;
  const Index none = team_.size();
  Index failed = evaluation.fault != nullptr ? team_.rank() : none;
  merge_all(team_, failed, [](Index& first, Index next) { first = std::min(first, next); });
  if (failed == none) return evaluation;
  shared_fault_ = broadcast_fault(team_, failed, evaluation.fault != nullptr ? *evaluation.fault : Fault{});
  return Evaluation(shared_fault_);
}

// Of a team at a round's end only.
template <Scalar T>
bool Session<T>::interrupted(Watcher& watcher) const {
  return team_.alone() ? watcher.interrupted() : agreement_.interrupted && agent_->telemetry().synced;
}

// Takes a copy of the state, on the first rank.
template <Scalar T>
void Session<T>::keep(StateKeeper* keeper, bool at_end) {
  if (team_.alone() ? keeper == nullptr : !agreement_.keeps) return;
  agent_->collect();
  if (keeper != nullptr) keeper->keep(*this, counts(), at_end);
}

template Index Session<float>::next_piece(bool) const;
template Index Session<double>::next_piece(bool) const;
template void Session<float>::agree(Sink*, Watcher&, StateKeeper*);
template void Session<double>::agree(Sink*, Watcher&, StateKeeper*);
template Evaluation Session<float>::agreed(const Evaluation&);
template Evaluation Session<double>::agreed(const Evaluation&);
template bool Session<float>::interrupted(Watcher&) const;
template bool Session<double>::interrupted(Watcher&) const;
template void Session<float>::keep(StateKeeper*, bool);
template void Session<double>::keep(StateKeeper*, bool);

}  // namespace lookahead
