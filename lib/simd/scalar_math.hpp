#pragma once

namespace lookahead::math {

// Elementary functions of one number, for all that reaches a run's numbers: additions, multiplications,
// divisions and square roots only, in an order of their own, so that a result has the same bits on every
// processor and with every compiler and C library. The C library's functions differ between processors with
// and without fused multiply-adds, and from one version to the next. Errors are below 1 unit in the last
// place, mostly close to 0.5; results that are numbers of the format, as 10^3, are exact; zeros, infinities,
// NaN and arguments out of range give what std:: gives. errno and the exception flags say nothing.
double exp(double x);
double expm1(double x);
double log(double x);
double log1p(double x);
double log10(double x);
double pow(double base, double exponent);
double cbrt(double x);
double hypot(double x, double y);
double tanh(double x);
double sin(double x);
double cos(double x);
double atan2(double y, double x);

// sin(x) and cos(x) for little more than one of them.
struct SineCosine {
  double sine, cosine;
};
SineCosine sine_and_cosine(double x);

}  // namespace lookahead::math
