#include "run/proximal_of.hpp"

#include "spec/problem.hpp"

namespace lookahead {

template <Scalar T>
std::optional<Proximal<T>> proximal_of(const std::optional<Chosen<ModelEntry>>& model,
                                       const Objective<T>& objective, const Shards& shards) {
  const double strength = strength_of_l1(model);
  if (!(strength > 0)) return std::nullopt;
  OptimizerSeat seat;
  seat.dimension = objective.dimension();
  seat.intercepts = objective.intercepts();
  seat.shards = shards;
  return Proximal<T>(strength, seat);
}

double settling_rate(const Spec& spec) { return spec.optimizer.rate.value.range().second; }

template std::optional<Proximal<float>> proximal_of(const std::optional<Chosen<ModelEntry>>&,
                                                    const Objective<float>&, const Shards&);
template std::optional<Proximal<double>> proximal_of(const std::optional<Chosen<ModelEntry>>&,
                                                     const Objective<double>&, const Shards&);

}  // namespace lookahead
