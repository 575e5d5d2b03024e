#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::optimizers {
namespace {

struct OptimisticParameters {
  double beta = 1;
};

template <Scalar T>
class Optimistic final : public Optimizer<T> {
 public:
  Optimistic(const OptimisticParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters), shards_(seat.shards), last_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const T beta = begun_ == 0 ? T{0} : static_cast<T>(p_.beta);
    begun_ = 1;
    const T* g = oracle.gradient().data();
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      sweep(x.data() + at, g + at, last_.data() + at, size, static_cast<T>(rate), beta);
    });
  }

  Memory<T> memory() override { return {{{"last_gradient", last_, true}}, {{"begun", &begun_}}}; }

 private:
  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict last,
                                      std::size_t n, T rate, T beta) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i];
      x[i] -= rate * (gradient + beta * (gradient - last[i]));
      last[i] = gradient;
    }
  }

  OptimisticParameters p_;
  Shards shards_;
  Index begun_ = 0;  // whether a step was made
  Aligned<T> last_;
};

}  // namespace

OptimizerEntry optimistic() {
  using P = OptimisticParameters;
  return optimizer_entry<Optimistic, P>(
      {"optimistic", "optimistic gradient descent: expects the gradient to go on changing as it did",
       "x = x - lr (g + beta (g - g_last)), the first step with g alone; converges on monotone games",
       "Popov, Math. Notes 28, 1980; Daskalakis, Ilyas, Syrgkanis and Zeng, ICLR 2018"},
      {param("beta", &P::beta, "weight of the gradient's last change", at_least(0))}, 1e-1);
}

}  // namespace lookahead::optimizers
