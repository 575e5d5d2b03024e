#pragma once
#include <cmath>
#include <vector>

#include "optimizer/optimizer.hpp"

namespace lookahead::test {

// A small least-squares sum for steps outside any run: n terms 1/2 (u_i'x - b_i)^2 + 0.05 |x|^2 in 5
// coordinates, of which a step uses three. Counts what is asked of it, in terms.
template <Scalar T>
class FiniteSum final : public Oracle<T> {
 public:
  static constexpr Index dimension = 5, terms = 12;
  static OptimizerSeat seat() { return {dimension, terms, {2, dimension}, 0.0, false}; }

  // Chooses the terms of a step; draws the gradient at x unless the rule draws its own.
  void begin_step(Index step, std::span<const T> x, bool draws_own) {
    for (Index j = 0; j < 3; ++j) batch_[static_cast<std::size_t>(j)] = (3 * step + 5 * j) % terms;
    if (draws_own) return;
    drawn_.resize(x.size());
    this->loss_ = value_and_gradient(x, drawn_);
    this->gradient_ = drawn_;
  }

  double value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
    return mean(batch_, x, gradient);
  }
  Index batch_size() const override { return std::ssize(batch_); }
  Index term(Index i) const override { return batch_[static_cast<std::size_t>(i)]; }
  double term_value_and_gradient(Index term, std::span<const T> x, std::span<T> gradient) override {
    return mean({term}, x, gradient);
  }
  double full_value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
    std::vector<Index> all;
    for (Index i = 0; i < terms; ++i) all.push_back(i);
    return mean(all, x, gradient);
  }

  void choose(std::vector<Index> batch) { batch_ = std::move(batch); }
  Index evaluations = 0;

 private:
  double mean(const std::vector<Index>& used, std::span<const T> x, std::span<T> gradient) {
    evaluations += std::ssize(used);
    std::vector<double> sum(x.size());
    double value = 0;
    const double share = 1.0 / static_cast<double>(used.size());
    for (const Index i : used) {
      const auto u = [&](std::size_t j) {
        return std::sin(1.0 + 2.3 * static_cast<double>(i) + 1.7 * static_cast<double>(j));
      };
      double residual = -std::cos(static_cast<double>(i));
      for (std::size_t j = 0; j < x.size(); ++j) residual += u(j) * static_cast<double>(x[j]);
      value += share * 0.5 * residual * residual;
      for (std::size_t j = 0; j < x.size(); ++j) sum[j] += share * residual * u(j);
    }
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double here = static_cast<double>(x[j]);
      value += 0.05 * here * here;
      gradient[j] = static_cast<T>(sum[j] + 0.1 * here);
    }
    return value;
  }

  std::vector<Index> batch_ = {0, 5, 10};
  std::vector<T> drawn_;
};

}  // namespace lookahead::test
