#include "objective/generalized_linear.hpp"

namespace lookahead::models {
namespace {

struct PoissonParameters : LinearParameters {
  std::optional<std::string> exposure;
};

template <Scalar T>
std::unique_ptr<Model<T>> make_poisson(const Values& p, const ModelSeat<T>& seat) {
  return std::make_unique<GeneralizedLinear<T>>(seat, Chosen<LossEntry>::of(*loss_catalog().find("poisson")),
                                                p.as<PoissonParameters>());
}

}  // namespace

ModelEntry poisson() {
  ModelEntry entry{
      declare<PoissonParameters>(
          {"poisson", "regression of counts and rates >= 0 with a logarithmic link",
           "mean [e^s - y s] + (l2/2)|w|^2 + l1 |w|_1 + penalty, s = w.x + b + log exposure, predictions e^s",
           "Nelder and Wedderburn, Journal of the Royal Statistical Society A 135, 1972"},
          together({linear_parameters<PoissonParameters>(),
                    {param("exposure", &PoissonParameters::exposure,
                           "column of numbers > 0 that counts are in proportion to, such as time or area; it "
                           "is no feature")}})),
      Task::regression, false, make_poisson<double>, make_poisson<float>};
  entry.l1 = l1_of<PoissonParameters>;
  entry.least_target = 0;
  entry.counts = true;
  entry.exposure = [](const Values& p) { return p.as<PoissonParameters>().exposure; };
  return entry;
}

}  // namespace lookahead::models
