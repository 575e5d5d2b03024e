#include <algorithm>
#include <cmath>

#include "objective/penalty.hpp"

namespace lookahead::penalties {
namespace {

struct GroupParameters {
  double strength = 1e-3;
  double epsilon = 1e-3;
};

template <class T>
class Group final : public PenaltyTerm<T> {
 public:
  explicit Group(const GroupParameters& parameters) : p_(parameters) {}

  double add(std::span<const T> weights, std::span<T> gradient, const WeightShape& shape) const override {
    double sum = 0;
    Index from = 0;
    const Index groups = shape.groups.empty() ? shape.columns : std::ssize(shape.groups);
    for (Index g = 0; g < groups; ++g) {
      const Index to = shape.groups.empty() ? g + 1 : shape.groups[static_cast<std::size_t>(g)];
      double square = 0;
      each(weights.size(), shape.columns, from, to, [&](std::size_t i) {
        square += static_cast<double>(weights[i]) * static_cast<double>(weights[i]);
      });
      // At least epsilon, whose square may be no number.
      const double root = std::max(std::sqrt(square + p_.epsilon * p_.epsilon), p_.epsilon);
      // root - epsilon, without its cancellation.
      sum += square / (root + p_.epsilon);
      if (!gradient.empty()) {
        const double factor = p_.strength / root;
        each(weights.size(), shape.columns, from, to, [&](std::size_t i) {
          gradient[i] =
              static_cast<T>(static_cast<double>(gradient[i]) + factor * static_cast<double>(weights[i]));
        });
      }
      from = to;
    }
    return p_.strength * sum;
  }
  // Most at w = 0; the norms are convex.
  Curvatures curvatures() const override { return {0, p_.strength / p_.epsilon}; }

 private:
  // The weights of columns from <= j < to in every row.
  template <class Visit>
  static void each(std::size_t size, Index columns, Index from, Index to, Visit visit) {
    for (Index row = 0; row < static_cast<Index>(size); row += columns) {
      for (Index j = from; j < to; ++j) visit(static_cast<std::size_t>(row + j));
    }
  }

  GroupParameters p_;
};

}  // namespace

PenaltyEntry group() {
  return penalty_entry<Group, GroupParameters>(
      {"group", "smoothed group lasso, which draws all weights of a column of the file to 0 together",
       "strength * sum_g (sqrt(|w_g|^2 + epsilon^2) - epsilon)\n"
       "g: the features of one column of the file, with softmax over all classes",
       "Yuan and Lin, Journal of the Royal Statistical Society B 68, 2006"},
      {param("strength", &GroupParameters::strength, "factor of the sum", at_least(0)),
       param("epsilon", &GroupParameters::epsilon, "size of |w_g| below which the penalty is a parabola",
             above(0))});
}

}  // namespace lookahead::penalties
