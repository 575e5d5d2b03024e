#include "optimizer/adam_rule.hpp"

namespace lookahead::optimizers {
namespace {

// Both half steps feed the same moments, each with its own bias correction.
template <Scalar T>
class ExtraAdam final : public AdamRule<T> {
 public:
  ExtraAdam(const AdamParameters& parameters, const OptimizerSeat& seat)
      : AdamRule<T>(parameters, seat, false),
        shards_(seat.shards),
        ahead_(static_cast<std::size_t>(seat.dimension)),
        gradient_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    shards_.copy(x, std::span(ahead_));
    this->apply(ahead_, oracle.gradient(), rate);
    oracle.value_and_gradient(ahead_, gradient_);
    this->add_decay(gradient_, ahead_);
    constexpr bool decayed = true;
    this->apply(x, gradient_, rate, decayed);
  }

 private:
  Shards shards_;
  Aligned<T> ahead_, gradient_;
};

}  // namespace

OptimizerEntry extra_adam() {
  OptimizerEntry entry = optimizer_entry<ExtraAdam, AdamParameters>(
      {"extra_adam", "extragradient with Adam in both half steps",
       "x' = x - lr adam(g(x));  x = x - lr adam(g(x')),  adam(g) the direction of adam with its moments\n"
       "moved by g, so that they move twice a step; two evaluations a step, both of the same batch",
       "Gidel, Berard, Vignoud, Vincent and Lacoste-Julien, ICLR 2019 (algorithm 4)"},
      adam_parameters(), 1e-3);
  entry.outer_seat = false;
  entry.evaluations = 2;
  return entry;
}

}  // namespace lookahead::optimizers
