#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::optimizers {
namespace {

struct ExtragradientParameters {
  double ratio = 1;
};

template <Scalar T>
class Extragradient final : public Optimizer<T> {
 public:
  Extragradient(const ExtragradientParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        shards_(seat.shards),
        ahead_(static_cast<std::size_t>(seat.dimension)),
        gradient_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const T* g = oracle.gradient().data();
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      extrapolate(ahead_.data() + at, x.data() + at, g + at, size, static_cast<T>(p_.ratio * rate));
    });
    oracle.value_and_gradient(ahead_, gradient_);
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      descend(x.data() + at, gradient_.data() + at, size, static_cast<T>(rate));
    });
  }

 private:
  [[gnu::noinline]] static void extrapolate(T* __restrict ahead, const T* __restrict x, const T* __restrict g,
                                            std::size_t n, T rate) {
    for (std::size_t i = 0; i < n; ++i) ahead[i] = x[i] - rate * g[i];
  }

  ExtragradientParameters p_;
  Shards shards_;
  Aligned<T> ahead_, gradient_;
};

}  // namespace

OptimizerEntry extragradient() {
  using P = ExtragradientParameters;
  OptimizerEntry entry = optimizer_entry<Extragradient, P>(
      {"extragradient", "a step with the gradient found one step ahead; converges on monotone games",
       "x' = x - ratio lr g(x);  x = x - lr g(x');  two evaluations a step, both of the same batch",
       "Korpelevich, Matekon 13, 1976; Hsieh, Iutzeler, Malick and Mertikopoulos, NeurIPS 2020 (ratio)"},
      {param("ratio", &P::ratio, "length of the step ahead over that of the step itself", above(0))}, 1e-1);
  entry.outer_seat = false;
  entry.evaluations = 2;
  entry.linear_step = [](const Values& parameters) -> std::optional<LinearStep> {
    return LinearStep{.ahead = parameters.as<P>().ratio};
  };
  return entry;
}

}  // namespace lookahead::optimizers
