#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct AdamaxParameters {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
};

template <Scalar T>
class Adamax final : public Optimizer<T> {
 public:
  Adamax(const AdamaxParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        power1_(p_.beta1),
        first_(static_cast<std::size_t>(seat.dimension)),
        largest_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    ++steps_;
    const Scales scales{static_cast<T>(rate / (1 - power1_.at(steps_))),
                        static_cast<T>(p_.beta1),
                        static_cast<T>(1 - p_.beta1),
                        static_cast<T>(p_.beta2),
                        static_cast<T>(p_.epsilon),
                        static_cast<T>(p_.weight_decay)};
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, first_.data() + at, largest_.data() + at, size,
            decays ? scales : without_decay(scales));
    });
  }

  Memory<T> memory() override {
    // A decayed maximum is one of nothing else: averaged it would be too small.
    return {{{"first_moment", first_, true}, {"largest_gradient", largest_, false}}, {{"steps", &steps_}}};
  }

 private:
  struct Scales {
    T rate, beta1, rest1, beta2, epsilon, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m,
                                      T* __restrict u, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T first = s.beta1 * m[i] + s.rest1 * gradient;
      const T decayed = s.beta2 * u[i], size = std::abs(gradient) + s.epsilon;
      const T largest = decayed > size ? decayed : size;
      m[i] = first;
      u[i] = largest;
      x[i] -= s.rate * first / largest;
    }
  }

  AdamaxParameters p_;
  Stretches stretches_;
  Power power1_;
  Index steps_ = 0;
  Aligned<T> first_, largest_;
};

}  // namespace

OptimizerEntry adamax() {
  using P = AdamaxParameters;
  return optimizer_entry<Adamax, P>(
      {"adamax", "Adam with the largest gradient, decayed, in place of the root of the second moment",
       "m = beta1 m + (1-beta1) g;  u = max(beta2 u, |g| + epsilon);  x = x - lr/(1-beta1^t) m / u",
       "Kingma and Ba, ICLR 2015, algorithm 2"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the largest gradient", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the gradient's size", above(0)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      2e-3);
}

}  // namespace lookahead::optimizers
