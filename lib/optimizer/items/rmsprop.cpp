#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead::optimizers {
namespace {

struct RmspropParameters {
  double alpha = 0.99, epsilon = 1e-8, momentum = 0, weight_decay = 0;
  bool centered = false, epsilon_inside = false;
};

template <Scalar T>
class Rmsprop final : public Optimizer<T> {
 public:
  Rmsprop(const RmspropParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        square_(static_cast<std::size_t>(seat.dimension)),
        mean_(p_.centered ? square_.size() : 0),
        buffer_(p_.momentum != 0 ? square_.size() : 0) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const auto sweep = p_.centered ? (p_.momentum != 0 ? &pass<true, true> : &pass<true, false>)
                                   : (p_.momentum != 0 ? &pass<false, true> : &pass<false, false>);
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, square_.data() + at, p_.centered ? mean_.data() + at : nullptr,
            p_.momentum != 0 ? buffer_.data() + at : nullptr, size,
            {static_cast<T>(rate), static_cast<T>(p_.alpha), static_cast<T>(1 - p_.alpha),
             static_cast<T>(p_.epsilon), static_cast<T>(p_.momentum),
             static_cast<T>(decays ? p_.weight_decay : 0), p_.epsilon_inside});
    });
  }

  Memory<T> memory() override {
    Memory<T> memory{{{"second_moment", square_, true, true}}, {}};
    if (p_.centered) memory.segments.push_back({"first_moment", mean_, true});
    if (p_.momentum != 0) memory.segments.push_back({"momentum", buffer_, true});
    return memory;
  }

 private:
  struct Scales {
    T rate, alpha, rest, epsilon, momentum, decay;
    bool inside;
  };

  template <bool centered, bool momentum>
  [[gnu::noinline]] static void pass(T* __restrict x, const T* __restrict g, T* __restrict v, T* __restrict m,
                                     T* __restrict b, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T square = s.alpha * v[i] + s.rest * gradient * gradient;
      v[i] = square;
      T variance = square;
      if constexpr (centered) {
        const T mean = s.alpha * m[i] + s.rest * gradient;
        m[i] = mean;
        variance = std::max(square - mean * mean, T{0});  // rounding may take it below zero
      }
      T direction = gradient / (s.inside ? std::sqrt(variance + s.epsilon) : std::sqrt(variance) + s.epsilon);
      if constexpr (momentum) {
        direction = s.momentum * b[i] + direction;
        b[i] = direction;
      }
      x[i] -= s.rate * direction;
    }
  }

  RmspropParameters p_;
  Stretches stretches_;
  Aligned<T> square_, mean_, buffer_;
};

}  // namespace

OptimizerEntry rmsprop() {
  using P = RmspropParameters;
  return optimizer_entry<Rmsprop, P>(
      {"rmsprop", "gradients divided by the root of their mean square",
       "v = alpha v + (1-alpha) g^2;  x = x - lr g / (sqrt(v) + epsilon)\n"
       "centered: v - mean(g)^2 in the root;  momentum: b = momentum b + g / (...), x = x - lr b",
       "Tieleman and Hinton, lecture 6.5, 2012; Graves, 2013 (centered)"},
      {param("alpha", &P::alpha, "decay of the mean square", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the root", above(0)),
       param("momentum", &P::momentum, "share of the last step that is kept", at_least(0), below(1)),
       param("centered", &P::centered, "subtract the squared mean of the gradient"),
       param("epsilon_inside", &P::epsilon_inside,
             "epsilon is added to the mean square instead, as in TensorFlow and optax"),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1e-2);
}

}  // namespace lookahead::optimizers
