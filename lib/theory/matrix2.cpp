#include "theory/matrix2.hpp"

#include <cmath>

#include "simd/scalar_math.hpp"
#include "theory/number.hpp"
#include "theory/powers.hpp"

namespace lookahead::theory {

Matrix2 operator*(const Matrix2& left, const Matrix2& right) {
  return {left.a * right.a + left.b * right.c, left.a * right.b + left.b * right.d,
          left.c * right.a + left.d * right.c, left.c * right.b + left.d * right.d};
}

Matrix2 power(const Matrix2& matrix, Index exponent) { return power<Matrix2>(matrix, exponent, Matrix2{}); }

double spectral_radius(const Matrix2& matrix) {
  const auto [a, b, c, d] = matrix;
  if (!std::isfinite(a) || !std::isfinite(b) || !std::isfinite(c) || !std::isfinite(d)) return infinity;
  const double middle = a / 2 + d / 2, half = a / 2 - d / 2;
  const double discriminant = square(half) + b * c;
  // A complex pair's square is the determinant, which is middle^2 - discriminant.
  return discriminant < 0 ? math::hypot(middle, std::sqrt(-discriminant))
                          : std::abs(middle) + std::sqrt(discriminant);
}

}  // namespace lookahead::theory
