#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct LionParameters {
  double beta1 = 0.9, beta2 = 0.99, weight_decay = 1e-3;
};

template <Scalar T>
class Lion final : public Optimizer<T> {
 public:
  Lion(const LionParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        momentum_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, momentum_.data() + at, size,
            {static_cast<T>(rate), static_cast<T>(p_.beta1), static_cast<T>(1 - p_.beta1),
             static_cast<T>(p_.beta2), static_cast<T>(1 - p_.beta2),
             static_cast<T>(decays ? p_.weight_decay : 0)});
    });
  }

  Memory<T> memory() override { return {{{"momentum", momentum_, true}}, {}}; }

 private:
  struct Scales {
    T rate, beta1, rest1, beta2, rest2, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m, std::size_t n,
                                      const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T direction = s.beta1 * m[i] + s.rest1 * g[i];
      const T sign = direction > 0 ? T{1} : (direction < 0 ? T{-1} : T{0});
      m[i] = s.beta2 * m[i] + s.rest2 * g[i];
      x[i] -= s.rate * (sign + s.decay * x[i]);
    }
  }

  LionParameters p_;
  Stretches stretches_;
  Aligned<T> momentum_;
};

}  // namespace

OptimizerEntry lion() {
  using P = LionParameters;
  OptimizerEntry entry = optimizer_entry<Lion, P>(
      {"lion", "steps of equal size by the sign of the momentum, found by a search over programs",
       "x = x - lr (sign(beta1 m + (1-beta1) g) + weight_decay x);  m = beta2 m + (1-beta2) g;  sign(0) = 0",
       "Chen et al., NeurIPS 2023"},
      {param("beta1", &P::beta1, "share of the momentum in the direction", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the momentum", at_least(0), below(1)),
       param("weight_decay", &P::weight_decay, "shrinks x apart from the gradient, times lr", at_least(0))},
      1e-4);
  entry.hides_infinity = true;
  return entry;
}

}  // namespace lookahead::optimizers
