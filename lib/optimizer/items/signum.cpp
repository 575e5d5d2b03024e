#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct SignumParameters {
  double momentum = 0.9, weight_decay = 0;
};

template <Scalar T>
class Signum final : public Optimizer<T> {
 public:
  Signum(const SignumParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        mean_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, mean_.data() + at, size,
            {static_cast<T>(rate), static_cast<T>(p_.momentum), static_cast<T>(1 - p_.momentum),
             static_cast<T>(decays ? p_.weight_decay : 0)});
    });
  }

  Memory<T> memory() override { return {{{"momentum", mean_, true}}, {}}; }

 private:
  struct Scales {
    T rate, momentum, rest, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m, std::size_t n,
                                      const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T direction = s.momentum * m[i] + s.rest * g[i];
      const T sign = direction > 0 ? T{1} : (direction < 0 ? T{-1} : T{0});
      m[i] = direction;
      x[i] -= s.rate * (sign + s.decay * x[i]);
    }
  }

  SignumParameters p_;
  Stretches stretches_;
  Aligned<T> mean_;
};

}  // namespace

OptimizerEntry signum() {
  using P = SignumParameters;
  OptimizerEntry entry = optimizer_entry<Signum, P>(
      {"signum", "steps of equal size by the sign of the mean gradient; without momentum signSGD",
       "m = momentum m + (1-momentum) g;  x = x - lr (sign(m) + weight_decay x);  sign(0) = 0",
       "Bernstein, Wang, Azizzadenesheli and Anandkumar, ICML 2018"},
      {param("momentum", &P::momentum, "decay of the mean gradient; 0: the gradient itself", at_least(0),
             below(1)),
       param("weight_decay", &P::weight_decay, "shrinks x apart from the gradient, times lr", at_least(0))},
      1e-3);
  entry.hides_infinity = true;
  return entry;
}

}  // namespace lookahead::optimizers
