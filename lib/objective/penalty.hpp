#pragma once
#include <memory>
#include <optional>
#include <span>

#include "data/dataset.hpp"
#include "objective/l1_parameter.hpp"
#include "options/catalog.hpp"

namespace lookahead {

// The weights of a model that a penalty sees: one or several rows of `columns` weights, one row after the
// other, without intercepts.
struct WeightShape {
  Index columns = 0;
  std::span<const Index> groups;  // as Dataset::groups
};

// Between which numbers the second derivatives of a penalty along unit vectors lie, at all weights.
struct Curvatures {
  double least = 0, most = 0;
};

// A penalty of a model's weights beside (l2/2)|w|^2.
template <Scalar T>
class PenaltyTerm {
 public:
  virtual ~PenaltyTerm() = default;
  // The penalty of the weights; adds its gradient to `gradient` where that is not empty. No allocation.
  virtual double add(std::span<const T> weights, std::span<T> gradient, const WeightShape& shape) const = 0;
  virtual Curvatures curvatures() const = 0;
};

// A penalty of the catalog: one file of lib/objective/penalties each, collected by the build.
struct PenaltyEntry : Entry {
  std::function<std::unique_ptr<PenaltyTerm<double>>(const Values& parameters)> make_double;
  std::function<std::unique_ptr<PenaltyTerm<float>>(const Values& parameters)> make_float;

  template <Scalar T>
  std::unique_ptr<PenaltyTerm<T>> make(const Values& values) const {
    if constexpr (std::same_as<T, double>) {
      return make_double(values);
    } else {
      return make_float(values);
    }
  }
};

const Catalog<PenaltyEntry>& penalty_catalog();

// The catalog's entry of a template Term<T>, made of parameters P.
template <template <class> class Term, class P>
PenaltyEntry penalty_entry(Card card, Parameters parameters) {
  return {declare<P>(std::move(card), std::move(parameters)),
          [](const Values& p) { return std::make_unique<Term<double>>(p.as<P>()); },
          [](const Values& p) { return std::make_unique<Term<float>>(p.as<P>()); }};
}

// penalty: none, or one of the catalog.
struct PenaltyChoice {
  std::optional<Chosen<PenaltyEntry>> chosen;
};
template <>
struct Codec<PenaltyChoice> {
  static std::string type() { return "none | penalty's name or map"; }
  static std::optional<PenaltyChoice> read(const Node& node, const Path& path, Report& report);
  static Node write(const PenaltyChoice& choice);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};

// The penalties every linear model has.
struct PenaltyParameters : L1Parameters {
  double l2 = 0;
  PenaltyChoice penalty;
};
template <class P = PenaltyParameters>
Parameters penalty_parameters() {
  return together({{param("l2", static_cast<double P::*>(&P::l2),
                          "strength of the penalty (l2/2)|w|^2; intercepts are free", at_least(0))},
                   l1_parameters<P>(),
                   {param("penalty", static_cast<PenaltyChoice P::*>(&P::penalty),
                          "another penalty of the weights: " + joined(penalty_catalog().names(), " or ") +
                              "; intercepts are free")}});
}

// `value` plus (strength/2)|w|^2. Adds the gradient to `gradient` where that is not empty.
template <Scalar T>
double add_l2(double value, double strength, std::span<const T> weights, std::span<T> gradient);

// The penalties of a model on given rows, which must outlive it.
template <Scalar T>
class Penalty {
 public:
  // penalized: false leaves all of them out.
  Penalty(const PenaltyParameters& parameters, const Dataset<T>& rows, bool penalized);
  // The penalties of `weights`, a multiple of the rows' columns. Writes their gradient to `gradient` where
  // that is not empty, so that the loss's can be added.
  double start(std::span<const T> weights, std::span<T> gradient) const;
  // Whether there is no penalty but (l2/2)|w|^2, and its strength.
  bool only_l2() const { return term_ == nullptr; }
  double l2() const { return l2_; }
  // Of all penalties together.
  Curvatures curvatures() const;

 private:
  const Dataset<T>* rows_;
  double l2_ = 0;
  std::unique_ptr<PenaltyTerm<T>> term_;
};

extern template class Penalty<float>;
extern template class Penalty<double>;

}  // namespace lookahead
