#pragma once
#include <optional>
#include <span>
#include <vector>

// Pure functions of numbers that may be infinite and are never NaN: what sweep, compare, report and plots show.
namespace lookahead::statistics {

struct Interval {
  double low = 0, high = 0;
  bool operator==(const Interval&) const = default;
};

// The mean of two numbers, without overflow. Infinite ones: +inf with -inf is 0.
double middle(double a, double b);

// The quantile at `share` of numbers that are sorted, at least one: between the neighbours of (n - 1) share in
// proportion (Hyndman and Fan 1996, type 7; numpy's and R's default). Between a finite and an infinite number
// it is the infinite one, between -inf and +inf the nearer one, in the middle 0.
double quantile(std::span<const double> sorted, double share);

// Of at least one number, in any order.
double median(std::vector<double> numbers);

struct Quartiles {
  double least = 0, lower = 0, median = 0, upper = 0, most = 0;
};
Quartiles quartiles(std::vector<double> numbers);

// Two of the numbers between which the median of what they were drawn from lies with a probability of at
// least 0.95, whatever its distribution: order statistics cut off by the binomial distribution (David and
// Nagaraja, Order Statistics, 2003, 7.1). None for fewer than 6 numbers.
std::optional<Interval> median_interval(std::vector<double> numbers);

}  // namespace lookahead::statistics
