#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct AdabeliefParameters {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-16, epsilon_inside = 1e-16, weight_decay = 0;
  bool decoupled = false;
};

template <Scalar T>
class Adabelief final : public Optimizer<T> {
 public:
  Adabelief(const AdabeliefParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        power1_(p_.beta1),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    ++steps_;
    const Scales scales{static_cast<T>(rate / (1 - power1_.at(steps_))),
                        static_cast<T>(1 / std::sqrt(1 - power2_.at(steps_))),
                        static_cast<T>(p_.beta1),
                        static_cast<T>(1 - p_.beta1),
                        static_cast<T>(p_.beta2),
                        static_cast<T>(1 - p_.beta2),
                        static_cast<T>(p_.epsilon),
                        static_cast<T>(p_.epsilon_inside),
                        p_.decoupled ? T{0} : static_cast<T>(p_.weight_decay),
                        p_.decoupled ? static_cast<T>(1 - rate * p_.weight_decay) : T{1}};
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, first_.data() + at, second_.data() + at, size,
            decays ? scales : without_decay(scales));
    });
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true}, {"variance", second_, true, true}}, {{"steps", &steps_}}};
  }

 private:
  struct Scales {
    T rate, root, beta1, rest1, beta2, rest2, epsilon, inside, decay, shrink;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m,
                                      T* __restrict v, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T first = s.beta1 * m[i] + s.rest1 * gradient;
      const T surprise = gradient - first;
      const T second = s.beta2 * v[i] + s.rest2 * surprise * surprise + s.inside;
      m[i] = first;
      v[i] = second;
      x[i] = x[i] * s.shrink - s.rate * first / (std::sqrt(second) * s.root + s.epsilon);
    }
  }

  AdabeliefParameters p_;
  Stretches stretches_;
  Power power1_, power2_;
  Index steps_ = 0;
  Aligned<T> first_, second_;
};

}  // namespace

OptimizerEntry adabelief() {
  using P = AdabeliefParameters;
  return optimizer_entry<Adabelief, P>(
      {"adabelief",
       "Adam that divides by how far the gradient is from its mean: large steps where it is as believed",
       "m = beta1 m + (1-beta1) g;  s = beta2 s + (1-beta2) (g - m)^2 + epsilon_inside\n"
       "x = x - lr m/(1-beta1^t) / (sqrt(s/(1-beta2^t)) + epsilon)",
       "Zhuang et al., NeurIPS 2020"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the variance", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the root of the variance", above(0)),
       param("epsilon_inside", &P::epsilon_inside, "added to the variance in every step", at_least(0)),
       param("weight_decay", &P::weight_decay, "strength of the decay of the weights", at_least(0)),
       param("decoupled", &P::decoupled, "weight decay shrinks x apart from the gradient, as in adamw")},
      1e-3);
}

}  // namespace lookahead::optimizers
