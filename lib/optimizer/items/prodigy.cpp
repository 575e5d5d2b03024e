#include <algorithm>
#include <cmath>
#include <limits>

#include "base/aligned.hpp"
#include "optimizer/number.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/power.hpp"
#include "optimizer/stretches.hpp"
#include "simd/lanes.hpp"

namespace lookahead::optimizers {
namespace {

struct ProdigyParameters {
  double beta1 = 0.9, beta2 = 0.999;
  std::optional<double> beta3;
  double epsilon = 1e-8, weight_decay = 0, d0 = 1e-6, d_coefficient = 1;
  std::optional<double> growth;
  bool decoupled = true, bias_correction = false, safeguard_warmup = false;
};

// In the order of operations of the authors' code.
template <Scalar T>
class Prodigy final : public Optimizer<T> {
 public:
  Prodigy(const ProdigyParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        beta3_(p_.beta3.value_or(std::sqrt(p_.beta2))),
        power1_(p_.beta1),
        power2_(p_.beta2),
        first_(static_cast<std::size_t>(seat.dimension)),
        second_(first_.size()),
        sum_(first_.size()),
        start_(first_.size()) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    if (steps_ == 0) {
      std::copy(x.begin(), x.end(), start_.begin());
      estimate_.set(p_.d0);
      largest_.set(p_.d0);
    }
    double d = estimate_.get();
    double scaled = d * rate;
    if (p_.bias_correction) {
      scaled *= std::sqrt(1 - power2_.at(steps_ + 1)) / (1 - power1_.at(steps_ + 1));
    }
    Scales s{};
    s.beta1 = static_cast<T>(p_.beta1);
    s.take1 = static_cast<T>(d * (1 - p_.beta1));
    s.beta2 = static_cast<T>(p_.beta2);
    s.take2 = static_cast<T>(d * d * (1 - p_.beta2));
    s.beta3 = static_cast<T>(beta3_);
    s.take3 = static_cast<T>(d / p_.d0 * (p_.safeguard_warmup ? d : scaled));
    s.coupled = p_.decoupled ? T{0} : static_cast<T>(p_.weight_decay);
    Scales alone = s;  // without decay
    alone.coupled = 0;
    const T* g = oracle.gradient().data();
    const Sums sums = stretches_.sum([&](std::size_t at, std::size_t size, bool decays) {
      return learn(x.data() + at, g + at, start_.data() + at, first_.data() + at, second_.data() + at,
                   sum_.data() + at, static_cast<Index>(size), decays ? s : alone);
    });
    // No gradient so far: nothing to learn from, no step.
    if (sums.weight == 0) return;
    const double numerator = beta3_ * numerator_.get() + d / p_.d0 * scaled * sums.progress;
    numerator_.set(numerator);
    const double guess = p_.d_coefficient * numerator / sums.weight;
    if (d == p_.d0) d = std::max(d, guess);
    largest_.set(std::max(largest_.get(), guess));
    d = p_.growth ? std::min(largest_.get(), d * *p_.growth) : largest_.get();
    estimate_.set(d);
    // A coordinate without gradients rests, however small d is.
    const T epsilon = std::max(static_cast<T>(d * p_.epsilon), std::numeric_limits<T>::min());
    const double shrink = p_.decoupled ? 1 - p_.weight_decay * scaled : 1.0;
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      move(x.data() + at, first_.data() + at, second_.data() + at, size, static_cast<T>(decays ? shrink : 1),
           static_cast<T>(scaled), epsilon);
    });
    ++steps_;
  }

  Memory<T> memory() override {
    return {{{"first_moment", first_, true},
             {"second_moment", second_, true, true},
             {"gradient_sum", sum_, true},
             {"start", start_, false}},
            {{"steps", &steps_},
             estimate_.counter("d"),
             largest_.counter("d_largest"),
             numerator_.counter("d_numerator")}};
  }

 private:
  struct Scales {
    T beta1, take1, beta2, take2, beta3, take3, coupled;
  };
  struct Sums {
    double progress, weight;  // <g, x_0 - x> and |s|_1
    friend Sums operator+(const Sums& a, const Sums& b) {
      return {a.progress + b.progress, a.weight + b.weight};
    }
  };

  // The moments and the two sums the estimate is made of, in one pass; eight lanes for a fixed order.
  [[gnu::noinline]] static Sums learn(const T* __restrict x, const T* __restrict g, const T* __restrict x0,
                                      T* __restrict m, T* __restrict v, T* __restrict sum, Index n,
                                      const Scales s) {
    double progress[lane_count] = {}, weight[lane_count] = {};
    const auto one = [&](Index i, Index lane) {
      const T gradient = g[i] + s.coupled * x[i];
      m[i] = s.beta1 * m[i] + s.take1 * gradient;
      v[i] = s.beta2 * v[i] + s.take2 * gradient * gradient;
      sum[i] = s.beta3 * sum[i] + s.take3 * gradient;
      progress[lane] +=
          static_cast<double>(gradient) * (static_cast<double>(x0[i]) - static_cast<double>(x[i]));
      weight[lane] += std::abs(static_cast<double>(sum[i]));
    };
    Index i = 0;
    for (; i + lane_count <= n; i += lane_count) {
      for (Index lane = 0; lane < lane_count; ++lane) one(i + lane, lane);
    }
    for (Index lane = 0; i < n; ++i, ++lane) one(i, lane);
    return {total(widen(progress)), total(widen(weight))};
  }

  [[gnu::noinline]] static void move(T* __restrict x, const T* __restrict m, const T* __restrict v,
                                     std::size_t n, T shrink, T rate, T epsilon) {
    for (std::size_t i = 0; i < n; ++i) x[i] = shrink * x[i] - rate * m[i] / (std::sqrt(v[i]) + epsilon);
  }

  ProdigyParameters p_;
  Stretches stretches_;
  double beta3_;
  Power power1_, power2_;
  Index steps_ = 0;
  Number estimate_, largest_, numerator_;
  Aligned<T> first_, second_, sum_, start_;
};

}  // namespace

OptimizerEntry prodigy() {
  using P = ProdigyParameters;
  OptimizerEntry entry = optimizer_entry<Prodigy, P>(
      {"prodigy",
       "Adam with a step size it finds by itself, from an estimate d of the distance to a solution",
       "m = beta1 m + (1-beta1) d g;  v = beta2 v + (1-beta2) d^2 g^2;  s = beta3 s + (d/d0) d lr g\n"
       "r = beta3 r + (d/d0) d lr <g, x_0 - x>;  d' = the largest d_coefficient r / |s|_1 so far, at least d0\n"
       "and, once it has left d0, at most growth d\n"
       "x = (1 - d lr weight_decay) x - d lr m / (sqrt(v) + d' epsilon);  d = d'\n"
       "x_0: where the first step, or the first one after a reset, begins",
       "Mishchenko and Defazio, ICML 2024"},
      {param("beta1", &P::beta1, "decay of the first moment", at_least(0), below(1)),
       param("beta2", &P::beta2, "decay of the second moment", at_least(0), below(1)),
       param("beta3", &P::beta3, "decay of the sums behind d; default: the root of beta2", at_least(0),
             below(1)),
       param("epsilon", &P::epsilon, "added to the root, times d", above(0)),
       param("weight_decay", &P::weight_decay, "strength of the decay of the weights", at_least(0)),
       param("decoupled", &P::decoupled, "weight decay apart from the gradient"),
       param("d0", &P::d0, "the first estimate of the distance; too small is safe", above(0)),
       param("d_coefficient", &P::d_coefficient, "times the estimate: the way to tune the rule", above(0)),
       param("growth", &P::growth,
             "largest factor by which d grows in a step after the first; default: no limit", above(1)),
       param("bias_correction", &P::bias_correction, "Adam's, for the step and the sums"),
       param("safeguard_warmup", &P::safeguard_warmup,
             "leave the rate out of s, for schedules that warm up")},
      1.0);
  entry.outer_seat = false;
  // Of a quadratic, d leaves d0 far behind within ten steps, and hardly within five.
  entry.adapts_after = [](const Values&) { return Index{5}; };
  return entry;
}

}  // namespace lookahead::optimizers
