#pragma once
#include <memory>
#include <span>

#include "options/catalog.hpp"

namespace lookahead {

// A loss of one score per row, for models whose score is linear in the weights.
class Loss {
 public:
  virtual ~Loss() = default;
  // Sum over the rows of the loss at (score, target). Where `slopes` is not empty it receives the derivatives
  // by the score. All spans have one number per row. No allocation.
  virtual double evaluate(std::span<const double> scores, std::span<const double> targets,
                          std::span<double> slopes) const = 0;
  // An upper bound of the second derivative by the score.
  virtual double curvature() const = 0;
};

// A loss of the catalog: one file of lib/loss each, collected by the build.
struct LossEntry : Entry {
  bool for_classes = false;  // targets are the class numbers 0 and 1
  std::function<std::unique_ptr<Loss>(const void* parameters)> make;
};

const Catalog<LossEntry>& loss_catalog();

}  // namespace lookahead
