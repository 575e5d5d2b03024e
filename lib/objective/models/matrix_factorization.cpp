#include <cmath>

#include "base/sizes.hpp"
#include "objective/model.hpp"
#include "objective/penalty.hpp"
#include "random/stream.hpp"
#include "simd/lanes.hpp"

namespace lookahead::models {
namespace {

// More than tables have rows or columns, which bound the rank of a table.
constexpr double most_rank = 1e6;

struct FactorizationParameters {
  Index rank = 10;
  double l2 = 0.01;
  bool biases = true;
};

// A table of numbers. The data set holds some of them: each of its rows has a one in a column of the first
// group, the number's row in the table, and one in the second, its column. A row or column of the table that
// training never met has no one: the score then lacks its terms.
// Coordinates: mu, the biases of rows and columns, then their factors.
template <Scalar T>
class MatrixFactorization final : public Model<T> {
 public:
  MatrixFactorization(const FactorizationParameters& parameters, const ModelSeat<T>& seat)
      : data_(seat.rows),
        weights_(&seat.row_weights()),
        rank_(parameters.rank),
        biased_(parameters.biases),
        l2_(seat.penalized ? parameters.l2 : 0),
        members_(data_->columns),
        rows_(data_->groups.empty() ? 0 : data_->groups.front()),
        factors_at_(1 + (biased_ ? members_ : 0)) {}

  Index dimension() const override {
    return sum_of_sizes({factors_at_, product_of_sizes({members_, rank_})});
  }
  Index terms() const override { return data_->rows; }
  Index outputs() const override { return 1; }
  // A term reads and writes two factors, a shard all of them.
  Index shard_size() const override { return std::max<Index>(1024, 2 * members_); }
  std::vector<Index> blocks() const override {
    std::vector<Index> ends = {1};
    if (biased_) ends.insert(ends.end(), {1 + rows_, 1 + members_});
    ends.insert(ends.end(), {factors_at_ + rows_ * rank_, dimension()});
    return ends;
  }

  // mu alone: the biases are what l2 shrinks towards it.
  std::vector<Range> intercepts() const override { return {{0, 1}}; }

  // mu is the weighted mean of the rows' targets, the biases are 0, the factors normal of standard deviation 0.1:
  // at 0 they would have no gradient.
  void start(std::span<T> x, std::uint64_t seed, const Batch& rows) const override {
    std::fill(x.begin(), x.end(), T{0});
    double sum = 0, weights = 0;
    for (Index i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      sum += weight_of(row) * static_cast<double>(data_->targets[row]);
      weights += weight_of(row);
    }
    x[0] = static_cast<T>(weights > 0 ? sum / weights : 0);
    std::vector<double> normals(static_cast<std::size_t>(members_ * rank_));
    Stream(seed, Purpose::start).normals(0, normals);
    for (std::size_t i = 0; i < normals.size(); ++i) {
      x[static_cast<std::size_t>(factors_at_) + i] = static_cast<T>(0.1 * normals[i]);
    }
  }

  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T>) const override {
    return evaluate(x, batch, {});
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T>) const override {
    return evaluate(x, batch, gradient);
  }
  // A polynomial of degree 4.
  ModelFacts facts() const override {
    ModelFacts facts;
    facts.penalty_curvature = l2_;
    facts.infimum = 0;
    return facts;
  }
  void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions, std::span<double>,
               std::span<T>) const override {
    for (Index i = 0; i < batch.size(); ++i) {
      predictions[static_cast<std::size_t>(i)] = score(x, pair_of(batch[i]));
    }
  }

 private:
  static constexpr Index none = -1;
  // The members of the two groups that a row of data is about.
  struct Pair {
    Index row = none, column = none;
    bool whole() const { return row != none && column != none; }
  };

  Pair pair_of(Index term) const {
    Pair pair;
    for_each_entry(*data_, term,
                   [&](Index member, T) { (member < rows_ ? pair.row : pair.column) = member; });
    return pair;
  }

  double weight_of(std::size_t term) const { return weight_at(*weights_, term); }
  std::size_t bias_at(Index member) const { return static_cast<std::size_t>(1 + member); }
  std::size_t factor_at(Index member) const { return static_cast<std::size_t>(factors_at_ + member * rank_); }
  std::span<const T> factor(std::span<const T> x, Index member) const {
    return x.subspan(factor_at(member), static_cast<std::size_t>(rank_));
  }

  double score(std::span<const T> x, Pair pair) const {
    double score = static_cast<double>(x[0]);
    if (biased_) {
      if (pair.row != none) score += static_cast<double>(x[bias_at(pair.row)]);
      if (pair.column != none) score += static_cast<double>(x[bias_at(pair.column)]);
    }
    if (pair.whole()) score += dot<T>(factor(x, pair.row), factor(x, pair.column));
    return score;
  }

  double evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient) const {
    const double share = batch.share();
    std::fill(gradient.begin(), gradient.end(), T{0});
    double sum = 0, slope_sum = 0;
    for (Index i = 0; i < batch.size(); ++i) {
      const auto term = static_cast<std::size_t>(batch[i]);
      const Pair pair = pair_of(batch[i]);
      const double weight = weight_of(term);
      if (weight == 0) continue;  // not there, whatever its score
      const double residual = score(x, pair) - static_cast<double>(data_->targets[term]);
      sum += weight * (residual * residual / 2);
      if (gradient.empty()) continue;
      const double slope = weight * share * residual;
      slope_sum += slope;
      add_slope(x, pair, static_cast<T>(slope), gradient);
    }
    if (!gradient.empty()) gradient[0] = static_cast<T>(slope_sum);
    // All but mu.
    return add_l2<T>(sum * share, l2_, x.subspan(1), gradient.empty() ? gradient : gradient.subspan(1));
  }

  // Adds to the gradient what a term with this derivative by its score has but for mu.
  void add_slope(std::span<const T> x, Pair pair, T slope, std::span<T> gradient) const {
    if (biased_) {
      if (pair.row != none) gradient[bias_at(pair.row)] += slope;
      if (pair.column != none) gradient[bias_at(pair.column)] += slope;
    }
    if (!pair.whole()) return;
    const std::size_t p = factor_at(pair.row), q = factor_at(pair.column);
    for (std::size_t j = 0; j < static_cast<std::size_t>(rank_); ++j) {
      gradient[p + j] += slope * x[q + j];
      gradient[q + j] += slope * x[p + j];
    }
  }

  const Dataset<T>* data_;
  const std::vector<T>* weights_;  // of the rows
  Index rank_;
  bool biased_;
  double l2_;
  Index members_;  // rows and columns of the table together
  Index rows_;
  Index factors_at_;
};

template <Scalar T>
std::unique_ptr<Model<T>> make_matrix_factorization(const Values& p, const ModelSeat<T>& seat) {
  return std::make_unique<MatrixFactorization<T>>(p.as<FactorizationParameters>(), seat);
}

}  // namespace

ModelEntry matrix_factorization() {
  ModelEntry entry{
      declare<FactorizationParameters>(
          {"matrix_factorization", "a table with some known numbers, as the product of two narrow matrices",
           "mean (s - y)^2/2 + (l2/2)(|b|^2 + |P|^2 + |Q|^2), s = mu + b_row + b_column + p_row . q_column",
           "Koren, Bell and Volinsky, Computer 42(8), 2009"},
          {param("rank", &FactorizationParameters::rank, "numbers in the factor of each row and column",
                 at_least(1), at_most(most_rank)),
           param("l2", &FactorizationParameters::l2,
                 "strength of the penalty (l2/2)|w|^2 of biases and factors; mu is free", at_least(0)),
           param("biases", &FactorizationParameters::biases,
                 "whether every row and every column has a number of its own in the sum")}),
      Task::regression, false, make_matrix_factorization<double>, make_matrix_factorization<float>};
  entry.sparse_rows = true;
  return entry;
}

}  // namespace lookahead::models
