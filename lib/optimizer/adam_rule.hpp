#pragma once
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead {

// Whose running maximum AMSGrad takes.
enum class Maximum { raw, corrected };
template <>
struct Words<Maximum> {
  static constexpr std::pair<const char*, Maximum> table[] = {{"raw", Maximum::raw},
                                                              {"corrected", Maximum::corrected}};
};

struct AdamParameters {
  using DeclaredIn = AdamParameters;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
  bool amsgrad = false;
  Maximum maximum = Maximum::raw;

  std::string caution(double) const {
    return amsgrad || maximum == Maximum::raw
               ? ""
               : "maximum: there is none without amsgrad (amsgrad: true, or leave out maximum)";
  }
};

inline Parameters adam_parameters() {
  using P = AdamParameters;
  return {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
          param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)),
          param("epsilon", &P::epsilon, "added to the root of the second moment", above(0)),
          param("weight_decay", &P::weight_decay, "strength of the decay of the weights", at_least(0)),
          param("amsgrad", &P::amsgrad, "divide by the largest second moment so far"),
          param("maximum", &P::maximum,
                "amsgrad: of the raw moment (PyTorch) or the bias-corrected one (the paper's code)")};
}

// Adam and AdamW (Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2; Reddi et al.
// 2018), in PyTorch's order of operations. `decoupled`: weight decay shrinks x by rate * decay before the
// step instead of being added to the gradient.
template <Scalar T>
class AdamRule : public Optimizer<T> {
 public:
  AdamRule(const AdamParameters& parameters, const OptimizerSeat& seat, bool decoupled)
      : p_(parameters),
        decoupled_(decoupled),
        stretches_(seat, p_.weight_decay != 0),
        power1_(p_.beta1),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)),
        largest_(p_.amsgrad ? static_cast<std::size_t>(seat.dimension) : 0) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override { apply(x, oracle.gradient(), rate); }

  Memory<T> memory() override {
    Memory<T> memory{{{"first_moment", first_, true}, {"second_moment", second_, true, true}},
                     {{"steps", &steps_}}};
    // Averaging two maxima gives no maximum of anything, so a pullback leaves it alone.
    if (p_.amsgrad) memory.segments.push_back({"largest_second_moment", largest_, false});
    return memory;
  }

 protected:
  Index steps() const { return steps_; }
  // gradient += decay x, at another point than that of the step.
  void add_decay(std::span<T> gradient, std::span<const T> x) const {
    const T decay = static_cast<T>(p_.weight_decay);
    stretches_.each([=](std::size_t at, std::size_t size, bool decays) {
      for (std::size_t i = at; decays && i < at + size; ++i) gradient[i] += decay * x[i];
    });
  }
  // The step with a gradient of the caller's, which may hold the decay already.
  void apply(std::span<T> x, std::span<const T> gradient, double rate, bool decayed = false) {
    ++steps_;
    const double correction2 = 1 - power2_.at(steps_);
    Scales s{};
    s.rate = static_cast<T>(rate / (1 - power1_.at(steps_)));
    const bool corrected = p_.amsgrad && p_.maximum == Maximum::corrected;
    s.root = corrected ? T{1} : static_cast<T>(1 / std::sqrt(correction2));
    s.second = corrected ? static_cast<T>(1 / correction2) : T{1};
    s.beta1 = static_cast<T>(p_.beta1);
    s.rest1 = static_cast<T>(1 - p_.beta1);
    s.beta2 = static_cast<T>(p_.beta2);
    s.rest2 = static_cast<T>(1 - p_.beta2);
    s.epsilon = static_cast<T>(p_.epsilon);
    s.decay = decoupled_ ? T{0} : static_cast<T>(p_.weight_decay);
    s.shrink = decoupled_ ? static_cast<T>(1 - rate * p_.weight_decay) : T{1};
    stretches_.each([=, this](std::size_t at, std::size_t size, bool shrinks) {
      const bool decays = shrinks && !decayed;
      T *here = x.data() + at, *first = first_.data() + at, *second = second_.data() + at;
      const T* g = gradient.data() + at;
      // Called by name, as a pointer to a function would pass the numbers through memory.
      if (p_.amsgrad) {
        T* most = largest_.data() + at;
        decays ? pass<true, true>(here, g, first, second, most, size, s)
               : pass<true, false>(here, g, first, second, most, size, s);
      } else {
        decays ? pass<false, true>(here, g, first, second, nullptr, size, s)
               : pass<false, false>(here, g, first, second, nullptr, size, s);
      }
    });
  }

 private:
  struct Scales {
    T rate, root, second, beta1, rest1, beta2, rest2, epsilon, decay, shrink;
  };

  // One pass over x, g, m and v; kept out of line so that its pointers are known not to overlap.
  template <bool amsgrad, bool decays>
  [[gnu::noinline]] static void pass(T* __restrict x, const T* __restrict g, T* __restrict m, T* __restrict v,
                                     T* __restrict most, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = decays ? g[i] + s.decay * x[i] : g[i];
      const T start = decays ? x[i] * s.shrink : x[i];
      const T first = s.beta1 * m[i] + s.rest1 * gradient;
      const T second = s.beta2 * v[i] + s.rest2 * gradient * gradient;
      m[i] = first;
      v[i] = second;
      T scale = second;
      if constexpr (amsgrad) {
        const T candidate = second * s.second;
        scale = most[i] > candidate ? most[i] : candidate;
        most[i] = scale;
      }
      x[i] = start - s.rate * first / (std::sqrt(scale) * s.root + s.epsilon);
    }
  }

  AdamParameters p_;
  bool decoupled_;
  Stretches stretches_;
  Power power1_, power2_;
  Index steps_ = 0;
  Aligned<T> first_, second_, largest_;
};

}  // namespace lookahead
