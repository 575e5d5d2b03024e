#pragma once

namespace lookahead {

// A number as the unevaluated sum of two doubles; the second is at most half a unit in the last place
// of the first. T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
// Mathematik 18, 1971; D. E. Knuth, "The Art of Computer Programming", volume 2, section 4.2.2.
struct DoubleDouble {
  double high, low;
};

// a + b without error.
inline DoubleDouble exact_sum(double a, double b) {
  const double sum = a + b;
  const double of_b = sum - a;
  return {sum, (a - (sum - of_b)) + (b - of_b)};
}

// The same where a is 0 or its exponent is at least that of b.
inline DoubleDouble exact_sum_by_size(double a, double b) {
  const double sum = a + b;
  return {sum, (a - sum) + b};
}

// a b without error, for numbers below 2^990 whose product is above 2^-960. Processors with fused
// multiply-adds have the error in one operation, others from the products of halves: the same bits.
inline DoubleDouble exact_product(double a, double b) {
  const double product = a * b;
#if defined(__FMA__) || defined(__aarch64__)
  return {product, __builtin_fma(a, b, -product)};
#else
  const auto leading = [](double x) {
    const double large = 0x1.0000002p27 * x;
    return large - (large - x);
  };
  const double a1 = leading(a), a2 = a - a1;
  const double b1 = leading(b), b2 = b - b1;
  return {product, ((a1 * b1 - product) + (a1 * b2 + a2 * b1)) + a2 * b2};
#endif
}

// Errors are a few units of 2^-104 of the result, for a sum of numbers of one sign or of unlike size.
inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble sum = exact_sum(a.high, b.high);
  return exact_sum_by_size(sum.high, sum.low + (a.low + b.low));
}
inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = exact_product(a.high, b.high);
  return exact_sum_by_size(product.high, product.low + (a.high * b.low + a.low * b.high));
}
inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double quotient = a.high / b.high;
  const DoubleDouble product = exact_product(quotient, b.high);
  const double rest = ((a.high - product.high) - product.low) + (a.low - quotient * b.low);
  return exact_sum_by_size(quotient, rest / b.high);
}

}  // namespace lookahead
