#pragma once
#include "linear/row_products.hpp"
#include "objective/finite_sum.hpp"
#include "objective/synthetic.hpp"

namespace lookahead {

// Rows of numbers, each with a target.
struct TargetedRows {
  Aligned<double> features;     // samples x dimension, row after row
  std::vector<double> targets;  // one per row
};

// The kernel of a finite sum over scores: the mean over the rows a of loss(a'x, target) + penalty(|x|^2).
// Rule gives what differs:
//   Rule(const P& parameters);
//   static TargetedRows rows(const P& parameters, Index dimension);
//   static Facts facts(const P& parameters, Index dimension);
//   double loss(double score, double target) const;
//   double slope(double score, double target) const;   its derivative by the score
//   double penalty(double square) const;
//   double penalty_slope(double square) const;         its derivative by |x|^2
template <class Rule, class P>
class ScoreSum {
 public:
  ScoreSum(const P& parameters, Index d) : rule_(parameters), rows_(Rule::rows(parameters, d)) {}
  static Facts facts(const P& parameters, Index d) { return Rule::facts(parameters, d); }
  Index terms() const { return std::ssize(rows_.targets); }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index d, const Batch& batch) const {
    const double share = 1 / static_cast<double>(batch.size());
    std::array<double, most_block_rows> scores{}, slopes{};
    double sum = 0;
    const double square = squared_norm(std::span<const T>(x, static_cast<std::size_t>(d)));
    if constexpr (want_gradient) {
      const double factor = 2 * rule_.penalty_slope(square);
      for (Index j = 0; j < d; ++j) gradient[j] = static_cast<T>(factor * static_cast<double>(x[j]));
    }
    const Index most = block_rows(d, sizeof(double));
    for (Index from = 0; from < batch.size(); from += most) {
      const Batch block = batch.part(from, std::min(most, batch.size() - from));
      const RowBlock<double> rows(rows_.features.data(), d, block);
      score_rows(x, rows, scores.data());
      for (Index i = 0; i < block.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double target = rows_.targets[static_cast<std::size_t>(block[i])];
        sum += rule_.loss(scores[at], target);
        if constexpr (want_gradient) slopes[at] = rule_.slope(scores[at], target);
      }
      if constexpr (want_gradient) add_rows(gradient, rows, slopes.data(), share);
    }
    return sum * share + rule_.penalty(square);
  }

 private:
  Rule rule_;
  TargetedRows rows_;
};

// What a rule without penalty inherits.
struct Unpenalized {
  static double penalty(double) { return 0; }
  static double penalty_slope(double) { return 0; }
};

template <class Rule, class P>
FunctionEntry score_sum_entry(Card card, Parameters parameters, Index natural_dimension) {
  return sum_entry<ScoreSum<Rule, P>, P>(std::move(card), std::move(parameters), natural_dimension);
}

}  // namespace lookahead
