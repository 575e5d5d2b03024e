#pragma once
#include "objective/kernel.hpp"

namespace lookahead {

// Makes an Objective of a finite sum's kernel, a struct K over data made from a seed with
//   K(const P& parameters, Index dimension);
//   static Facts facts(const P& parameters, Index dimension);
//   Index terms() const;
//   template <Scalar T, bool want_gradient>
//   double evaluate(const T* x, T* gradient, Index dimension, const Batch& batch) const;
// evaluate returns the mean over the batch, computed in double, and writes the gradient if it is wanted; both
// instances must return the same bits. The data are doubles in both precisions, so that it is the same
// function.
template <class K, class P, Scalar T>
class FiniteSum final : public Objective<T> {
 public:
  FiniteSum(const P& parameters, Index dimension) : kernel_(parameters, dimension), dimension_(dimension) {}
  Index dimension() const override { return dimension_; }
  Index terms() const override { return kernel_.terms(); }
  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T>) const override {
    return kernel_.template evaluate<T, false>(x.data(), nullptr, dimension_, batch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T>) const override {
    return kernel_.template evaluate<T, true>(x.data(), gradient.data(), dimension_, batch);
  }

 private:
  K kernel_;
  Index dimension_;
};

template <class K, class P>
FunctionEntry sum_entry(Card card, Parameters parameters, Index natural_dimension,
                        Index least_dimension = 1) {
  FunctionEntry entry = function_entry<K, P, FiniteSum<K, P, double>, FiniteSum<K, P, float>>(
      std::move(card), std::move(parameters), natural_dimension, least_dimension, 0, 1);
  entry.finite_sum = true;
  return entry;
}

}  // namespace lookahead
