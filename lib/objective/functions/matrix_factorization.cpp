#include "base/sizes.hpp"
#include "objective/finite_sum.hpp"
#include "objective/functions/facts.hpp"
#include "objective/synthetic.hpp"

namespace lookahead::functions {
namespace {

struct FactorizationParameters {
  Index rank = 2;
  Index seed = 1;
};

// x is U, row after row, then V; a term is an entry of M.
class MatrixFactorization {
 public:
  MatrixFactorization(const FactorizationParameters& parameters, Index d)
      : rank_(parameters.rank),
        rows_((d / rank_ + 1) / 2),
        columns_(d / rank_ - rows_),
        target_(static_cast<std::size_t>(product_of_sizes({rows_, columns_}))) {
    const std::vector<double> planted = planted_point(parameters.seed, d);
    for (Index i = 0; i < terms(); ++i) target_[static_cast<std::size_t>(i)] = entry(planted.data(), i);
  }
  static Facts facts(const FactorizationParameters& parameters, Index d) {
    Facts facts = facts_of(d, {-2, 2}, {0}, {0});
    facts.minimizers = {planted_point(parameters.seed, d)};
    data_stream(parameters.seed, DataPart::start).uniforms(0, facts.start);
    for (double& x : facts.start) x = 0.2 * x - 0.1;
    return facts;
  }
  Index terms() const { return rows_ * columns_; }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index d, const Batch& batch) const {
    const double share = 1 / static_cast<double>(batch.size());
    double sum = 0;
    if constexpr (want_gradient) std::fill_n(gradient, d, T{0});
    for (Index i = 0; i < batch.size(); ++i) {
      const Index term = batch[i];
      const double residual = entry(x, term) - target_[static_cast<std::size_t>(term)];
      sum += residual * residual;
      if constexpr (want_gradient) {
        const double weight = residual * share;
        const Index u = term / columns_ * rank_;
        const Index v = (rows_ + term % columns_) * rank_;
        for (Index k = 0; k < rank_; ++k) {
          gradient[u + k] += static_cast<T>(weight * static_cast<double>(x[v + k]));
          gradient[v + k] += static_cast<T>(weight * static_cast<double>(x[u + k]));
        }
      }
    }
    return 0.5 * sum * share;
  }

 private:
  // Entry number `term` of U V', row after row.
  template <Scalar T>
  double entry(const T* x, Index term) const {
    const T* u = x + term / columns_ * rank_;
    const T* v = x + (rows_ + term % columns_) * rank_;
    double sum = 0;
    for (Index k = 0; k < rank_; ++k) sum += static_cast<double>(u[k]) * static_cast<double>(v[k]);
    return sum;
  }

  Index rank_, rows_, columns_;
  Aligned<double> target_;
};

}  // namespace

FunctionEntry matrix_factorization() {
  using P = FactorizationParameters;
  FunctionEntry item = sum_entry<MatrixFactorization, P>(
      {"matrix_factorization",
       "a matrix of low rank as a product of two factors: all other stationary points "
       "are strict saddles",
       "f(x) = |U V' - M|_F^2 / (2 entries), x = (U, V), M = U° V°' from the seed; a term is an entry of M\n"
       "U and V have dim / rank rows together, half of them each (of an odd number U has one more), and rank columns\n"
       "f* = 0 at (U°, V°) among others; start uniform in [-0.1, 0.1], from the seed, near the saddle at 0",
       "Ge, Jin, Zheng, ICML 2017"},
      {param("rank", &P::rank, "columns of U and V", at_least(1), at_most(1e6)),
       param("seed", &P::seed, "of the matrix and the start", at_least(0))},
      20, 2);
  item.dimension_unit = [](const Values& p) { return p.as<P>().rank; };
  item.least_units = 2;
  return item;
}

}  // namespace lookahead::functions
