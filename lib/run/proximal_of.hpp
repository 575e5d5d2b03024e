#pragma once
#include <optional>

#include "engine/proximal.hpp"
#include "objective/model.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// The penalty l1 |w|_1 of a model, which its values and gradients leave out; none where l1 is 0. objective: that of
// the model on any rows.
template <Scalar T>
std::optional<Proximal<T>> proximal_of(const std::optional<Chosen<ModelEntry>>& model,
                                       const Objective<T>& objective, const Shards& shards);

// The rate of the proximal step from a slow point to the settled one: the largest learning rate of the run.
double settling_rate(const Spec& spec);

}  // namespace lookahead
