#pragma once
#include <functional>

#include "network.hpp"

namespace lookahead::pairs {

// Between which a figure may lie: rounding may turn the decision between two classes or ranks that are close.
struct Range {
  Real low = 0, high = 0;
};

// Every metric of the task that is defined for these rows; `k` of top_k. Rows without a target are left out.
std::map<std::string, Range> metrics_of(const Network& network, const Encoder& encoder, const Rows& rows,
                                        const Vector& point, std::size_t k, Rounding& rounding);

// Rows by class and predicted class; nothing where a decision is close.
std::optional<std::vector<std::vector<std::size_t>>> confusion_of(const Network& network,
                                                                  const Encoder& encoder, const Rows& rows,
                                                                  const Vector& point, Rounding& rounding);

// A row of what is predicted: the number, or the probability of every class.
Vector prediction(const Network& network, const Encoder& encoder, const Rows& rows, std::size_t row,
                  const Vector& point, Rounding& rounding);

}  // namespace lookahead::pairs
