#include "objective/activation.hpp"

#include <cmath>
#include <numbers>

namespace lookahead {
namespace {

struct Relu {
  template <Scalar T>
  T value(T z) const {
    return z > 0 ? z : T{0};
  }
  template <Scalar T>
  T slope(T z, T) const {
    return z > 0 ? T{1} : T{0};
  }
};

struct LeakyRelu {
  template <Scalar T>
  T value(T z) const {
    return z > 0 ? z : static_cast<T>(0.01) * z;
  }
  template <Scalar T>
  T slope(T z, T) const {
    return z > 0 ? T{1} : static_cast<T>(0.01);
  }
};

struct Tanh {
  template <Scalar T>
  T value(T z) const {
    return std::tanh(z);
  }
  template <Scalar T>
  T slope(T, T a) const {
    return 1 - a * a;
  }
};

struct Gelu {
  template <Scalar T>
  static T distribution(T z) {
    return T{0.5} * std::erfc(-z * static_cast<T>(std::numbers::sqrt2 / 2));
  }
  template <Scalar T>
  T value(T z) const {
    return z * distribution(z);
  }
  template <Scalar T>
  T slope(T z, T) const {
    constexpr T peak = static_cast<T>(std::numbers::inv_sqrtpi / std::numbers::sqrt2);
    return distribution(z) + z * peak * std::exp(-T{0.5} * z * z);
  }
};

struct Softplus {
  template <Scalar T>
  T value(T z) const {
    return std::max(z, T{0}) + std::log1p(std::exp(-std::abs(z)));
  }
  template <Scalar T>
  T slope(T z, T) const {
    const T small = std::exp(-std::abs(z));
    return (z >= 0 ? T{1} : small) / (1 + small);
  }
};

template <class F, Scalar T>
void apply(const F& f, std::span<T> units, std::span<T> slopes) {
  T* __restrict a = units.data();
  if (slopes.empty()) {
    for (std::size_t i = 0; i < units.size(); ++i) a[i] = f.value(a[i]);
    return;
  }
  T* __restrict s = slopes.data();
  for (std::size_t i = 0; i < units.size(); ++i) {
    const T z = a[i];
    a[i] = f.value(z);
    s[i] = f.slope(z, a[i]);
  }
}

}  // namespace

template <Scalar T>
void activate(Activation activation, std::span<T> units, std::span<T> slopes) {
  switch (activation) {
    case Activation::relu:
      return apply(Relu{}, units, slopes);
    case Activation::leaky_relu:
      return apply(LeakyRelu{}, units, slopes);
    case Activation::tanh:
      return apply(Tanh{}, units, slopes);
    case Activation::gelu:
      return apply(Gelu{}, units, slopes);
    case Activation::softplus:
      return apply(Softplus{}, units, slopes);
  }
}

template void activate(Activation, std::span<float>, std::span<float>);
template void activate(Activation, std::span<double>, std::span<double>);

}  // namespace lookahead
