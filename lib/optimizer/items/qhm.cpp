#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct QhmParameters {
  double beta = 0.999, nu = 0.7, weight_decay = 0;
};

template <Scalar T>
class Qhm final : public Optimizer<T> {
 public:
  Qhm(const QhmParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        mean_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, mean_.data() + at, size,
            {static_cast<T>(rate), static_cast<T>(p_.beta), static_cast<T>(1 - p_.beta),
             static_cast<T>(p_.nu), static_cast<T>(1 - p_.nu), static_cast<T>(decays ? p_.weight_decay : 0)});
    });
  }

  Memory<T> memory() override { return {{{"momentum", mean_, true}}, {}}; }

 private:
  struct Scales {
    T rate, beta, rest, nu, plain, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m, std::size_t n,
                                      const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T mean = s.beta * m[i] + s.rest * gradient;
      m[i] = mean;
      x[i] -= s.rate * (s.plain * gradient + s.nu * mean);
    }
  }

  QhmParameters p_;
  Stretches stretches_;
  Aligned<T> mean_;
};

}  // namespace

OptimizerEntry qhm() {
  using P = QhmParameters;
  return optimizer_entry<Qhm, P>(
      {"qhm", "quasi-hyperbolic momentum: a mixture of the gradient and its long mean",
       "m = beta m + (1-beta) g;  x = x - lr ((1-nu) g + nu m)\n"
       "nu 0: plain sgd, nu 1: momentum, nu = beta: Nesterov",
       "Ma and Yarats, ICLR 2019"},
      {param("beta", &P::beta, "decay of the mean gradient", at_least(0), below(1)),
       param("nu", &P::nu, "share of the mean in a step", at_least(0), at_most(1)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1.0);
}

}  // namespace lookahead::optimizers
