#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::outers {
namespace {

struct SlowMoParameters {
  double beta = 0.7;
};

template <Scalar T>
class SlowMo final : public Optimizer<T> {
 public:
  SlowMo(const SlowMoParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters), shards_(seat.shards), momentum_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> z, Oracle<T>& oracle, double rate) override {
    const double inner = oracle.inner_rate();
    const T to_gradient = static_cast<T>(1 / inner), beta = static_cast<T>(p_.beta);
    // By a rate of 0, or one by which quotients are beyond the numbers, nothing is divided: what moved the point then
    // is no gradient but the momentum of a level within, which stays out of this one.
    constexpr T far = 1e8;
    const bool divides = inner > 0 && std::isfinite(to_gradient * far);
    const T* d = oracle.gradient().data();
    shards_.each(z.size(), [&](std::size_t at, std::size_t size) {
      if (!divides) coast(z.data() + at, d + at, size, static_cast<T>(rate));
      move(z.data() + at, d + at, momentum_.data() + at, size, beta, divides ? to_gradient : T{0},
           static_cast<T>(rate * inner));
    });
  }

  Memory<T> memory() override { return {{{"slow_momentum", momentum_, true}}, {}}; }

 private:
  [[gnu::noinline]] static void move(T* __restrict z, const T* __restrict d, T* __restrict u, std::size_t n,
                                     T beta, T to_gradient, T rate) {
    for (std::size_t i = 0; i < n; ++i) {
      const T momentum = beta * u[i] + to_gradient * d[i];
      u[i] = momentum;
      z[i] -= rate * momentum;
    }
  }

  [[gnu::noinline]] static void coast(T* __restrict z, const T* __restrict d, std::size_t n, T alpha) {
    for (std::size_t i = 0; i < n; ++i) z[i] -= alpha * d[i];
  }

  SlowMoParameters p_;
  Shards shards_;
  Aligned<T> momentum_;
};

}  // namespace

OptimizerEntry slowmo() {
  return optimizer_entry<SlowMo, SlowMoParameters>(
      {"slowmo", "slow momentum in units of the gradient; without it the plain slow step",
       "u = beta u + D/gamma;  z = z - alpha gamma u,  D = z - x, gamma the inner learning rate of the "
       "round, "
       "the mean of one that changes within it",
       "Wang, Tantia, Ballas and Rabbat, ICLR 2020"},
      {param("beta", &SlowMoParameters::beta, "share of the slow momentum that is kept", at_least(0),
             below(1))},
      1.0);
}

}  // namespace lookahead::outers
