#pragma once
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "options/parameter.hpp"

namespace lookahead {

// How much the rows of every class count in the mean loss.
struct ClassWeight {
  enum class Kind {
    none,      // all rows alike
    balanced,  // every class as much as any other: n / (K n_c) for the n_c rows of class c, K classes
    given      // by label; 1 for labels that are not named
  };
  struct Item {
    std::string label;
    double weight = 1;
    Place place;  // of the label in its file, for faults that only the data show
  };
  Kind kind = Kind::none;
  std::vector<Item> given;
};

template <>
struct Codec<ClassWeight> {
  static std::string type() { return "none | balanced | {label: weight}"; }
  static std::optional<ClassWeight> read(const Node& node, const Path& path, Report& report);
  static Node write(const ClassWeight& weight);
};

// The parameter class_weight of a model whose parameters P have a member of this name.
template <class P>
Parameters class_weight_parameters() {
  return {
      param("class_weight", static_cast<ClassWeight P::*>(&P::class_weight),
            "factors of the rows of every class in the mean loss; balanced is n / (K n_c) for the n_c of n "
            "rows of one of K classes, a row of weight 3 being three; labels that are not named have 1")};
}

// That parameter of parameters P.
template <class P>
const ClassWeight* class_weight_of(const Values& parameters) {
  return &parameters.as<P>().class_weight;
}

// The factor of the rows of every class, in the order of `classes`; empty for none. `counts` are the training
// rows of every class, a row of weight 3 being three; a class without rows does not count among the K and has
// factor 0 when balanced. A label that is no class is a fault of kind problem.
Checked<std::vector<double>> class_weights(const ClassWeight& weight, const std::vector<std::string>& classes,
                                           const std::vector<double>& counts);

}  // namespace lookahead
