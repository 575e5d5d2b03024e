#pragma once
#include <string>
#include <vector>

#include "spec/spec.hpp"

namespace lookahead {

// Fills in what the parameters of the model and of the metrics leave to the data, and notes what the model's
// are; classes: 0 for regression. Faults: a metric that makes no sense for so few classes.
template <Scalar T>
Checked<Done> settle_parameters(Spec& spec, const Dataset<T>& train, Index classes,
                                std::vector<std::string>& notes);

}  // namespace lookahead
