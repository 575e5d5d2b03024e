#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::optimizers {
namespace {

struct RadamParameters {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
  bool decoupled = false;
};

// The length of the moving average of squares in the end, and after `step` steps, when it has the share
// `correction` = 1 - beta2^step.
constexpr double too_short = 5;
double longest_average(double beta2) { return 2 / (1 - beta2) - 1; }
double average_length(double beta2, Index step, double correction) {
  return longest_average(beta2) - 2 * static_cast<double>(step) * (1 - correction) / correction;
}

// Steps whose average is too short; with a beta2 that never gives a longer one more than any round has.
Index steps_of_momentum(const Values& parameters) {
  constexpr Index most = 1000;
  const double beta2 = parameters.as<RadamParameters>().beta2;
  Index step = 1;
  while (step <= most &&
         average_length(beta2, step, 1 - math::pow(beta2, static_cast<double>(step))) <= too_short)
    ++step;
  return step - 1;
}

template <Scalar T>
class Radam final : public Optimizer<T> {
 public:
  Radam(const RadamParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        power1_(p_.beta1),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    ++steps_;
    const double correction2 = 1 - power2_.at(steps_);
    const double longest = longest_average(p_.beta2);
    const double length = average_length(p_.beta2, steps_, correction2);
    Scales scales{static_cast<T>(rate / (1 - power1_.at(steps_))),
                  T{1},
                  static_cast<T>(p_.beta1),
                  static_cast<T>(1 - p_.beta1),
                  static_cast<T>(p_.beta2),
                  static_cast<T>(1 - p_.beta2),
                  static_cast<T>(p_.epsilon),
                  p_.decoupled ? T{0} : static_cast<T>(p_.weight_decay),
                  p_.decoupled ? static_cast<T>(1 - rate * p_.weight_decay) : T{1}};
    // So short an average has no variance to speak of: steps of momentum alone.
    const bool adapts = length > too_short;
    if (adapts) {
      const double rectified =
          std::sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
      scales.adapted = static_cast<T>(rectified * std::sqrt(correction2));
    }
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      const Scales own = decays ? scales : without_decay(scales);
      T *here = x.data() + at, *first = first_.data() + at, *second = second_.data() + at;
      adapts ? pass<true>(here, g + at, first, second, size, own)
             : pass<false>(here, g + at, first, second, size, own);
    });
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true}, {"second_moment", second_, true, true}}, {{"steps", &steps_}}};
  }

 private:
  struct Scales {
    T rate, adapted, beta1, rest1, beta2, rest2, epsilon, decay, shrink;
  };

  template <bool adapts>
  [[gnu::noinline]] static void pass(T* __restrict x, const T* __restrict g, T* __restrict m, T* __restrict v,
                                     std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T first = s.beta1 * m[i] + s.rest1 * gradient;
      const T second = s.beta2 * v[i] + s.rest2 * gradient * gradient;
      m[i] = first;
      v[i] = second;
      const T scale = adapts ? s.adapted / (std::sqrt(second) + s.epsilon) : T{1};
      x[i] = x[i] * s.shrink - s.rate * first * scale;
    }
  }

  RadamParameters p_;
  Stretches stretches_;
  Power power1_, power2_;
  Index steps_ = 0;
  Aligned<T> first_, second_;
};

}  // namespace

OptimizerEntry radam() {
  using P = RadamParameters;
  OptimizerEntry entry = optimizer_entry<Radam, P>(
      {"radam", "Adam whose adaptivity waits until the second moment can be trusted",
       "m, v as in adam;  r = 2/(1-beta2) - 1;  r_t = r - 2 t beta2^t/(1-beta2^t)\n"
       "c = sqrt[(r_t-4)(r_t-2) r / ((r-4)(r-2) r_t)]\n"
       "r_t > 5: x = x - lr m/(1-beta1^t) c sqrt(1-beta2^t)/(sqrt(v) + epsilon)\n"
       "otherwise x = x - lr m/(1-beta1^t)",
       "Liu et al., ICLR 2020"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the second moment; adaptive only above 0.67", at_least(0),
             below(1)),
       param("epsilon", &P::epsilon, "added to the root of the second moment", above(0)),
       param("weight_decay", &P::weight_decay, "strength of the decay of the weights", at_least(0)),
       param("decoupled", &P::decoupled, "weight decay shrinks x apart from the gradient, as in adamw")},
      1e-3);
  entry.adapts_after = steps_of_momentum;
  return entry;
}

}  // namespace lookahead::optimizers
