#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct AdagradParameters {
  double epsilon = 1e-10, initial = 0, lr_decay = 0, weight_decay = 0;
  bool epsilon_inside = false;
};

template <Scalar T>
class Adagrad final : public Optimizer<T> {
 public:
  Adagrad(const AdagradParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        sum_(static_cast<std::size_t>(seat.dimension), static_cast<T>(p_.initial)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const double slowed = rate / (1 + static_cast<double>(steps_) * p_.lr_decay);
    // Counted where it matters alone: a count is a state that never comes to rest.
    if (p_.lr_decay != 0) ++steps_;
    const auto sweep = p_.epsilon_inside ? &pass<true> : &pass<false>;
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, sum_.data() + at, size, static_cast<T>(slowed), static_cast<T>(p_.epsilon),
            static_cast<T>(decays ? p_.weight_decay : 0));
    });
  }

  Memory<T> memory() override { return {{{"sum_of_squares", sum_, true, true}}, {{"steps", &steps_}}}; }

  void restart() override {
    steps_ = 0;
    std::fill(sum_.begin(), sum_.end(), static_cast<T>(p_.initial));
  }

 private:
  template <bool inside>
  [[gnu::noinline]] static void pass(T* __restrict x, const T* __restrict g, T* __restrict s, std::size_t n,
                                     T rate, T epsilon, T decay) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + decay * x[i];
      const T sum = s[i] + gradient * gradient;
      s[i] = sum;
      x[i] -= rate * gradient / (inside ? std::sqrt(sum + epsilon) : std::sqrt(sum) + epsilon);
    }
  }

  AdagradParameters p_;
  Stretches stretches_;
  Index steps_ = 0;
  Aligned<T> sum_;
};

}  // namespace

OptimizerEntry adagrad() {
  using P = AdagradParameters;
  return optimizer_entry<Adagrad, P>(
      {"adagrad", "gradients divided by the root of the sum of all their squares",
       "s = s + g^2, from `initial`;  x = x - lr/(1 + (t-1) lr_decay) g / (sqrt(s) + epsilon)\n"
       "epsilon_inside: sqrt(s + epsilon), the form of TensorFlow and optax (with initial 0.1, epsilon 1e-7)",
       "Duchi, Hazan and Singer, JMLR 12, 2011"},
      {param("epsilon", &P::epsilon, "added to the root", above(0)),
       param("initial", &P::initial, "what the sum begins with", at_least(0)),
       param("lr_decay", &P::lr_decay, "slows the learning rate as the steps go on", at_least(0)),
       param("epsilon_inside", &P::epsilon_inside, "epsilon is added to the sum instead"),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1e-2);
}

}  // namespace lookahead::optimizers
