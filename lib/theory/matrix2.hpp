#pragma once
#include "base/scalar.hpp"

namespace lookahead::theory {

// The matrix [[a, b], [c, d]] of a linear recursion of two numbers, such as a point and its momentum.
struct Matrix2 {
  double a = 1, b = 0, c = 0, d = 1;
};

Matrix2 operator*(const Matrix2& left, const Matrix2& right);

// matrix^exponent, exponent >= 0.
Matrix2 power(const Matrix2& matrix, Index exponent);

// The largest |eigenvalue|; infinity where an entry is not finite.
double spectral_radius(const Matrix2& matrix);

}  // namespace lookahead::theory
