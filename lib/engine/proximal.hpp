#pragma once
#include <span>

#include "optimizer/stretches.hpp"

namespace lookahead {

// The penalty l1 |w|_1 of all coordinates but the intercepts. It has no gradient at zero, so that steps take it by
// its proximal map, soft(x, t)_i = sign(x_i) max(|x_i| - t, 0) (Parikh and Boyd, Proximal Algorithms, 2014, section
// 6.5.2), and gradients are those of the rest of the objective.
template <Scalar T>
class Proximal {
 public:
  // strength: l1 > 0. Of the seat its dimension, intercepts and shards count.
  Proximal(double strength, const OptimizerSeat& seat) : strength_(strength), stretches_(seat, true) {}

  // l1 |x|_1.
  double value(std::span<const T> x) const;
  // x := soft(x, rate l1).
  void shrink(std::span<T> x, double rate) const;
  // y := soft(z - rate g, rate l1), a proximal step from z along its gradient g. rate > 0.
  void step(std::span<const T> z, std::span<const T> g, std::span<T> y, double rate) const;
  // |z - y| / rate of that step, which is 0 where z is stationary; put together without the difference, whose digits
  // are lost at small rates.
  double step_norm(std::span<const T> z, std::span<const T> g, double rate) const;
  // g := the smallest subgradient of the whole objective at x; before, g is the gradient of the rest of it.
  void add_subgradient(std::span<const T> x, std::span<T> g) const;

 private:
  double strength_;
  Stretches stretches_;
};

extern template class Proximal<float>;
extern template class Proximal<double>;

}  // namespace lookahead
