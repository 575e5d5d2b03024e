#include <algorithm>

#include "base/aligned.hpp"
#include "optimizer/renewal.hpp"

namespace lookahead::optimizers {
namespace {

struct SarahParameters : RenewalParameters {
  SarahParameters() { renew_at_sync = true; }
};

template <Scalar T>
class Sarah final : public Optimizer<T> {
 public:
  Sarah(const SarahParameters& parameters, const OptimizerSeat& seat)
      : shards_(seat.shards),
        renewal_(parameters, seat.terms),
        renew_at_sync_(parameters.renew_at_sync),
        before_(static_cast<std::size_t>(seat.dimension)),
        estimate_(before_.size()),
        here_(before_.size()),
        there_(before_.size()) {}

  bool draws_own() const override { return true; }

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    if (renewal_.due()) {
      oracle.full_value_and_gradient(x, estimate_);
      renewal_.renewed();
    } else {
      oracle.exact_value_and_gradient(x, here_);
      oracle.exact_value_and_gradient(before_, there_);
      shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
        follow(estimate_.data() + at, here_.data() + at, there_.data() + at, size);
      });
    }
    renewal_.step(oracle.batch_size());
    // The recursion goes on from the estimate as it is, without this step's noise and clipping.
    shards_.copy(estimate_, std::span(here_));
    oracle.disturb(here_);
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      move(x.data() + at, before_.data() + at, here_.data() + at, size, static_cast<T>(rate));
    });
  }

  void moved() override {
    if (renew_at_sync_) renewal_.demand();
  }

  Memory<T> memory() override {
    return {{{"point_before", before_, false}, {"estimate", estimate_, false}}, {renewal_.counter()}};
  }

 private:
  [[gnu::noinline]] static void follow(T* __restrict v, const T* __restrict here, const T* __restrict there,
                                       std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) v[i] += here[i] - there[i];
  }
  [[gnu::noinline]] static void move(T* __restrict x, T* __restrict before, const T* __restrict v,
                                     std::size_t n, T rate) {
    for (std::size_t i = 0; i < n; ++i) {
      before[i] = x[i];
      x[i] -= rate * v[i];
    }
  }

  Shards shards_;
  Renewal renewal_;
  bool renew_at_sync_;
  Aligned<T> before_, estimate_;
  Aligned<T> here_, there_;  // working space
};

}  // namespace

OptimizerEntry sarah() {
  OptimizerEntry entry = optimizer_entry<Sarah, SarahParameters>(
      {"sarah", "a gradient estimate that follows the steps, renewed by a full gradient once in a while",
       "every period steps: v = grad f(x);  else v = v + g_B(x) - g_B(x before the last step);  x = x - lr "
       "v\n"
       "g_B: gradient of the step's batch; noise and clipping act on the step, not on v. A step costs 2\n"
       "batches, one that renews all n terms. The first step after a sync that moved x renews, unless\n"
       "renew_at_sync is false: then the recursion goes on across the sync",
       "Nguyen et al., ICML 2017"},
      renewal_parameters(), 1e-2);
  entry.steps_along = [](const Values&) { return true; };
  entry.needs = Needs::finite_sum;
  entry.outer_seat = false;
  entry.evaluations = 0;
  return entry;
}

}  // namespace lookahead::optimizers
