#pragma once
#include <concepts>
#include <cstdint>
#include <span>

#include "base/scalar.hpp"

namespace lookahead::written {

// Doubles in working space that is lent as numbers of a run's precision, from a cache line's beginning on.
template <Scalar T>
double* doubles_in(std::span<T> scratch) {
  constexpr std::uintptr_t line = 64;
  const auto address = reinterpret_cast<std::uintptr_t>(scratch.data());
  return reinterpret_cast<double*>((address + line - 1) / line * line);
}

// How many numbers of this precision hold so many doubles.
template <Scalar T>
Index numbers_for(std::size_t doubles) {
  constexpr std::size_t numbers = std::same_as<T, double> ? 1 : 2;
  return static_cast<Index>((doubles + 8) * numbers);
}

}  // namespace lookahead::written
