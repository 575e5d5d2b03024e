#include <algorithm>
#include <cmath>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/number.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"
#include "parallel/sums.hpp"

namespace lookahead::optimizers {
namespace {

struct DogParameters {
  double first_distance = 1e-6, epsilon = 1e-8, weight_decay = 0;
};

template <Scalar T>
class Dog final : public Optimizer<T> {
 public:
  Dog(const DogParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        shards_(seat.shards),
        stretches_(seat, p_.weight_decay != 0),
        start_(static_cast<std::size_t>(seat.dimension)),
        decayed_(p_.weight_decay != 0 ? start_.size() : 0) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    std::span<const T> g = oracle.gradient();
    if (p_.weight_decay != 0) {
      stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
        decay(decayed_.data() + at, g.data() + at, x.data() + at, size,
              static_cast<T>(decays ? p_.weight_decay : 0));
      });
      g = decayed_;
    }
    if (steps_++ == 0) {
      std::copy(x.begin(), x.end(), start_.begin());
      farthest_.set(p_.first_distance * (1 + std::sqrt(squared_norm<T>(shards_, x))));
      squares_.set(p_.epsilon);
    } else {
      const double distance = std::sqrt(squared_distance<T>(shards_, x, start_));
      farthest_.set(std::max(farthest_.get(), distance));
    }
    squares_.set(squares_.get() + squared_norm(shards_, g));
    const T step = static_cast<T>(rate * farthest_.get() / std::sqrt(squares_.get()));
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      descend(x.data() + at, g.data() + at, size, step);
    });
  }

  Memory<T> memory() override {
    return {{{"start", start_, false}},
            {{"steps", &steps_}, farthest_.counter("farthest"), squares_.counter("squares")}};
  }

 private:
  [[gnu::noinline]] static void decay(T* __restrict out, const T* __restrict g, const T* __restrict x,
                                      std::size_t n, T weight) {
    for (std::size_t i = 0; i < n; ++i) out[i] = g[i] + weight * x[i];
  }

  DogParameters p_;
  Shards shards_;
  Stretches stretches_;
  Index steps_ = 0;
  Number farthest_, squares_;  // the largest distance from the start; sum of |g|^2
  Aligned<T> start_;
  Aligned<T> decayed_;  // working space
};

}  // namespace

OptimizerEntry dog() {
  using P = DogParameters;
  OptimizerEntry entry = optimizer_entry<Dog, P>(
      {"dog", "distance over gradients: a step size that needs no tuning",
       "r = max(first_distance (1 + |x_0|), max_i |x_i - x_0|);  G = epsilon + sum_i |g_i|^2\n"
       "x = x - lr r / sqrt(G) g;  x_0: where the first step, or the first one after a reset, begins",
       "Ivgi, Hinder and Carmon, ICML 2023"},
      {param("first_distance", &P::first_distance, "of the first step, relative to 1 + |x_0|", above(0)),
       param("epsilon", &P::epsilon, "added to the sum of squares", above(0)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1.0);
  entry.outer_seat = false;
  // r grows by the factor e^(2 sqrt t) in t steps, from first_distance: some 20 to be worth a step.
  entry.adapts_after = [](const Values&) { return Index{20}; };
  return entry;
}

}  // namespace lookahead::optimizers
