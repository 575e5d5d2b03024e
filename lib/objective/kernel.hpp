#pragma once
#include "objective/function.hpp"

namespace lookahead {

// Makes an Objective of a kernel, so that a function's file holds its formula and little else.
template <class K, class P, Scalar T>
class KernelFunction final : public Objective<T> {
 public:
  KernelFunction(const P& parameters, Index dimension)
      : kernel_(parameters, dimension), dimension_(dimension) {}
  Index dimension() const override { return dimension_; }
  double value(std::span<const T> x, const Batch&, std::span<T>) const override {
    return kernel_.template evaluate<T, false>(x.data(), nullptr, dimension_);
  }
  double value_and_gradient(std::span<const T> x, const Batch&, std::span<T> gradient,
                            std::span<T>) const override {
    return kernel_.template evaluate<T, true>(x.data(), gradient.data(), dimension_);
  }

 private:
  K kernel_;
  Index dimension_;
};

// The catalog entry of a function with parameters P that Wide and Narrow make in double and single precision
// and K knows the facts of.
template <class K, class P, class Wide, class Narrow>
FunctionEntry function_entry(Card card, Parameters parameters, Index natural_dimension, Index least_dimension,
                             Index most_dimension, Index dimension_step) {
  FunctionEntry entry;
  static_cast<Entry&>(entry) = declare<P>(std::move(card), std::move(parameters));
  entry.natural_dimension = natural_dimension;
  entry.least_dimension = least_dimension;
  entry.most_dimension = most_dimension;
  entry.dimension_step = dimension_step;
  entry.facts = [](const Values& p, Index d) { return K::facts(p.as<P>(), d); };
  entry.make_double = [](const Values& p, Index d) -> std::unique_ptr<Objective<double>> {
    return std::make_unique<Wide>(p.as<P>(), d);
  };
  entry.make_float = [](const Values& p, Index d) -> std::unique_ptr<Objective<float>> {
    return std::make_unique<Narrow>(p.as<P>(), d);
  };
  return entry;
}

template <class K, class P>
FunctionEntry kernel_entry(Card card, Parameters parameters, Index natural_dimension, Index least_dimension,
                           Index most_dimension, Index dimension_step = 1) {
  return function_entry<K, P, KernelFunction<K, P, double>, KernelFunction<K, P, float>>(
      std::move(card), std::move(parameters), natural_dimension, least_dimension, most_dimension,
      dimension_step);
}

}  // namespace lookahead
