#include "objective/activation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace lookahead;

namespace {

double gelu(double z) { return z * std::erfc(-z / std::sqrt(2.0)) / 2; }
double gelu_slope(double z) {
  return std::erfc(-z / std::sqrt(2.0)) / 2 + z * std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0));
}

// Against the C library, on a grid whose length is no multiple of the lanes.
template <Scalar T, class Value, class Slope>
void check(Activation activation, const Value& value, const Slope& slope) {
  std::vector<T> z;
  for (double at = -30; at <= 30; at += 0.0137) z.push_back(static_cast<T>(at));
  std::vector<T> units = z, alone = z, slopes(z.size());
  activate<T>(activation, units, slopes);
  activate<T>(activation, alone, {});
  CHECK(units == alone);
  const double unit = static_cast<double>(std::numeric_limits<T>::epsilon());
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double at = static_cast<double>(z[i]);
    // Some units of the last place of what is added up: numbers up to 1 and z.
    CHECK(std::abs(static_cast<double>(units[i]) - value(at)) <= 4 * unit * std::max(1.0, std::abs(at)));
    CHECK(std::abs(static_cast<double>(slopes[i]) - slope(at)) <= 4 * unit * std::max(1.0, std::abs(at)));
    T one = z[i];
    activate<T>(activation, std::span(&one, 1), {});
    CHECK(one == units[i]);
  }
}

template <class Value, class Slope>
void check_both(Activation activation, const Value& value, const Slope& slope) {
  check<double>(activation, value, slope);
  check<float>(activation, value, slope);
}

}  // namespace

TEST_CASE("activations and their derivatives are the C library's, in every lane and at the end of a span") {
  check_both(
      Activation::relu, [](double z) { return std::max(z, 0.0); },
      [](double z) { return z > 0 ? 1.0 : 0.0; });
  check_both(
      Activation::leaky_relu, [](double z) { return z > 0 ? z : z / 100; },
      [](double z) { return z > 0 ? 1.0 : 0.01; });
  check_both(
      Activation::tanh, [](double z) { return std::tanh(z); },
      [](double z) { return 1 - std::tanh(z) * std::tanh(z); });
  check_both(Activation::gelu, gelu, gelu_slope);
  check_both(
      Activation::softplus, [](double z) { return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))); },
      [](double z) { return 1 / (1 + std::exp(-z)); });
}

TEST_CASE("activations far out neither overflow nor become undefined") {
  for (const Activation activation : {Activation::tanh, Activation::gelu, Activation::softplus}) {
    std::vector<float> units = {-3e38F, -1e4F, 1e4F, 3e38F}, slopes(4);
    activate<float>(activation, units, slopes);
    const bool bounded = activation == Activation::tanh;
    CHECK(std::abs(units[0]) == (bounded ? 1 : 0));
    CHECK(units[3] == (bounded ? 1 : 3e38F));
    for (const float slope : slopes) CHECK((slope == 0 || slope == 1));
  }
}

TEST_CASE_TEMPLATE("activations of what is no number are none, and at minus infinity they are their limits",
                   T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  for (const Activation activation :
       {Activation::relu, Activation::leaky_relu, Activation::tanh, Activation::gelu, Activation::softplus}) {
    std::vector<T> units = {std::numeric_limits<T>::quiet_NaN(), -infinity}, slopes(2);
    activate<T>(activation, units, slopes);
    CHECK(std::isnan(units[0]));
    const T limit = activation == Activation::tanh         ? T{-1}
                    : activation == Activation::leaky_relu ? -infinity
                                                           : T{0};
    CHECK(units[1] == limit);
    CHECK(slopes[1] == (activation == Activation::leaky_relu ? static_cast<T>(0.01) : T{0}));
  }
}
