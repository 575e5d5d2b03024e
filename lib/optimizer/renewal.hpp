#pragma once
#include "optimizer/optimizer.hpp"

namespace lookahead {

// When a rule that now and then evaluates the whole sum does so again.
struct RenewalParameters {
  using DeclaredIn = RenewalParameters;
  Index period = 0;  // steps; 0: one pass over the terms
  bool renew_at_sync = false;
};

inline Parameters renewal_parameters() {
  using P = RenewalParameters;
  return {param("period", &P::period, "steps between two full gradients; 0: one pass over the terms",
                at_least(0), at_most(most_counted)),
          param("renew_at_sync", &P::renew_at_sync,
                "draw a full gradient in the first step after a sync moved x")};
}

// When a rule draws its next full gradient: in its first step, and then by its parameters.
class Renewal {
 public:
  Renewal(const RenewalParameters& parameters, Index terms)
      : by_rows_(parameters.period == 0), limit_(by_rows_ ? terms : parameters.period) {}

  bool due() const { return age_ == 0 || age_ >= limit_; }
  void renewed() { age_ = 0; }
  // A step with a batch of so many terms was made.
  void step(Index batch) { age_ += by_rows_ ? batch : 1; }
  // The next step is to renew.
  void demand() { age_ = 0; }
  Counter counter() { return {"since_renewal", &age_}; }

 private:
  bool by_rows_;
  Index limit_;
  Index age_ = 0;  // steps, or terms of their batches; 0: never renewed
};

}  // namespace lookahead
