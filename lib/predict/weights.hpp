#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/scalar.hpp"

namespace lookahead {

struct WeightsRequest {
  std::string data;   // a file of rows with the target; empty: coefficients
  Index repeats = 5;  // of every permutation, >= 1
  std::uint64_t seed = 1;
};

// What a model's features count for, as CSV, and what to know of it.
struct WeightsTable {
  std::string csv;
  std::vector<std::string> notes;
};

// Of a model with one weight for every feature (linear, logistic, softmax, poisson) the coefficients,
// "feature,class,weight,raw_weight,mean,sd": weights by the features as the model sees them, (x - mean) / sd,
// and raw_weight by x in the file's own units, towards the target in its own. class: the one whose score it
// is, empty for regression. The row "(intercept)" ends those of a class: what is added to the sum.
//
// With a file of rows, of every model the permutation importance of every column, "column,importance,sd": how
// much the mean loss over the rows rises where the column's cells are dealt out to the rows anew, the mean over
// the repeats and their standard deviation (n - 1); sd is empty for one repeat (Breiman, Random Forests, 2001,
// section 10; Fisher, Rudin and Dominici, 2019).
//
// `model` is a run directory, model.json or checkpoint.bin; threads >= 1 read and evaluate, and the result is
// the same for any number of them. Faults, of kind data: those of the files; of kind usage: a model without
// such coefficients and no file.
Checked<WeightsTable> weights_of(const std::string& model, const WeightsRequest& request, Index threads);

}  // namespace lookahead
