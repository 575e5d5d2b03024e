#pragma once
#include "base/scalar.hpp"

namespace lookahead::theory {

// base^exponent by squaring, exponent >= 0, where `one` is the neutral element: real and complex numbers and
// matrices.
template <class Number>
Number power(Number base, Index exponent, Number one) {
  Number result = one;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = result * base;
    base = base * base;
  }
  return result;
}

// 1 + q + ... + q^(terms - 1), real or complex, without the cancellation that (1 - q^terms) / (1 - q) has
// near q = 1; 0 for no terms. About 2 log2(terms) multiplications.
template <class Number>
Number geometric_sum(Number q, Index terms) {
  Index bit = 1;
  while (bit <= terms / 2) bit *= 2;
  // sum and last belong to the number of terms that the bits seen so far spell.
  Number sum = Number(0), last = Number(1);
  for (; bit > 0; bit /= 2) {
    sum = sum * (Number(1) + last);
    last = last * last;
    if ((terms / bit) % 2 == 1) {
      sum = Number(1) + q * sum;
      last = last * q;
    }
  }
  return sum;
}

}  // namespace lookahead::theory
