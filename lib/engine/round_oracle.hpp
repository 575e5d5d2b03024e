#pragma once
#include <algorithm>
#include <span>

#include "optimizer/optimizer.hpp"

namespace lookahead {

// What an outer optimizer sees: the pseudo-gradient z - x of the round, and nothing to evaluate.
template <Scalar T>
struct RoundOracle final : Oracle<T> {
  void show(std::span<const T> difference, double loss, double rate) {
    this->gradient_ = difference;
    this->loss_ = loss;
    inner = rate;
  }
  double value_and_gradient(std::span<const T>, std::span<T> gradient) override {
    std::copy(this->gradient_.begin(), this->gradient_.end(), gradient.begin());
    return this->loss_;
  }
  Index batch_size() const override { return 1; }
  Index term(Index) const override { return 0; }
  double term_value_and_gradient(Index, std::span<const T> x, std::span<T> gradient) override {
    return value_and_gradient(x, gradient);
  }
  double full_value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
    return value_and_gradient(x, gradient);
  }
  double inner_rate() const override { return inner; }

  double inner = 0;
};

}  // namespace lookahead
