#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct YogiParameters {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-3, initial = 1e-6, weight_decay = 0;
};

template <Scalar T>
class Yogi final : public Optimizer<T> {
 public:
  Yogi(const YogiParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        power1_(p_.beta1),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension), static_cast<T>(p_.initial)),
        second_(static_cast<std::size_t>(seat.dimension), static_cast<T>(p_.initial)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    ++steps_;
    const Scales scales{static_cast<T>(rate / (1 - power1_.at(steps_))),
                        static_cast<T>(1 / std::sqrt(1 - power2_.at(steps_))),
                        static_cast<T>(p_.beta1),
                        static_cast<T>(1 - p_.beta1),
                        static_cast<T>(1 - p_.beta2),
                        static_cast<T>(p_.epsilon),
                        static_cast<T>(p_.weight_decay)};
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, first_.data() + at, second_.data() + at, size,
            decays ? scales : without_decay(scales));
    });
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true}, {"second_moment", second_, true, true}}, {{"steps", &steps_}}};
  }

  void restart() override {
    steps_ = 0;
    std::fill(first_.begin(), first_.end(), static_cast<T>(p_.initial));
    std::fill(second_.begin(), second_.end(), static_cast<T>(p_.initial));
  }

 private:
  struct Scales {
    T rate, root, beta1, rest1, rest2, epsilon, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m,
                                      T* __restrict v, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T square = gradient * gradient;
      const T first = s.beta1 * m[i] + s.rest1 * gradient;
      const T share = s.rest2 * square;
      const T second = v[i] > square ? v[i] - share : (v[i] < square ? v[i] + share : v[i]);
      m[i] = first;
      v[i] = second;
      x[i] -= s.rate * first / (std::sqrt(second) * s.root + s.epsilon);
    }
  }

  YogiParameters p_;
  Stretches stretches_;
  Power power1_, power2_;
  Index steps_ = 0;
  Aligned<T> first_, second_;
};

}  // namespace

OptimizerEntry yogi() {
  using P = YogiParameters;
  return optimizer_entry<Yogi, P>(
      {"yogi", "Adam whose second moment moves by a share of the squared gradient, not of the gap to it",
       "m = beta1 m + (1-beta1) g;  v = v - (1-beta2) sign(v - g^2) g^2, both from `initial`\n"
       "x = x - lr m/(1-beta1^t) / (sqrt(v/(1-beta2^t)) + epsilon)",
       "Zaheer, Reddi, Sachan, Kale and Kumar, NeurIPS 2018"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the root of the second moment", above(0)),
       param("initial", &P::initial, "what both moments begin with", at_least(0)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1e-2);
}

}  // namespace lookahead::optimizers
