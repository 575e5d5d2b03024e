// What of a session is kept for one that goes on.
#include <algorithm>

#include "run/session.hpp"

namespace lookahead {

template <Scalar T>
void Session<T>::exchange(Archive& archive) {
  archive.exchange("session.fast", std::span<T>(x_));
  agent_->exchange(archive);
  best_.exchange(archive);
  patience_.exchange(archive);
  archive.exchange("session.seconds", seconds_);
  archive.exchange("session.elapsed", elapsed_);
  archive.exchange("session.trace_seconds", trace_seconds_);
  archive.exchange("session.grad_sq_sum", grad_sq_sum_);
  archive.exchange_count("session.grad_sq_count", grad_sq_count_);
  archive.exchange_count("session.last_observed", last_observed_, -1);
  archive.exchange_count("session.last_recorded", last_recorded_, -1);
  archive.exchange("session.unseen", unseen_);
  archive.exchange_count("session.rounds_before", rounds_before_);
  archive.exchange("session.least_grad_norm", least_grad_norm_);
  if (!archive.loading()) return;
  earlier_ = elapsed_;
  last_judged_round_ = -1;
  forget_points();
}

template <Scalar T>
Nearest Session<T>::nearest() const {
  const double loss = std::min(best_.loss, agent_->best().loss);
  return {loss - plan_.facts().minimum.value_or(0.0), least_grad_norm_, patience_.longest_without_gain(),
          crew_.meets_losses || (minibatches() && plan_.tells_best)};
}

template <Scalar T>
std::string Session<T>::result_item() const {
  if (patience_.best()) return best_weights_item;
  return agent_->telemetry().averaged ? "lookahead.average" : "lookahead.slow";
}

template void Session<float>::exchange(Archive&);
template void Session<double>::exchange(Archive&);
template Nearest Session<float>::nearest() const;
template Nearest Session<double>::nearest() const;
template std::string Session<float>::result_item() const;
template std::string Session<double>::result_item() const;

}  // namespace lookahead
