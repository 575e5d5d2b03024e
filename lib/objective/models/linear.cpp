#include "base/text.hpp"
#include "objective/generalized_linear.hpp"
#include "objective/loss_choice.hpp"

namespace lookahead::models {
namespace {

struct LinearModelParameters : LinearParameters {
  LossChoice<LossUse::numbers> loss{"squared"};
};

template <Scalar T>
std::unique_ptr<Model<T>> make_linear(const Values& p, const ModelSeat<T>& seat) {
  const auto& parameters = p.as<LinearModelParameters>();
  return std::make_unique<GeneralizedLinear<T>>(seat, parameters.loss.chosen, parameters);
}

std::optional<Values> settle(const Values& p, double target_sd) {
  const auto& parameters = p.as<LinearModelParameters>();
  const Chosen<LossEntry>& loss = parameters.loss.chosen;
  if (loss.entry->settle == nullptr) return std::nullopt;
  const std::optional<Values> settled = loss.entry->settle(loss.values, target_sd);
  if (!settled) return std::nullopt;
  LinearModelParameters all = parameters;
  all.loss.chosen.values = *settled;
  return Values::of(std::move(all));
}

}  // namespace

ModelEntry linear() {
  ModelEntry entry{declare<LinearModelParameters>(
                       {"linear", "linear regression; l2 > 0 with the squared loss is ridge regression",
                        "mean loss(w.x + b, y) + (l2/2)|w|^2 + l1 |w|_1 + penalty, predictions w.x + b",
                        "Legendre, 1805; Hoerl and Kennard, 1970"},
                       together({{param("loss", &LinearModelParameters::loss,
                                        "the loss of a row, with its parameters: " +
                                            joined(loss_names(LossUse::numbers), " or "))},
                                 linear_parameters<LinearModelParameters>()})),
                   Task::regression, false, make_linear<double>, make_linear<float>};
  entry.settle = settle;
  entry.l1 = l1_of<LinearModelParameters>;
  return entry;
}

}  // namespace lookahead::models
