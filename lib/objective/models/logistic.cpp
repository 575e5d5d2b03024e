#include "base/text.hpp"
#include "objective/generalized_linear.hpp"
#include "objective/loss_choice.hpp"

namespace lookahead::models {
namespace {

struct LogisticParameters : LinearParameters {
  LossChoice<LossUse::two_classes> loss{"log_loss"};
  ClassWeight class_weight;
};

template <Scalar T>
std::unique_ptr<Model<T>> make_logistic(const Values& p, const ModelSeat<T>& seat) {
  const auto& parameters = p.as<LogisticParameters>();
  return std::make_unique<GeneralizedLinear<T>>(seat, parameters.loss.chosen, parameters);
}

}  // namespace

ModelEntry logistic() {
  ModelEntry entry{
      declare<LogisticParameters>(
          {"logistic", "linear classification of two classes; the event is data.event, or the second",
           "mean loss(s, y) + (l2/2)|w|^2 + l1 |w|_1 + penalty, s = w.x + b, y = 0 or 1\n"
           "log_loss is log(1 + e^s) - y s\n"
           "probability of the event: 1 / (1 + e^{-s}) with every loss",
           "Cox, Journal of the Royal Statistical Society B 20, 1958"},
          together({{param("loss", &LogisticParameters::loss,
                           "the loss of a row, with its parameters: " +
                               joined(loss_names(LossUse::two_classes), " or "))},
                    linear_parameters<LogisticParameters>(),
                    class_weight_parameters<LogisticParameters>()})),
      Task::classification, true, make_logistic<double>, make_logistic<float>};
  entry.l1 = l1_of<LogisticParameters>;
  entry.class_weight = class_weight_of<LogisticParameters>;
  return entry;
}

}  // namespace lookahead::models
