#include "base/aligned.hpp"
#include "optimizer/block_norms.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::optimizers {
namespace {

struct LarsParameters {
  double momentum = 0.9, trust = 1e-3, weight_decay = 0;
};

template <Scalar T>
class Lars final : public Optimizer<T> {
 public:
  Lars(const LarsParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        blocks_(seat),
        momentum_(static_cast<std::size_t>(seat.dimension)),
        update_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const T decay = static_cast<T>(p_.weight_decay), keep = static_cast<T>(p_.momentum);
    const T* g = oracle.gradient().data();
    blocks_.each([&](std::size_t at, std::size_t size, bool free) {
      const Shards& shards = blocks_.shards();
      shards.each(size, [&](std::size_t from, std::size_t n) {
        const std::size_t i = at + from;
        prepare(x.data() + i, g + i, update_.data() + i, n, free ? T{0} : decay);
      });
      const std::span<const T> part(x.data() + at, size), update(update_.data() + at, size);
      const double ratio = free ? 1.0 : trust_ratio<T>(shards, part, update, p_.trust);
      shards.each(size, [&](std::size_t from, std::size_t n) {
        const std::size_t i = at + from;
        move(x.data() + i, update_.data() + i, momentum_.data() + i, n, keep, static_cast<T>(rate * ratio));
      });
    });
  }

  Memory<T> memory() override { return {{{"momentum", momentum_, true}}, {}}; }

 private:
  [[gnu::noinline]] static void prepare(const T* __restrict x, const T* __restrict g, T* __restrict u,
                                        std::size_t n, T decay) {
    for (std::size_t i = 0; i < n; ++i) u[i] = g[i] + decay * x[i];
  }

  [[gnu::noinline]] static void move(T* __restrict x, const T* __restrict u, T* __restrict b, std::size_t n,
                                     T keep, T rate) {
    for (std::size_t i = 0; i < n; ++i) {
      const T moved = keep * b[i] + rate * u[i];
      b[i] = moved;
      x[i] -= moved;
    }
  }

  LarsParameters p_;
  Blocks blocks_;
  Aligned<T> momentum_, update_;
};

}  // namespace

OptimizerEntry lars() {
  using P = LarsParameters;
  return optimizer_entry<Lars, P>(
      {"lars", "momentum with steps in proportion to the size of each layer, for large batches",
       "u = g + weight_decay x;  b = momentum b + lr trust |x|/|u| u, layer by layer;  x = x - b\n"
       "where a norm vanishes, and for intercepts, lr stands alone; where the objective has no layers, x is "
       "one",
       "You, Gitman and Ginsburg, 2017"},
      {param("momentum", &P::momentum, "share of the last step that is kept", at_least(0), below(1)),
       param("trust", &P::trust, "length of a step over that of x, at lr 1", above(0)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1.0);
}

}  // namespace lookahead::optimizers
