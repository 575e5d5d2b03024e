#include "objective/generalized_linear.hpp"

namespace lookahead::models {
namespace {

template <Scalar T>
std::unique_ptr<Model<T>> make_poisson(const void* p, const ModelSeat<T>& seat) {
  return std::make_unique<GeneralizedLinear<T>>(seat, Chosen<LossEntry>::of(*loss_catalog().find("poisson")),
                                                *static_cast<const PenaltyParameters*>(p));
}

}  // namespace

ModelEntry poisson() {
  ModelEntry entry{declare<PenaltyParameters>(
                       {"poisson", "regression of counts and rates >= 0 with a logarithmic link",
                        "mean [e^s - y s] + (l2/2)|w|^2 + penalty, s = w.x + b, predictions e^s",
                        "Nelder and Wedderburn, Journal of the Royal Statistical Society A 135, 1972"},
                       penalty_parameters()),
                   Task::regression, false, make_poisson<double>, make_poisson<float>};
  entry.least_target = 0;
  return entry;
}

}  // namespace lookahead::models
