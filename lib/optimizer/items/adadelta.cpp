#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct AdadeltaParameters {
  double rho = 0.9, epsilon = 1e-6, weight_decay = 0;
};

template <Scalar T>
class Adadelta final : public Optimizer<T> {
 public:
  Adadelta(const AdadeltaParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        square_(static_cast<std::size_t>(seat.dimension)),
        moved_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, square_.data() + at, moved_.data() + at, size,
            {static_cast<T>(rate), static_cast<T>(p_.rho), static_cast<T>(1 - p_.rho),
             static_cast<T>(p_.epsilon), static_cast<T>(decays ? p_.weight_decay : 0)});
    });
  }

  Memory<T> memory() override {
    return {{{"second_moment", square_, true, true}, {"squared_steps", moved_, true, true}}, {}};
  }

 private:
  struct Scales {
    T rate, rho, rest, epsilon, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict v,
                                      T* __restrict d, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T square = s.rho * v[i] + s.rest * gradient * gradient;
      const T step = std::sqrt(d[i] + s.epsilon) / std::sqrt(square + s.epsilon) * gradient;
      v[i] = square;
      d[i] = s.rho * d[i] + s.rest * step * step;
      x[i] -= s.rate * step;
    }
  }

  AdadeltaParameters p_;
  Stretches stretches_;
  Aligned<T> square_, moved_;
};

}  // namespace

OptimizerEntry adadelta() {
  using P = AdadeltaParameters;
  return optimizer_entry<Adadelta, P>(
      {"adadelta", "steps in units of x: scaled by the root mean square of the steps before",
       "v = rho v + (1-rho) g^2;  s = sqrt(D + epsilon)/sqrt(v + epsilon) g\n"
       "D = rho D + (1-rho) s^2;  x = x - lr s",
       "Zeiler, 2012"},
      {param("rho", &P::rho, "decay of both mean squares", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added inside both roots", above(0)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1.0);
}

}  // namespace lookahead::optimizers
