#include <algorithm>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/renewal.hpp"

namespace lookahead::optimizers {
namespace {

template <Scalar T>
class Svrg final : public Optimizer<T> {
 public:
  Svrg(const RenewalParameters& parameters, const OptimizerSeat& seat)
      : shards_(seat.shards),
        renewal_(parameters, seat.terms),
        renew_at_sync_(parameters.renew_at_sync),
        snapshot_(static_cast<std::size_t>(seat.dimension)),
        full_(snapshot_.size()),
        direction_(snapshot_.size()),
        there_(snapshot_.size()) {}

  bool draws_own() const override { return true; }

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    if (renewal_.due()) {
      oracle.full_value_and_gradient(x, full_);
      shards_.copy(x, std::span(snapshot_));
      shards_.copy(full_, std::span(direction_));
      renewal_.renewed();
    } else {
      oracle.exact_value_and_gradient(x, direction_);
      oracle.exact_value_and_gradient(snapshot_, there_);
      shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
        correct(direction_.data() + at, there_.data() + at, full_.data() + at, size);
      });
    }
    renewal_.step(oracle.batch_size());
    oracle.disturb(direction_);
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      descend(x.data() + at, direction_.data() + at, size, static_cast<T>(rate));
    });
  }

  void moved() override {
    if (renew_at_sync_) renewal_.demand();
  }

  Memory<T> memory() override {
    return {{{"snapshot", snapshot_, false}, {"full_gradient", full_, false}}, {renewal_.counter()}};
  }

 private:
  [[gnu::noinline]] static void correct(T* __restrict g, const T* __restrict there, const T* __restrict full,
                                        std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) g[i] = g[i] - there[i] + full[i];
  }

  Shards shards_;
  Renewal renewal_;
  bool renew_at_sync_;
  Aligned<T> snapshot_, full_;
  Aligned<T> direction_, there_;  // working space
};

}  // namespace

OptimizerEntry svrg() {
  OptimizerEntry entry = optimizer_entry<Svrg, RenewalParameters>(
      {"svrg", "stochastic gradients corrected by a full gradient drawn once in a while",
       "every period steps: s = x, v = grad f(s);  else v = g_B(x) - g_B(s) + grad f(s);  x = x - lr v\n"
       "g_B: gradient of the step's batch; noise and clipping act on v. A step costs 2 batches, one with a\n"
       "snapshot all n terms. A sync leaves the snapshot: still right, only older (renew_at_sync: a new "
       "one);\n"
       "at_sync: reset forgets it",
       "Johnson and Zhang, NeurIPS 2013"},
      renewal_parameters(), 1e-2);
  entry.steps_along = [](const Values&) { return true; };
  entry.needs = Needs::finite_sum;
  entry.outer_seat = false;
  entry.evaluations = 0;
  return entry;
}

}  // namespace lookahead::optimizers
