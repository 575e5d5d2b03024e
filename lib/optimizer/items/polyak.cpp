#include <algorithm>

#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"
#include "parallel/sums.hpp"

namespace lookahead::optimizers {
namespace {

struct PolyakParameters {
  double c = 1;
  std::optional<double> minimum;
};

template <Scalar T>
class Polyak final : public Optimizer<T> {
 public:
  Polyak(const PolyakParameters& parameters, const OptimizerSeat& seat)
      : shards_(seat.shards),
        c_(parameters.c),
        minimum_(parameters.minimum ? *parameters.minimum : seat.minimum.value_or(0.0)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const std::span<const T> g = oracle.gradient();
    const double square = squared_norm(shards_, g);
    if (square == 0) return;
    // Below the minimum (of a batch, of rounding) there is nothing to go down to.
    const double wanted = std::max(oracle.loss() - minimum_, 0.0) / (c_ * square);
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      descend(x.data() + at, g.data() + at, size, static_cast<T>(std::min(rate, wanted)));
    });
  }

 private:
  Shards shards_;
  double c_, minimum_;
};

}  // namespace

OptimizerEntry polyak() {
  using P = PolyakParameters;
  OptimizerEntry entry = optimizer_entry<Polyak, P>(
      {"polyak", "gradient descent with Polyak's step, from the distance to the minimum's value",
       "x = x - min(lr, max(f - f*, 0) / (c |g|^2)) g;  f and g of the step's batch, lr is the cap\n"
       "needs f*: the function's own, or the parameter minimum",
       "Polyak, USSR Comput. Math. Math. Phys. 9, 1969; Loizou et al., AISTATS 2021 (batches, cap)"},
      {param("c", &P::c, "divides the step", above(0)),
       param("minimum", &P::minimum, "f*, or what it is taken for; default: the function's own")},
      1.0);
  entry.needs = Needs::minimum;
  entry.outer_seat = false;
  entry.on_fields = false;
  entry.compares = true;
  return entry;
}

}  // namespace lookahead::optimizers
