#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/block_norms.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"

namespace lookahead::optimizers {
namespace {

struct LambParameters {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-6, weight_decay = 0;
};

template <Scalar T>
class Lamb final : public Optimizer<T> {
 public:
  Lamb(const LambParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        blocks_(seat),
        power1_(p_.beta1),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)),
        update_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    ++steps_;
    Scales scales{static_cast<T>(1 / (1 - power1_.at(steps_))),
                  static_cast<T>(1 / std::sqrt(1 - power2_.at(steps_))),
                  static_cast<T>(p_.beta1),
                  static_cast<T>(1 - p_.beta1),
                  static_cast<T>(p_.beta2),
                  static_cast<T>(1 - p_.beta2),
                  static_cast<T>(p_.epsilon),
                  T{0}};
    const T* g = oracle.gradient().data();
    blocks_.each([&](std::size_t at, std::size_t size, bool free) {
      scales.decay = free ? T{0} : static_cast<T>(p_.weight_decay);
      const Shards& shards = blocks_.shards();
      shards.each(size, [&](std::size_t from, std::size_t n) {
        const std::size_t i = at + from;
        prepare(x.data() + i, g + i, first_.data() + i, second_.data() + i, update_.data() + i, n, scales);
      });
      const std::span<const T> part(x.data() + at, size), update(update_.data() + at, size);
      const double ratio = free ? 1.0 : trust_ratio<T>(shards, part, update);
      shards.each(size, [&](std::size_t from, std::size_t n) {
        descend(x.data() + at + from, update.data() + from, n, static_cast<T>(rate * ratio));
      });
    });
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true}, {"second_moment", second_, true, true}}, {{"steps", &steps_}}};
  }

 private:
  struct Scales {
    T first, root, beta1, rest1, beta2, rest2, epsilon, decay;
  };

  [[gnu::noinline]] static void prepare(const T* __restrict x, const T* __restrict g, T* __restrict m,
                                        T* __restrict v, T* __restrict u, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T first = s.beta1 * m[i] + s.rest1 * g[i];
      const T second = s.beta2 * v[i] + s.rest2 * g[i] * g[i];
      m[i] = first;
      v[i] = second;
      u[i] = s.first * first / (std::sqrt(second) * s.root + s.epsilon) + s.decay * x[i];
    }
  }

  LambParameters p_;
  Blocks blocks_;
  Power power1_, power2_;
  Index steps_ = 0;
  Aligned<T> first_, second_, update_;
};

}  // namespace

OptimizerEntry lamb() {
  using P = LambParameters;
  return optimizer_entry<Lamb, P>(
      {"lamb", "Adam with steps in proportion to the size of each layer, for large batches",
       "u = adam's direction + weight_decay x;  x = x - lr |x|/|u| u, layer by layer (1 where a norm "
       "vanishes, and for intercepts);\n"
       "where the objective has no layers, x is one; matrix_factorization has four: the biases and the\n"
       "factors of its rows and of its columns",
       "You et al., ICLR 2020"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the root of the second moment", above(0)),
       param("weight_decay", &P::weight_decay, "added to the direction times x", at_least(0))},
      1e-3);
}

}  // namespace lookahead::optimizers
