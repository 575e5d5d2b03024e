#include "optimizer/optimizer.hpp"

namespace lookahead::outers {
namespace {

template <Scalar T>
class Plain final : public Optimizer<T> {
 public:
  Plain(const NoParameters&, const OptimizerSeat&) {}
  void step(std::span<T> z, Oracle<T>& oracle, double rate) override {
    const T alpha = static_cast<T>(rate);
    for (std::size_t i = 0; i < z.size(); ++i) z[i] -= alpha * oracle.gradient()[i];
  }
};

}  // namespace

OptimizerEntry sgd() {
  OptimizerEntry entry = optimizer_entry<Plain, NoParameters>(
      {"sgd", "the plain slow step: a fraction alpha of the way to where the fast agent ended",
       "z = z - alpha D = alpha x + (1-alpha) z,  D = z - x at the round's end",
       "Zhang, Lucas, Hinton and Ba, NeurIPS 2019"},
      {}, 0.5);
  entry.plain_slow_step = true;
  return entry;
}

}  // namespace lookahead::outers
