#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::outers {
namespace {

struct NesterovParameters {
  double momentum = 0.9;
};

template <Scalar T>
class Nesterov final : public Optimizer<T> {
 public:
  Nesterov(const NesterovParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters), shards_(seat.shards), momentum_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> z, Oracle<T>& oracle, double rate) override {
    const T* d = oracle.gradient().data();
    shards_.each(z.size(), [&](std::size_t at, std::size_t size) {
      move(z.data() + at, d + at, momentum_.data() + at, size, static_cast<T>(p_.momentum),
           static_cast<T>(rate));
    });
  }

  Memory<T> memory() override { return {{{"slow_momentum", momentum_, true}}, {}}; }

 private:
  [[gnu::noinline]] static void move(T* __restrict z, const T* __restrict d, T* __restrict b, std::size_t n,
                                     T momentum, T rate) {
    for (std::size_t i = 0; i < n; ++i) {
      const T moved = momentum * b[i] + d[i];
      b[i] = moved;
      z[i] -= rate * (d[i] + momentum * moved);
    }
  }

  NesterovParameters p_;
  Shards shards_;
  Aligned<T> momentum_;
};

}  // namespace

OptimizerEntry nesterov() {
  return optimizer_entry<Nesterov, NesterovParameters>(
      {"nesterov", "Nesterov momentum on the rounds' differences, as in DiLoCo",
       "b = momentum b + D;  z = z - alpha (D + momentum b),  D = z - x at the round's end;\n"
       "DiLoCo: alpha 0.7, momentum 0.9, the inner optimizer adamw",
       "Douillard et al., DiLoCo, 2023; Sutskever et al., ICML 2013 (this form)"},
      {param("momentum", &NesterovParameters::momentum, "share of the slow momentum that is kept",
             at_least(0), below(1))},
      0.7);
}

}  // namespace lookahead::outers
