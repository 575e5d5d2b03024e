#include "objective/generalized_linear.hpp"
#include "objective/loss_choice.hpp"

namespace lookahead::models {
namespace {

struct LinearParameters : PenaltyParameters {
  LossChoice<LossUse::numbers> loss{"squared"};
};

template <Scalar T>
std::unique_ptr<Model<T>> make_linear(const void* p, const ModelSeat<T>& seat) {
  const auto& parameters = *static_cast<const LinearParameters*>(p);
  return std::make_unique<GeneralizedLinear<T>>(seat, parameters.loss.chosen, parameters);
}

}  // namespace

ModelEntry linear() {
  return {declare<LinearParameters>(
              {"linear", "linear regression; l2 > 0 with the squared loss is ridge regression",
               "mean loss(w.x + b, y) + (l2/2)|w|^2 + penalty, predictions w.x + b",
               "Legendre, 1805; Hoerl and Kennard, 1970"},
              together({{param("loss", &LinearParameters::loss,
                               "squared, huber, pseudo_huber, log_cosh, quantile, cauchy, geman_mcclure or "
                               "welsch, with its parameters")},
                        penalty_parameters<LinearParameters>()})),
          Task::regression, false, make_linear<double>, make_linear<float>};
}

}  // namespace lookahead::models
