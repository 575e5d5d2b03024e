#pragma once
#include <span>
#include <utility>

#include "base/scalar.hpp"
#include "options/codec.hpp"

namespace lookahead {

// What a layer's units do with their inputs z:
//   relu        max(z, 0)                     Nair and Hinton, ICML 2010
//   leaky_relu  z for z > 0, otherwise z/100  Maas, Hannun and Ng, ICML 2013
//   tanh        tanh z
//   gelu        z Phi(z), Phi the standard normal distribution  Hendrycks and Gimpel, 2016
//   softplus    log(1 + e^z)                  Dugas et al., NIPS 2000
enum class Activation { relu, leaky_relu, tanh, gelu, softplus };
template <>
struct Words<Activation> {
  static constexpr std::pair<const char*, Activation> table[] = {{"relu", Activation::relu},
                                                                 {"leaky_relu", Activation::leaky_relu},
                                                                 {"tanh", Activation::tanh},
                                                                 {"gelu", Activation::gelu},
                                                                 {"softplus", Activation::softplus}};
};

// Replaces the inputs of units by their activations. `slopes`, as long as `units` or empty if not wanted,
// receives the derivatives there; the activations do not depend on it.
template <Scalar T>
void activate(Activation activation, std::span<T> units, std::span<T> slopes);

}  // namespace lookahead
