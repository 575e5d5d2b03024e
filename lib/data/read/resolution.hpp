#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/fault.hpp"
#include "base/text.hpp"

namespace lookahead {

// Whether numbers from `least` to `greatest` that vary by `deviation` are one number but for rounding, as
// 0.1 + 0.2 and 0.3 are. Dividing by such a deviation would make a feature of nothing. Between whole numbers
// that a double holds exactly, no difference is rounding.
inline bool is_rounding(double deviation, double least, double greatest) {
  constexpr double steps = 10, exact = 0x1p53;
  const double largest = std::max(std::abs(least), std::abs(greatest));
  if (largest <= exact && std::floor(least) == least && std::floor(greatest) == greatest)
    return least == greatest;
  return deviation <= steps * std::numeric_limits<double>::epsilon() * largest;
}

// Whether single precision tells numbers around `mean` that vary by `deviation` apart well enough to learn
// from: 10 of its 24 bits are left for what varies, so that rounding is below a thousandth of it.
inline bool is_resolved_in_single(double mean, double deviation) {
  constexpr double steps = 1024;
  return !(deviation > 0) || deviation >= steps * std::numeric_limits<float>::epsilon() * std::abs(mean);
}

// The fault of such numbers: `title` is "column 'x'", `key` what would standardize them, empty where nothing
// can.
inline Fault unresolved_in_single(const Place& place, const std::string& title, double mean, double deviation,
                                  const std::string& key) {
  const auto near = static_cast<float>(std::abs(mean));
  const float step = std::nextafter(near, std::numeric_limits<float>::infinity()) - near;
  return {FaultKind::data, place,
          title + ": single precision can not tell its numbers apart: around " + short_text(mean, 3) +
              " neighbours are " + short_text(step, 3) + " apart, and these vary by " +
              short_text(deviation, 3),
          "set precision: double" + (key.empty() ? "" : ", or " + key + ": true")};
}

// The fault of a number that T does not hold; `standardized`: nor does a double, since the number less the mean
// of the column overflows; `title` is "column 'x'".
inline Fault beyond_range(const std::string& file, const std::string& title, bool standardized) {
  if (standardized) {
    return {FaultKind::data,
            {file, 0, 0},
            title + " holds numbers that overflow where the column's mean is taken off them",
            "scale the column"};
  }
  return {FaultKind::data,
          {file, 0, 0},
          title + " holds numbers beyond the range of single precision",
          "set precision: double, or scale the column"};
}

}  // namespace lookahead
