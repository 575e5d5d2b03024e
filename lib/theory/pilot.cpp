#include "theory/pilot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "random/stream.hpp"
#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::theory {
namespace {

template <Scalar T>
double length(const Aligned<T>& x) {
  return std::sqrt(squared_norm(std::span<const T>(x)));
}

template <Scalar T>
double distance(const Aligned<T>& a, const Aligned<T>& b) {
  return std::sqrt(squared_distance(std::span<const T>(a), std::span<const T>(b)));
}

template <Scalar T>
constexpr double unit = static_cast<double>(std::numeric_limits<T>::epsilon());

}  // namespace

template <Scalar T>
double curvature_at(const Differentiable<T>& f, std::span<const T> x) {
  constexpr int most_iterations = 40;
  constexpr double tolerance = 1e-3;
  const std::size_t size = x.size();
  const double reach = math::cbrt(unit<T>) * std::max(1.0, std::sqrt(squared_norm(x)));
  Aligned<double> direction(size);
  Stream(0, Purpose::probe).normals(0, direction);
  double norm = std::sqrt(squared_norm(std::span<const double>(direction)));
  Aligned<T> right(size), left(size), gradient_right(size), gradient_left(size);
  double largest = 0;
  for (int i = 0; i < most_iterations; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      const double here = static_cast<double>(x[j]), offset = reach * direction[j] / norm;
      right[j] = static_cast<T>(here + offset);
      left[j] = static_cast<T>(here - offset);
    }
    f(right, gradient_right);
    f(left, gradient_left);
    const double apart = distance(right, left);
    if (apart == 0) break;
    for (std::size_t j = 0; j < size; ++j)
      direction[j] = (static_cast<double>(gradient_right[j]) - static_cast<double>(gradient_left[j])) / apart;
    norm = std::sqrt(squared_norm(std::span<const double>(direction)));
    if (!std::isfinite(norm) || norm == 0) break;
    const double before = largest;
    largest = std::max(largest, norm);
    if (i > 2 && largest - before <= tolerance * largest) break;
  }
  return curvature_slack * largest;
}

template <Scalar T>
Pilot<T> pilot_descent(const Differentiable<T>& f, std::span<const T> start, double smoothness, Index steps) {
  constexpr int most_doublings = 100;
  // Of the descent so far: steps that gain less are of no interest, and at a kink of f they would make L grow
  // without end.
  constexpr double least_gain = 1e-8;
  Pilot<T> pilot;
  Aligned<T> x(start.begin(), start.end()), gradient(x.size()), next(x.size()), next_gradient(x.size());
  pilot.points.push_back(x);
  double value = f(x, gradient);
  const double first_value = value;
  double steepness = length(gradient);
  // Without a guess the first step tried is as long as the point, or 1.
  double trial = smoothness > 0 ? smoothness : steepness / std::max(1.0, length(x));
  Index step = 0, kept = 0;
  while (step < steps && std::isfinite(steepness) && steepness > 0) {
    const double rounding = 64 * unit<T> * std::abs(value);
    const double negligible = std::max(rounding, least_gain * (first_value - value));
    double next_value = 0, moved = 0;
    bool accepted = false;
    for (int doublings = 0; !accepted && doublings < most_doublings; ++doublings) {
      if (doublings > 0) trial *= 2;
      if (steepness * steepness / (2 * trial) <= negligible) break;
      for (std::size_t i = 0; i < x.size(); ++i)
        next[i] = static_cast<T>(static_cast<double>(x[i]) - static_cast<double>(gradient[i]) / trial);
      moved = distance(x, next);
      if (moved == 0) break;
      double slope = 0;  // along what rounding made of the step
      for (std::size_t i = 0; i < x.size(); ++i)
        slope +=
            static_cast<double>(gradient[i]) * (static_cast<double>(next[i]) - static_cast<double>(x[i]));
      next_value = f(next, next_gradient);
      accepted =
          std::isfinite(next_value) && next_value <= value + slope + trial / 2 * moved * moved + rounding;
      if (accepted && doublings > 0) pilot.smoothness = std::max(pilot.smoothness, trial);
    }
    if (!accepted) break;
    const double ratio = distance(gradient, next_gradient) / moved;
    if (std::isfinite(ratio)) pilot.smoothness = std::max(pilot.smoothness, ratio);
    trial = std::max(trial, pilot.smoothness);
    x.swap(next);
    gradient.swap(next_gradient);
    value = next_value;
    steepness = length(gradient);
    ++step;
    if ((step & (step - 1)) == 0) {
      pilot.points.push_back(x);
      kept = step;
    }
  }
  if (kept < step) pilot.points.push_back(x);
  return pilot;
}

template double curvature_at(const Differentiable<float>&, std::span<const float>);
template double curvature_at(const Differentiable<double>&, std::span<const double>);
template Pilot<float> pilot_descent(const Differentiable<float>&, std::span<const float>, double, Index);
template Pilot<double> pilot_descent(const Differentiable<double>&, std::span<const double>, double, Index);

}  // namespace lookahead::theory
