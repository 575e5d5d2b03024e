#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/number.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct AdaboundParameters {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, final_rate = 0.1, gamma = 1e-3, weight_decay = 0;
  double base_rate = 0;  // 0: the largest rate so far
};

template <Scalar T>
class Adabound final : public Optimizer<T> {
 public:
  Adabound(const AdaboundParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        power1_(p_.beta1),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    ++steps_;
    // Not the first step's: a warm-up begins far below the rate that is meant.
    largest_rate_.set(std::max(largest_rate_.get(), rate));
    const double base = p_.base_rate > 0 ? p_.base_rate : largest_rate_.get();
    // The bounds follow a schedule of the rate.
    const double target = rate > 0 ? p_.final_rate * rate / base : 0;
    const double passed = p_.gamma * static_cast<double>(steps_);
    const Scales scales{static_cast<T>(rate * std::sqrt(1 - power2_.at(steps_)) / (1 - power1_.at(steps_))),
                        static_cast<T>(target * (1 - 1 / (passed + 1))),
                        static_cast<T>(target * (1 + 1 / passed)),
                        static_cast<T>(p_.beta1),
                        static_cast<T>(1 - p_.beta1),
                        static_cast<T>(p_.beta2),
                        static_cast<T>(1 - p_.beta2),
                        static_cast<T>(p_.epsilon),
                        static_cast<T>(p_.weight_decay)};
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, first_.data() + at, second_.data() + at, size,
            decays ? scales : without_decay(scales));
    });
  }

  // A new optimizer in the same run: its schedule goes on.
  void restart() override {
    const double largest = largest_rate_.get();
    Optimizer<T>::restart();
    largest_rate_.set(largest);
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true}, {"second_moment", second_, true, true}},
            {{"steps", &steps_}, largest_rate_.counter("largest_rate")}};
  }

 private:
  struct Scales {
    T rate, least, most, beta1, rest1, beta2, rest2, epsilon, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m,
                                      T* __restrict v, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T first = s.beta1 * m[i] + s.rest1 * gradient;
      const T second = s.beta2 * v[i] + s.rest2 * gradient * gradient;
      m[i] = first;
      v[i] = second;
      T step = s.rate / (std::sqrt(second) + s.epsilon);
      step = step < s.least ? s.least : (step > s.most ? s.most : step);
      x[i] -= step * first;
    }
  }

  AdaboundParameters p_;
  Stretches stretches_;
  Power power1_, power2_;
  Index steps_ = 0;
  Number largest_rate_;
  Aligned<T> first_, second_;
};

}  // namespace

OptimizerEntry adabound() {
  using P = AdaboundParameters;
  return optimizer_entry<Adabound, P>(
      {"adabound", "Adam between bounds that close in on a rate of sgd",
       "a = lr sqrt(1-beta2^t)/(1-beta1^t) / (sqrt(v) + epsilon), m and v as in adam\n"
       "r = final_rate lr/base_rate, base_rate by default the largest rate so far\n"
       "x = x - clip(a, r (1 - 1/(gamma t + 1)), r (1 + 1/(gamma t))) m",
       "Luo, Xiong, Liu and Sun, ICLR 2019, and its authors' code"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the root of the second moment", above(0)),
       param("final_rate", &P::final_rate, "the rate of sgd the bounds close in on", above(0)),
       param("base_rate", &P::base_rate, "the learning rate that final_rate goes with; 0: the largest so far",
             at_least(0)),
       param("gamma", &P::gamma, "how fast they do", above(0)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1e-3);
}

}  // namespace lookahead::optimizers
