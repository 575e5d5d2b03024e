#include <cmath>

#include "optimizer/power.hpp"
#include "optimizer/schedule_free.hpp"

namespace lookahead::optimizers {
namespace {

struct ScheduleFreeAdamWParameters : ScheduleFreeParameters {
  double beta2 = 0.999, epsilon = 1e-8;
};

template <Scalar T>
class ScheduleFreeAdamW final : public ScheduleFreeRule<T> {
 public:
  ScheduleFreeAdamW(const ScheduleFreeAdamWParameters& parameters, const OptimizerSeat& seat)
      : ScheduleFreeRule<T>(parameters, seat),
        p_(parameters),
        power2_(p_.beta2),
        second_(static_cast<std::size_t>(seat.dimension)) {}

  Memory<T> memory() override {
    Memory<T> memory = ScheduleFreeRule<T>::memory();
    memory.segments.push_back({"second_moment", second_, true, true});
    return memory;
  }

 private:
  double scaled(double rate, Index t) override { return rate * std::sqrt(1 - power2_.at(t)); }
  void turn(std::span<T> gradient, std::span<const T> y) override {
    this->stretches().each([=, this](std::size_t at, std::size_t size, bool decays) {
      normalize(gradient.data() + at, y.data() + at, second_.data() + at, size, static_cast<T>(p_.beta2),
                static_cast<T>(1 - p_.beta2), static_cast<T>(p_.epsilon),
                static_cast<T>(decays ? p_.weight_decay : 0));
    });
  }
  [[gnu::noinline]] static void normalize(T* __restrict g, const T* __restrict y, T* __restrict v,
                                          std::size_t n, T beta, T rest, T epsilon, T decay) {
    for (std::size_t i = 0; i < n; ++i) {
      const T second = beta * v[i] + rest * g[i] * g[i];
      v[i] = second;
      g[i] = g[i] / (std::sqrt(second) + epsilon) + decay * y[i];
    }
  }

  ScheduleFreeAdamWParameters p_;
  Power power2_;
  Aligned<T> second_;
};

}  // namespace

OptimizerEntry schedule_free_adamw() {
  using P = ScheduleFreeAdamWParameters;
  OptimizerEntry entry = optimizer_entry<ScheduleFreeAdamW, P>(
      {"schedule_free_adamw", "schedule_free_sgd with the second moment of AdamW",
       "as schedule_free_sgd, with v = beta2 v + (1-beta2) g(y)^2, r = lr sqrt(1 - beta2^t)\n"
       "and z = z - r (g(y) / (sqrt(v) + epsilon) + weight_decay y);  r in place of lr in the weights",
       "Defazio et al., The road less scheduled, NeurIPS 2024, algorithm 1"},
      together({schedule_free_parameters("beta1"),
                {param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)),
                 param("epsilon", &P::epsilon, "added to the root of the second moment", above(0))}}),
      2.5e-3);
  entry.outer_seat = false;
  entry.working_vectors = 2;
  return entry;
}

}  // namespace lookahead::optimizers
