#pragma once

namespace lookahead::math {

// Elementary functions of one number, for all that reaches a run's numbers: additions, multiplications,
// divisions and square roots only, in an order of their own, so that a result has the same bits on every
// processor and with every compiler and C library. The C library's functions differ between processors with
// and without fused multiply-adds, and from one version to the next. Errors are below 1 unit in the last
// place (tan: 1.07), mostly close to 0.5; results that are numbers of the format, as 10^3, are exact; zeros,
// infinities, NaN and arguments out of range give what std:: gives. errno and the exception flags say
// nothing.
double exp(double x);
double expm1(double x);
double log(double x);
double log1p(double x);
double log2(double x);
double log10(double x);
double pow(double base, double exponent);
double cbrt(double x);
double hypot(double x, double y);
double sinh(double x);
double cosh(double x);
double tanh(double x);
double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double atan2(double y, double x);

// sin(x) and cos(x) for little more than one of them.
struct SineCosine {
  double sine, cosine;
};
SineCosine sine_and_cosine(double x);

// The error function; errors are below 1.4 units in the last place.
double erf(double x);

// Gamma(x), log |Gamma(x)| and the derivative of that. Errors, measured at 10^6 points of each of several
// intervals from -190 to 173 and of all sizes: gamma is right to 0.85 units in the last place, and exact
// where it is an integer up to 22!; lgamma to 3.5, digamma to 1 or so, and both near their zeros, other than
// 1 and 2, to 2.4e-16 absolute. lgamma is infinite at zero and at the negative integers; gamma and digamma
// are infinite, with a sign, at zeros and NaN at the negative integers.
double gamma(double x);
double lgamma(double x);
double digamma(double x);

}  // namespace lookahead::math
