#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"

namespace lookahead {

// Two forms are in use that differ in one coefficient.
enum class AdanVariant { optax, paper };
template <>
struct Words<AdanVariant> {
  static constexpr std::pair<const char*, AdanVariant> table[] = {{"optax", AdanVariant::optax},
                                                                  {"paper", AdanVariant::paper}};
};

namespace optimizers {
namespace {

struct AdanParameters {
  double beta1 = 0.98, beta2 = 0.92, beta3 = 0.99, epsilon = 1e-8, epsilon_inside = 1e-8, weight_decay = 0;
  AdanVariant variant = AdanVariant::optax;

  std::string caution(double) const {
    return variant == AdanVariant::optax || epsilon_inside == AdanParameters().epsilon_inside
               ? ""
               : "epsilon_inside: the form of the paper has none (leave it out, or variant: optax)";
  }
};

template <Scalar T>
class Adan final : public Optimizer<T> {
 public:
  Adan(const AdanParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        power1_(p_.beta1),
        power2_(p_.beta2),
        power3_(p_.beta3),
        first_(static_cast<std::size_t>(seat.dimension)),
        change_(static_cast<std::size_t>(seat.dimension)),
        second_(static_cast<std::size_t>(seat.dimension)),
        previous_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const bool begins = steps_++ == 0;
    const bool paper = p_.variant == AdanVariant::paper;
    const double ahead = paper ? p_.beta2 : 1 - p_.beta2;
    const T* g = oracle.gradient().data();
    if (begins) std::copy_n(g, x.size(), previous_.data());  // no change before the first gradient
    const Scales scales{static_cast<T>(rate),
                        static_cast<T>(1 / (1 - power1_.at(steps_))),
                        static_cast<T>(ahead / (1 - power2_.at(steps_))),
                        static_cast<T>(1 / (1 - power3_.at(steps_))),
                        static_cast<T>(ahead),
                        static_cast<T>(p_.beta1),
                        static_cast<T>(1 - p_.beta1),
                        static_cast<T>(p_.beta2),
                        static_cast<T>(1 - p_.beta2),
                        static_cast<T>(p_.beta3),
                        static_cast<T>(1 - p_.beta3),
                        static_cast<T>(p_.epsilon),
                        static_cast<T>(paper ? 0.0 : p_.epsilon_inside),
                        static_cast<T>(paper ? 1.0 : 1 - rate * p_.weight_decay),
                        static_cast<T>(paper ? 1 / (1 + rate * p_.weight_decay) : 1.0)};
    Scales alone = scales;  // without decay
    alone.before = alone.after = 1;
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, first_.data() + at, change_.data() + at, second_.data() + at,
            previous_.data() + at, size, decays ? scales : alone);
    });
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true},
             {"mean_change", change_, true},
             {"second_moment", second_, true, true},
             {"previous_gradient", previous_, false}},
            {{"steps", &steps_}}};
  }

 private:
  struct Scales {
    T rate, first, change, second, ahead, beta1, rest1, beta2, rest2, beta3, rest3, epsilon, inside, before,
        after;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict m,
                                      T* __restrict v, T* __restrict w, T* __restrict before, std::size_t n,
                                      const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T change = g[i] - before[i];
      const T first = s.beta1 * m[i] + s.rest1 * g[i];
      const T mean_change = s.beta2 * v[i] + s.rest2 * change;
      const T there = g[i] + s.ahead * change;
      const T second = s.beta3 * w[i] + s.rest3 * there * there;
      before[i] = g[i];
      m[i] = first;
      v[i] = mean_change;
      w[i] = second;
      const T scale = std::sqrt(second * s.second + s.inside) + s.epsilon;
      x[i] = (x[i] * s.before - s.rate * (s.first * first + s.change * mean_change) / scale) * s.after;
    }
  }

  AdanParameters p_;
  Stretches stretches_;
  Power power1_, power2_, power3_;
  Index steps_ = 0;
  Aligned<T> first_, change_, second_, previous_;
};

}  // namespace

OptimizerEntry adan() {
  using P = AdanParameters;
  return optimizer_entry<Adan, P>(
      {"adan", "adaptive Nesterov momentum: moments of the gradient, of its change, and of both",
       "d = g - g_before, 0 at first;  m = beta1 m + (1-beta1) g;  v = beta2 v + (1-beta2) d\n"
       "n = beta3 n + (1-beta3) (g + c d)^2;  u = (m^ + c v^) / (sqrt(n^ + epsilon_inside) + epsilon)\n"
       "^: divided by 1 - beta^t.  optax: c = 1 - beta2, x = (1 - lr weight_decay) x - lr u\n"
       "paper: c = beta2 (its betas are 1 minus ours), no epsilon_inside, x = (x - lr u)/(1 + lr "
       "weight_decay)",
       "Xie, Zhou, Li, Lin and Yan, 2022; optax"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the mean change", at_least(0), below(1)),
       param("beta3", &P::beta3, "decay of the second moment", at_least(0), below(1)),
       param("epsilon", &P::epsilon, "added to the root", above(0)),
       param("epsilon_inside", &P::epsilon_inside, "added inside the root", at_least(0)),
       param("weight_decay", &P::weight_decay, "shrinks x apart from the gradient", at_least(0)),
       param("variant", &P::variant, "which of the two published forms")},
      1e-3);
}

}  // namespace optimizers
}  // namespace lookahead
