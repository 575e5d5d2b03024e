#include "optimizer/adam_rule.hpp"

namespace lookahead::optimizers {
namespace {

struct OptimisticAdamParameters : AdamParameters {
  double optimism = 1;
};

template <Scalar T>
class OptimisticAdam final : public AdamRule<T> {
 public:
  OptimisticAdam(const OptimisticAdamParameters& parameters, const OptimizerSeat& seat)
      : AdamRule<T>(parameters, seat, false),
        shards_(seat.shards),
        optimism_(static_cast<T>(parameters.optimism)),
        start_(static_cast<std::size_t>(seat.dimension)),
        last_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const bool first = this->steps() == 0;
    shards_.copy(x, std::span(start_));
    this->apply(x, oracle.gradient(), rate);
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      go_on(x.data() + at, start_.data() + at, last_.data() + at, size, first ? T{0} : optimism_);
    });
  }

  Memory<T> memory() override {
    Memory<T> memory = AdamRule<T>::memory();
    memory.segments.push_back({"last_move", last_, true});
    return memory;
  }

 private:
  // Adds what the move differs from the last one.
  [[gnu::noinline]] static void go_on(T* __restrict x, const T* __restrict start, T* __restrict last,
                                      std::size_t n, T optimism) {
    for (std::size_t i = 0; i < n; ++i) {
      const T move = x[i] - start[i];
      x[i] += optimism * (move - last[i]);
      last[i] = move;
    }
  }

  Shards shards_;
  T optimism_;
  Aligned<T> start_, last_;
};

}  // namespace

OptimizerEntry optimistic_adam() {
  using P = OptimisticAdamParameters;
  return optimizer_entry<OptimisticAdam, P>(
      {"optimistic_adam", "Adam that expects its move to go on changing as it did",
       "u = the move that adam would make;  x = x + u + optimism (u - u_last), the first step with u alone",
       "Daskalakis, Ilyas, Syrgkanis and Zeng, ICLR 2018 (algorithm 1)"},
      together({adam_parameters(),
                {param("optimism", &P::optimism, "weight of the move's last change", at_least(0))}}),
      1e-3);
}

}  // namespace lookahead::optimizers
