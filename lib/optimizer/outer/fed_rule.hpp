#pragma once
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::outers {

// How the second moment takes in the square of the pseudo-gradient.
enum class Second { decayed, summed, signed_step };

struct FedParameters {
  double beta1 = 0.9, beta2 = 0.99, tau = 1e-3;
};

// The adaptive server rules of Reddi et al., ICLR 2021, algorithm 2, with the pseudo-gradient D = z - x
// uphill: m = beta1 m + (1-beta1) D, no bias correction, z = z - alpha m / (sqrt(v) + tau), both moments from
// 0.
template <Scalar T, Second second>
class FedRule final : public Optimizer<T> {
 public:
  FedRule(const FedParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        shards_(seat.shards),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> z, Oracle<T>& oracle, double rate) override {
    const Scales scales{static_cast<T>(rate),     static_cast<T>(p_.beta1),     static_cast<T>(1 - p_.beta1),
                        static_cast<T>(p_.beta2), static_cast<T>(1 - p_.beta2), static_cast<T>(p_.tau)};
    const T* d = oracle.gradient().data();
    shards_.each(z.size(), [&](std::size_t at, std::size_t size) {
      move(z.data() + at, d + at, first_.data() + at, second_.data() + at, size, scales);
    });
  }

  Memory<T> memory() override {
    return {{{"slow_first_moment", first_, true}, {"slow_second_moment", second_, true, true}}, {}};
  }

 private:
  struct Scales {
    T rate, beta1, rest1, beta2, rest2, tau;
  };

  [[gnu::noinline]] static void move(T* __restrict z, const T* __restrict d, T* __restrict m, T* __restrict v,
                                     std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T square = d[i] * d[i];
      const T mean = s.beta1 * m[i] + s.rest1 * d[i];
      m[i] = mean;
      T scale = v[i];
      if constexpr (second == Second::decayed) scale = s.beta2 * scale + s.rest2 * square;
      if constexpr (second == Second::summed) scale += square;
      if constexpr (second == Second::signed_step) {
        const T step = s.rest2 * square;
        scale = scale > square ? scale - step : (scale < square ? scale + step : scale);
      }
      v[i] = scale;
      z[i] -= s.rate * mean / (std::sqrt(scale) + s.tau);
    }
  }

  FedParameters p_;
  Shards shards_;
  Aligned<T> first_, second_;
};

// `second_moment`: the formula of v for the card.
template <template <class> class Rule>
OptimizerEntry fed_entry(const char* name, const char* summary, const char* second_moment, bool decays) {
  using P = FedParameters;
  Parameters parameters = {
      param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
      param("tau", &P::tau, "added to the root of the second moment: how adaptive the rule is", above(0))};
  if (decays) {
    parameters.push_back(param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)));
  }
  return optimizer_entry<Rule, P>(
      {name, summary,
       std::string("m = beta1 m + (1-beta1) D;  ") + second_moment +
           "\nz = z - alpha m / (sqrt(v) + tau),  D = z - x at the round's end, no bias correction",
       "Reddi et al., Adaptive federated optimization, ICLR 2021"},
      std::move(parameters), 1e-2);
}

}  // namespace lookahead::outers
