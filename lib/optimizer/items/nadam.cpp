#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/number.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::optimizers {
namespace {

struct NadamParameters {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentum_decay = 4e-3, weight_decay = 0;
  bool decoupled = false;
};

template <Scalar T>
class Nadam final : public Optimizer<T> {
 public:
  Nadam(const NadamParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    // The product of all momenta so far; a new one begins with the empty product.
    double product = steps_ == 0 ? 1.0 : product_.get();
    ++steps_;
    const double momentum = momentum_at(steps_), next = momentum_at(steps_ + 1);
    // Too small to change 1 - product; kept out of the slow subnormal numbers.
    product = product < 1e-100 ? 0.0 : product * momentum;
    product_.set(product);
    const Scales scales{static_cast<T>(rate * (1 - momentum) / (1 - product)),
                        static_cast<T>(rate * next / (1 - product * next)),
                        static_cast<T>(1 / std::sqrt(1 - power2_.at(steps_))),
                        static_cast<T>(p_.beta1),
                        static_cast<T>(1 - p_.beta1),
                        static_cast<T>(p_.beta2),
                        static_cast<T>(1 - p_.beta2),
                        static_cast<T>(p_.epsilon),
                        p_.decoupled ? T{0} : static_cast<T>(p_.weight_decay),
                        p_.decoupled ? static_cast<T>(1 - rate * p_.weight_decay) : T{1}};
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, first_.data() + at, second_.data() + at, size,
            decays ? scales : without_decay(scales));
    });
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true}, {"second_moment", second_, true, true}},
            {{"steps", &steps_}, product_.counter("momentum_product")}};
  }

 private:
  struct Scales {
    T of_gradient, of_first, root, beta1, rest1, beta2, rest2, epsilon, decay, shrink;
  };

  double momentum_at(Index t) const {
    return p_.beta1 * (1 - 0.5 * math::pow(0.96, static_cast<double>(t) * p_.momentum_decay));
  }

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m,
                                      T* __restrict v, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T first = s.beta1 * m[i] + s.rest1 * gradient;
      const T second = s.beta2 * v[i] + s.rest2 * gradient * gradient;
      m[i] = first;
      v[i] = second;
      const T scale = std::sqrt(second) * s.root + s.epsilon;
      x[i] = x[i] * s.shrink - (s.of_gradient * gradient + s.of_first * first) / scale;
    }
  }

  NadamParameters p_;
  Stretches stretches_;
  Power power2_;
  Index steps_ = 0;
  Number product_;
  Aligned<T> first_, second_;
};

}  // namespace

OptimizerEntry nadam() {
  using P = NadamParameters;
  return optimizer_entry<Nadam, P>(
      {"nadam", "Adam with Nesterov momentum that grows towards beta1",
       "mu_t = beta1 (1 - 0.96^(t momentum_decay)/2);  m, v as in adam;  p = mu_1 ... mu_t\n"
       "x = x - lr [(1-mu_t)/(1-p) g + mu_{t+1}/(1-p mu_{t+1}) m] / (sqrt(v/(1-beta2^t)) + epsilon)",
       "Dozat, ICLR workshop, 2016"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the root of the second moment", above(0)),
       param("momentum_decay", &P::momentum_decay, "how fast the momentum reaches beta1", at_least(0)),
       param("weight_decay", &P::weight_decay, "strength of the decay of the weights", at_least(0)),
       param("decoupled", &P::decoupled, "weight decay shrinks x apart from the gradient, as in adamw")},
      2e-3);
}

}  // namespace lookahead::optimizers
