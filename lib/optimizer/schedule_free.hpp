#pragma once
#include <algorithm>

#include "base/aligned.hpp"
#include "optimizer/number.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

// What the schedule-free rules have in common.
struct ScheduleFreeParameters {
  using DeclaredIn = ScheduleFreeParameters;
  double beta = 0.9, weight_decay = 0, weight_power = 2, step_power = 0;
  Index warmup = 0;
};

inline Parameters schedule_free_parameters(std::string beta_name) {
  using P = ScheduleFreeParameters;
  return {param(std::move(beta_name), &P::beta, "where the gradient is drawn: 0 at z, 1 at the average x",
                at_least(0), at_most(1)),
          param("weight_decay", &P::weight_decay, "added to the step's direction times y", at_least(0)),
          param("warmup", &P::warmup, "steps over which the rate grows linearly to lr", at_least(0),
                at_most(most_counted)),
          param("weight_power", &P::weight_power, "power of the largest rate so far in the average's weights",
                at_least(0)),
          param("step_power", &P::step_power, "power of the step's number in the average's weights",
                at_least(0))};
}

// The average x of schedule-free learning and its distance to z, where the steps are made (Defazio et al.
// 2024). z is kept as z - x: then z goes along when a sync moves x, and x and z are pulled back alike.
template <Scalar T>
class ScheduleFreeRule : public Optimizer<T> {
 public:
  ScheduleFreeRule(const ScheduleFreeParameters& parameters, const OptimizerSeat& seat)
      : shared_(parameters),
        shards_(seat.shards),
        stretches_(seat, parameters.weight_decay != 0),
        offset_(static_cast<std::size_t>(seat.dimension)),
        y_(offset_.size()),
        gradient_(offset_.size()) {}

  bool draws_own() const override { return true; }

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      look_out(y_.data() + at, x.data() + at, offset_.data() + at, size, static_cast<T>(1 - shared_.beta));
    });
    oracle.value_and_gradient(y_, gradient_);
    ++steps_;
    const double t = static_cast<double>(steps_);
    double lr = scaled(rate, steps_);
    if (steps_ < shared_.warmup) lr *= t / static_cast<double>(shared_.warmup);
    largest_.set(std::max(largest_.get(), lr));
    const double weight = math::pow(t, shared_.step_power) * math::pow(largest_.get(), shared_.weight_power);
    weights_.set(weights_.get() + weight);
    const double share = weights_.get() > 0 ? weight / weights_.get() : 0.0;
    turn(gradient_, y_);
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      move(x.data() + at, offset_.data() + at, gradient_.data() + at, size, static_cast<T>(lr),
           static_cast<T>(share));
    });
  }

  Memory<T> memory() override {
    return {{{"z_minus_x", offset_, true}},
            {{"steps", &steps_}, largest_.counter("largest_rate"), weights_.counter("weights")}};
  }

 protected:
  // The rate of step t (from 1), without the warm-up.
  virtual double scaled(double rate, Index t) = 0;
  // Makes of the gradient at y the direction of z's step.
  virtual void turn(std::span<T> gradient, std::span<const T> y) = 0;
  const Stretches& stretches() const { return stretches_; }

 private:
  [[gnu::noinline]] static void look_out(T* __restrict y, const T* __restrict x, const T* __restrict offset,
                                         std::size_t n, T share) {
    for (std::size_t i = 0; i < n; ++i) y[i] = x[i] + share * offset[i];
  }
  [[gnu::noinline]] static void move(T* __restrict x, T* __restrict offset, const T* __restrict direction,
                                     std::size_t n, T rate, T share) {
    const T rest = 1 - share;
    for (std::size_t i = 0; i < n; ++i) {
      const T ahead = offset[i] - rate * direction[i];
      x[i] += share * ahead;
      offset[i] = rest * ahead;
    }
  }

  ScheduleFreeParameters shared_;
  Shards shards_;
  Stretches stretches_;
  Index steps_ = 0;
  Number largest_, weights_;
  Aligned<T> offset_;
  Aligned<T> y_, gradient_;  // working space
};

}  // namespace lookahead
