#include "objective/activation.hpp"

#include <cstring>
#include <numbers>

#include "objective/cumulative_normal.hpp"
#include "simd/vector_math.hpp"

namespace lookahead {
namespace {

// Several units at once: their activations and derivatives.
template <class V>
struct Units {
  V activations, slopes;
};

template <class V>
using Element = vector_math::Element<V>;

struct Relu {
  template <class V>
  static Units<V> at(V z) {
    // What is no number stays so.
    return {z <= 0 ? V{} : z, z > 0 ? V{} + 1 : V{}};
  }
};

struct LeakyRelu {
  template <class V>
  static Units<V> at(V z) {
    constexpr auto leak = static_cast<Element<V>>(0.01);
    return {z > 0 ? z : leak * z, z > 0 ? V{} + 1 : V{} + leak};
  }
};

struct Tanh {
  template <class V>
  static Units<V> at(V z) {
    const V a = tanh(z);
    return {a, 1 - a * a};
  }
};

struct Gelu {
  template <class V>
  static Units<V> at(V z) {
    using T = Element<V>;
    // Far below 0 both are 0, where infinity would make them no numbers.
    constexpr T least = -1e9;
    z = z < least ? V{} + least : z;
    const V distribution = cumulative_normal(z);
    constexpr auto peak = static_cast<T>(std::numbers::inv_sqrtpi / std::numbers::sqrt2);
    return {z * distribution, distribution + z * peak * exp(T{-0.5} * z * z)};
  }
};

struct Softplus {
  template <class V>
  static Units<V> at(V z) {
    const V small = exp(-abs(z));
    return {(z > 0 ? z : V{}) + log1p(small), (z > 0 ? V{} + 1 : small) / (1 + small)};
  }
};

template <class F, class V, Scalar T>
[[gnu::always_inline]] inline void apply_to(T* units, T* slopes, std::size_t bytes) {
  V z{};
  std::memcpy(&z, units, bytes);
  const Units<V> done = F::at(z);
  std::memcpy(units, &done.activations, bytes);
  if (slopes != nullptr) std::memcpy(slopes, &done.slopes, bytes);
}

template <class F, Scalar T>
void apply(std::span<T> units, std::span<T> slopes) {
  using V = packs::Pack<T, packs::register_width<T>>;
  constexpr std::size_t lanes = sizeof(V) / sizeof(T);
  std::size_t i = 0;
  const auto slope_at = [&] { return slopes.empty() ? nullptr : slopes.data() + i; };
  for (; i + lanes <= units.size(); i += lanes) apply_to<F, V>(units.data() + i, slope_at(), sizeof(V));
  // The rest goes the same way, so that a unit's bits do not depend on its place.
  if (i < units.size()) apply_to<F, V>(units.data() + i, slope_at(), (units.size() - i) * sizeof(T));
}

}  // namespace

template <Scalar T>
void activate(Activation activation, std::span<T> units, std::span<T> slopes) {
  switch (activation) {
    case Activation::relu:
      return apply<Relu>(units, slopes);
    case Activation::leaky_relu:
      return apply<LeakyRelu>(units, slopes);
    case Activation::tanh:
      return apply<Tanh>(units, slopes);
    case Activation::gelu:
      return apply<Gelu>(units, slopes);
    case Activation::softplus:
      return apply<Softplus>(units, slopes);
  }
}

template void activate(Activation, std::span<float>, std::span<float>);
template void activate(Activation, std::span<double>, std::span<double>);

}  // namespace lookahead
