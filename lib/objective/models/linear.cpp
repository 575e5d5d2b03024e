#include "objective/generalized_linear.hpp"

namespace lookahead::models {
namespace {

template <Scalar T>
std::unique_ptr<Model<T>> make(const void* p, const ModelSeat<T>& seat) {
  return std::make_unique<GeneralizedLinear<T>>(seat, loss_catalog().find("squared")->make(nullptr),
                                                static_cast<const Penalty*>(p)->l2);
}

}  // namespace

ModelEntry linear() {
  return {
      declare<Penalty>({"linear", "linear regression with squared loss; l2 > 0 is ridge regression",
                        "mean (w.x + b - y)^2 / 2 + (l2/2)|w|^2", "Legendre, 1805; Hoerl and Kennard, 1970"},
                       penalty_parameters()),
      Task::regression, false, make<double>, make<float>};
}

}  // namespace lookahead::models
