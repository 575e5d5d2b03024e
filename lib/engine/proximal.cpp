#include "engine/proximal.hpp"

#include <cmath>

namespace lookahead {
namespace {

// Also of infinities, which stay, and of what is no number.
template <Scalar T>
T soft(T x, T threshold) {
  return x > threshold ? x - threshold : x < -threshold ? x + threshold : std::isnan(x) ? x : T{0};
}

template <Scalar T>
[[gnu::noinline]] void shrink_all(T* x, std::size_t n, T threshold) {
  for (std::size_t i = 0; i < n; ++i) x[i] = soft(x[i], threshold);
}

}  // namespace

template <Scalar T>
double Proximal<T>::value(std::span<const T> x) const {
  const double sum = stretches_.sum([=](std::size_t from, std::size_t size, bool penalized) {
    double part = 0;
    for (std::size_t i = from; penalized && i < from + size; ++i) part += std::abs(static_cast<double>(x[i]));
    return part;
  });
  return strength_ * sum;
}

template <Scalar T>
void Proximal<T>::shrink(std::span<T> x, double rate) const {
  const T threshold = static_cast<T>(rate * strength_);
  stretches_.each([=](std::size_t from, std::size_t size, bool penalized) {
    if (penalized) shrink_all(x.data() + from, size, threshold);
  });
}

template <Scalar T>
void Proximal<T>::step(std::span<const T> z, std::span<const T> g, std::span<T> y, double rate) const {
  const T threshold = static_cast<T>(rate * strength_), along = static_cast<T>(rate);
  stretches_.each([=](std::size_t from, std::size_t size, bool penalized) {
    for (std::size_t i = from; i < from + size; ++i) {
      const T moved = z[i] - along * g[i];
      y[i] = penalized ? soft(moved, threshold) : moved;
    }
  });
}

template <Scalar T>
double Proximal<T>::step_norm(std::span<const T> z, std::span<const T> g, double rate) const {
  const double strength = strength_;
  const double squares = stretches_.sum([=](std::size_t from, std::size_t size, bool penalized) {
    double part = 0;
    for (std::size_t i = from; i < from + size; ++i) {
      const double here = static_cast<double>(z[i]), slope = static_cast<double>(g[i]);
      const double moved = here - rate * slope;
      // What ends at zero has moved by all of itself.
      const bool ends_at_zero = penalized && std::abs(moved) <= rate * strength;
      const double along =
          ends_at_zero ? here / rate : slope + (penalized ? std::copysign(strength, moved) : 0);
      part += along * along;
    }
    return part;
  });
  return std::sqrt(squares);
}

template <Scalar T>
void Proximal<T>::add_subgradient(std::span<const T> x, std::span<T> g) const {
  const T strength = static_cast<T>(strength_);
  stretches_.each([=](std::size_t from, std::size_t size, bool penalized) {
    for (std::size_t i = from; penalized && i < from + size; ++i)
      g[i] = x[i] > 0 ? g[i] + strength : x[i] < 0 ? g[i] - strength : soft(g[i], strength);
  });
}

template class Proximal<float>;
template class Proximal<double>;

}  // namespace lookahead
