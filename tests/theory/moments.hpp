#pragma once
#include <algorithm>

#include "theory/bounds.hpp"

namespace lookahead::test {

// f_i(x) = a (x - b_i)^2 / 2 for m workers whose b_i have mean 0 and mean square `scatter`, under gradient
// noise of variance `variance` + `relative` times the squared gradient: f = a x^2 / 2 up to a constant.
struct Quadratic {
  double curvature = 1, variance = 0, relative = 0, start = 1;
  Index workers = 1;
  double scatter = 0;

  double value(double mean_square) const { return curvature * mean_square / 2; }
  double squared_gradient(double mean_square) const { return curvature * curvature * mean_square; }
};

// The exact second moments of Lookahead with SGD on such a quadratic, and the sums over all steps taken. In
// what holds for every smooth function they leave no chance a part.
class ExactMoments {
 public:
  explicit ExactMoments(const Quadratic& f) : f_(f), fast_(f.start * f.start), both_(fast_), slow_(fast_) {}

  // E y^2 at y = (1 - alpha) z + alpha x.
  double at_virtual(double alpha) const {
    return alpha * alpha * fast_ + 2 * alpha * (1 - alpha) * both_ + (1 - alpha) * (1 - alpha) * slow_;
  }
  double slow() const { return slow_; }

  // One fast step, of which the sums see the point where it begins.
  void step(const theory::Rates& rates) {
    const double away = (1 - rates.alpha) * (1 - rates.alpha);
    const double weight = rates.alpha * rates.gamma;
    count_ += 1;
    virtual_sum_ += f_.squared_gradient(at_virtual(rates.alpha));
    fast_sum_ += f_.squared_gradient(fast_);
    disagreement_sum_ += away * (fast_ - 2 * both_ + slow_);
    weights_ += weight;
    weighted_sum_ += weight * f_.squared_gradient(at_virtual(rates.alpha));
    if (position_ == 0) {
      rounds_ += 1;
      slow_sum_ += f_.squared_gradient(slow_);
    }
    position_ += 1;

    const double m = static_cast<double>(f_.workers), a = f_.curvature, left = 1 - rates.gamma * a;
    const double off = f_.scatter * (shift_ - 1) * (shift_ - 1);
    const double noise =
        rates.gamma * rates.gamma * (f_.variance + f_.relative * f_.squared_gradient(fast_ + spread_ + off));
    fast_ = left * left * fast_ + noise / m;
    both_ *= left;
    spread_ = left * left * spread_ + noise * (1 - 1 / m);
    shift_ = left * shift_ + rates.gamma * a;
  }

  void sync(double alpha) {
    slow_ = at_virtual(alpha);
    fast_ = both_ = slow_;
    spread_ = shift_ = 0;
    position_ = 0;
  }

  // `steps` further steps at constant rates, with a sync after each k.
  void advance(const theory::Rates& rates, Index steps) {
    for (Index t = 0; t < steps; ++t) {
      step(rates);
      if (position_ == rates.k) sync(rates.alpha);
    }
  }

  // Means over the steps of E|grad f(y)|^2, E|grad f(x)|^2, E|x - y|^2, over the rounds of E|grad f(phi)|^2.
  double mean_at_virtual() const { return virtual_sum_ / count_; }
  double mean_at_fast() const { return fast_sum_ / count_; }
  double mean_disagreement() const { return disagreement_sum_ / count_; }
  double mean_at_slow() const { return slow_sum_ / rounds_; }
  // The mean at y weighted by alpha gamma.
  double weighted_mean() const { return weighted_sum_ / weights_; }

 private:
  Quadratic f_;
  double fast_, both_, slow_;      // E x^2, E x z, E z^2; x is the workers' mean
  double spread_ = 0, shift_ = 0;  // of the workers about it: by noise; by their functions, in units of b_i
  Index position_ = 0;
  double count_ = 0, rounds_ = 0, weights_ = 0;
  double virtual_sum_ = 0, fast_sum_ = 0, disagreement_sum_ = 0, slow_sum_ = 0, weighted_sum_ = 0;
};

// The largest ratio of a measured value to its bound, over many cases.
struct Ratio {
  double largest = 0;
  int cases = 0;
  void see(double measured, double bound) {
    if (bound >= 1e300) return;
    cases += 1;
    // Where the bound is 0 so must be what it bounds; NaN counts as a violation.
    const double ratio = bound == 0 && measured == 0 ? 0 : measured / bound;
    largest = ratio <= largest ? largest : (ratio >= 0 && bound > 0 ? ratio : 1e300);
  }
};

}  // namespace lookahead::test
