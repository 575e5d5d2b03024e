#include "hand.hpp"

#include <cmath>

namespace lookahead::bench {
namespace {

// Loss and gradient in one pass; the sum is left to the vectorizer's order.
[[gnu::noinline]] double rosenbrock(const double* __restrict x, double* __restrict g, std::size_t d) {
  const double a0 = x[1] - x[0] * x[0], b0 = 1 - x[0];
  double sum = 0;
  g[0] = -400 * a0 * x[0] - 2 * b0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t i = 1; i < d - 1; ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i], before = x[i] - x[i - 1] * x[i - 1];
    sum += 100 * a * a + b * b;
    g[i] = 200 * before - 400 * a * x[i] - 2 * b;
  }
  g[d - 1] = 200 * (x[d - 1] - x[d - 2] * x[d - 2]);
  return sum + 100 * a0 * a0 + b0 * b0;
}

[[gnu::noinline]] void adam(double* __restrict x, const double* __restrict g, double* __restrict m,
                            double* __restrict v, std::size_t d, double rate, double root) {
  constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  for (std::size_t i = 0; i < d; ++i) {
    const double first = beta1 * m[i] + (1 - beta1) * g[i];
    const double second = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
    m[i] = first;
    v[i] = second;
    x[i] -= rate * first / (std::sqrt(second) * root + epsilon);
  }
}

[[gnu::noinline]] void slow_step(double* __restrict fast, double* __restrict slow, std::size_t d) {
  for (std::size_t i = 0; i < d; ++i) {
    slow[i] += 0.5 * (fast[i] - slow[i]);
    fast[i] = slow[i];
  }
}

}  // namespace

void hand_steps(HandState& state, std::size_t n, double rate) {
  HandState s = state;  // so that nothing is read again because something else was written
  for (std::size_t i = 0; i < n; ++i) {
    const double loss = rosenbrock(s.fast, s.gradient, s.d);
    if (loss < s.best) s.best = loss;
    s.power1 *= 0.9;
    s.power2 *= 0.999;
    adam(s.fast, s.gradient, s.first, s.second, s.d, rate / (1 - s.power1), 1 / std::sqrt(1 - s.power2));
    if (++s.since_sync == 5) {
      s.since_sync = 0;
      slow_step(s.fast, s.slow, s.d);
    }
  }
  state = s;
}

}  // namespace lookahead::bench
