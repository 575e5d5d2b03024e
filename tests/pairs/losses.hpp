#pragma once
#include "settings.hpp"

namespace lookahead::pairs {

// The loss of a row's scores and its derivatives by them. One score: of a number, of a count's logarithm, or
// of the second of two classes; otherwise one for each class, and the target is the place of the right one.
struct RowLoss {
  Real value = 0;
  Vector slopes;
  Real size = 0;  // of the numbers that cancel in a slope
};
RowLoss row_loss(const ModelSettings& model, const Vector& scores, Real target);

// log sum_k e^{s_k}.
Real log_sum_exp(const Vector& scores);

}  // namespace lookahead::pairs
