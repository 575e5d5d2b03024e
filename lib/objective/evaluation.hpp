#pragma once
#include <limits>

#include "base/fault.hpp"

namespace lookahead {

// What the evaluation of an objective comes to: a value, or the fault that kept it from being made. An
// objective that is undefined at a point has the value NaN or infinity there, and no fault. Made of a double
// at no cost, and handed on in two registers.
struct [[nodiscard]] Evaluation {
  double value = std::numeric_limits<double>::quiet_NaN();  // NaN where there is a fault
  // The objective's own, which lives as long as it does.
  const Fault* fault = nullptr;

  Evaluation(double of) : value(of) {}
  explicit Evaluation(const Fault& why) : fault(&why) {}
  explicit Evaluation(const Fault&&) = delete;
};

}  // namespace lookahead
