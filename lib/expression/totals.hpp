#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "expression/operation.hpp"
#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::expression {

// What a reduction has of its terms so far: in eight lanes, term i in lane i modulo 8, and in the end as one
// number, with what the reverse sweep needs to know.
class Totals {
 public:
  static constexpr Index numbers = 24;

  Totals(Reduction reduction, double* state) : reduction_(reduction), lanes_(state), more_(state + 8) {}

  void clear() {
    std::fill_n(lanes_, numbers, 0.0);
    if (reduction_ == Reduction::product) std::fill_n(lanes_, 8, 1.0);
    if (reduction_ == Reduction::smallest) std::fill_n(lanes_, 8, infinity);
    if (reduction_ == Reduction::largest || reduction_ == Reduction::logsumexp)
      std::fill_n(lanes_, 8, -infinity);
  }

  // The terms of indices from `index` on. Blocks but the last have a multiple of eight.
  void add(const double* terms, double index, Index count) {
    if (reduction_ == Reduction::sum) {
      Lanes sums = widen(lanes_);
      Index i = 0;
      for (; i + lane_count <= count; i += lane_count) sums += widen(terms + i);
      narrow(lanes_, sums);
      // A term at a time, as loops with inner ones have, goes to the first lane.
      for (; i < count; ++i) lanes_[i % lane_count] += terms[i];
      return;
    }
    for (Index i = 0; i < count; ++i) add_one(terms[i], index + static_cast<double>(i), i % lane_count);
  }

  // Those of another range that follows, in the same form.
  void merge(const double* other) {
    switch (reduction_) {
      case Reduction::sum:
        // The other range's lanes first, as it would be alone.
        lanes_[0] += packs::total<double, 8>(widen(other));
        return;
      case Reduction::product: {
        double product = 1;
        for (Index lane = 0; lane < 8; ++lane) product *= other[lane];
        lanes_[0] *= product;
        for (Index lane = 0; lane < 8; ++lane) more_[lane] += other[8 + lane];
        return;
      }
      case Reduction::smallest:
      case Reduction::largest:
        for (Index lane = 0; lane < 8; ++lane) add_one(other[lane], other[8 + lane], lane);
        return;
      case Reduction::logsumexp:
        for (Index lane = 0; lane < 8; ++lane) add_scaled(other[lane], other[8 + lane], lane);
        return;
    }
  }

  // Makes one number of the lanes.
  void finish() {
    double& result = more_[8];
    switch (reduction_) {
      case Reduction::sum:
        result = total(widen(lanes_));
        break;
      case Reduction::product: {
        double product = 1, zeros = 0;
        for (Index lane = 0; lane < 8; ++lane) {
          product *= lanes_[lane];
          zeros += more_[lane];
        }
        more_[9] = zeros;
        more_[10] = product;
        result = zeros > 0 ? 0 * product : product;
        break;
      }
      case Reduction::smallest:
      case Reduction::largest:
        result = lanes_[0];
        more_[9] = more_[0];
        for (Index lane = 1; lane < 8; ++lane) {
          const bool equal_but_earlier = lanes_[lane] == result && more_[lane] < more_[9];
          if (!before(lanes_[lane], result) && !equal_but_earlier) continue;
          result = lanes_[lane];
          more_[9] = more_[lane];
        }
        break;
      case Reduction::logsumexp: {
        double most = -infinity;
        for (Index lane = 0; lane < 8; ++lane)
          most = lanes_[lane] > most || lanes_[lane] != lanes_[lane] ? lanes_[lane] : most;
        double sum = 0;
        for (Index lane = 0; lane < 8; ++lane)
          sum += lanes_[lane] == most ? more_[lane] : more_[lane] * math::exp(lanes_[lane] - most);
        more_[9] = most;
        more_[10] = 1 / sum;
        result = std::abs(most) == infinity ? most : most + math::log(sum);
        break;
      }
    }
  }

  double value() const { return more_[8]; }

  // The derivative of the result by a term.
  double slope(double term, double index) const {
    switch (reduction_) {
      case Reduction::sum:
        return 1;
      case Reduction::product:
        if (term != 0) return more_[9] > 0 ? 0 : more_[8] / term;
        return more_[9] == 1 ? more_[10] : 0;
      case Reduction::smallest:
      case Reduction::largest:
        return index == more_[9] ? 1 : 0;
      case Reduction::logsumexp:
        // By the most of the terms: a large result has rounded the logarithm of the sum away.
        return math::exp(term - more_[9]) * more_[10];
    }
    return 0;
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  // Whether a comes before b; what is no number before all.
  bool before(double a, double b) const {
    if (b != b) return false;
    return a != a || (reduction_ == Reduction::smallest ? a < b : a > b);
  }

  void add_one(double term, double index, Index lane) {
    switch (reduction_) {
      case Reduction::sum:
        lanes_[lane] += term;
        return;
      case Reduction::product:
        if (term == 0) {
          ++more_[lane];
        } else {
          lanes_[lane] *= term;
        }
        return;
      case Reduction::smallest:
      case Reduction::largest:
        if (before(term, lanes_[lane])) {
          lanes_[lane] = term;
          more_[lane] = index;
        }
        return;
      case Reduction::logsumexp:
        add_scaled(term, 1, lane);
        return;
    }
  }

  // Adds `times` e^term.
  void add_scaled(double term, double times, Index lane) {
    if (times == 0 || term == -infinity) return;
    double& most = lanes_[lane];
    if (term > most) {
      more_[lane] = most == -infinity ? times : more_[lane] * math::exp(most - term) + times;
      most = term;
    } else {
      if (term != term) most = term;
      more_[lane] += times * math::exp(term - most);
    }
  }

  Reduction reduction_;
  double* lanes_;
  double* more_;
};

}  // namespace lookahead::expression
