#include "objective/generalized_linear.hpp"

namespace lookahead::models {
namespace {

template <Scalar T>
std::unique_ptr<Model<T>> make(const void* p, const ModelSeat<T>& seat) {
  return std::make_unique<GeneralizedLinear<T>>(seat, loss_catalog().find("log_loss")->make(nullptr),
                                                static_cast<const Penalty*>(p)->l2);
}

}  // namespace

ModelEntry logistic() {
  return {declare<Penalty>(
              {"logistic", "logistic regression of two classes; the second in byte order is the event",
               "mean [log(1 + e^s) - y s] + (l2/2)|w|^2, s = w.x + b, y = 0 or 1", "Cox, 1958"},
              penalty_parameters()),
          Task::classification, true, make<double>, make<float>};
}

}  // namespace lookahead::models
