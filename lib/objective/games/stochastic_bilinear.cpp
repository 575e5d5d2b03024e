#include <cmath>

#include "base/sizes.hpp"
#include "linear/elimination.hpp"
#include "objective/bilinear_terms.hpp"
#include "objective/functions/facts.hpp"
#include "objective/game.hpp"
#include "objective/saddle.hpp"
#include "objective/spectrum.hpp"
#include "objective/synthetic.hpp"

namespace lookahead::games {
namespace {

struct StochasticBilinearParameters : SampleParameters, SpectrumParameters {
  StochasticBilinearParameters() { condition = 2; }
  double spread = 1, offset = 1;
};

class StochasticBilinear {
 public:
  StochasticBilinear(const StochasticBilinearParameters& parameters, Index d)
      : n_(d / 2),
        matrices_(normal_rows(parameters.seed, parameters.samples, product_of_sizes({n_, n_}))),
        linear_(parameters.seed, parameters.samples, n_, parameters.offset) {
    const auto n = static_cast<std::size_t>(n_);
    const Aligned<double> centre =
        parameters.spectrum ? parameters.spectrum->values(n_) : log_spaced(parameters.condition, 1, n_);
    const double scale = parameters.spread / std::sqrt(static_cast<double>(n_));
    for (double& entry : matrices_) entry *= scale;
    for (std::size_t first = 0; first < matrices_.size(); first += n * n) {
      for (std::size_t j = 0; j < n; ++j) matrices_[first + j * n + j] += centre[j];
    }
    mean_ = mean_of_rows(matrices_, parameters.samples, n_ * n_);
  }
  static Facts facts(const StochasticBilinearParameters& parameters, Index d) {
    Facts facts = functions::facts_of(d, {-5, 5}, {1}, {0});
    const auto equilibrium = StochasticBilinear(parameters, d).equilibrium();
    if (!equilibrium) {
      facts.minimizers.clear();
      return facts;
    }
    for (std::size_t i = 0; i < equilibrium->size(); ++i) {
      facts.lower[i] += (*equilibrium)[i];
      facts.upper[i] += (*equilibrium)[i];
      facts.start[i] += (*equilibrium)[i];
    }
    facts.minimizers = {*equilibrium};
    return facts;
  }
  static std::vector<Index> players(const StochasticBilinearParameters&, Index d) { return {d / 2, d}; }
  Index terms() const { return linear_.terms(); }

  template <Scalar T, class Writer>
  void field(const T* z, Writer& writer, Index, const Batch& batch) const {
    // All terms are the game of the means.
    const bool all = linear_.all(batch);
    const Batch terms = all ? Batch::range(0, 1) : batch;
    const double* const matrices = all ? mean_.data() : matrices_.data();
    const double share = 1 / static_cast<double>(terms.size());
    const T *const x = z, *const y = z + n_;
    const auto linear = [&](Index j) {
      return all ? linear_.mean()[static_cast<std::size_t>(j)] : linear_.sum(batch, j);
    };
    for (Index i = 0; i < n_; ++i) writer.put(i, share * (row_product(matrices, terms, i, y) + linear(i)));
    Index j = 0;
    for (; j + lane_count <= n_; j += lane_count) {
      const Lanes own = all ? widen(linear_.mean().data() + n_ + j) : linear_.lanes(batch, n_ + j);
      writer.put(n_ + j, -share * (column_products(matrices, terms, j, x) + own));
    }
    for (; j < n_; ++j) writer.put(n_ + j, -share * (column_product(matrices, terms, j, x) + linear(n_ + j)));
  }

  template <Scalar T>
  double cost(Index player, const T* z, Index) const {
    const Aligned<double>& linear = linear_.mean();
    double sum = 0;
    for (Index i = 0; i < n_; ++i) {
      const auto at = static_cast<std::size_t>(i), second = static_cast<std::size_t>(n_ + i);
      const double slope = row_product(mean_.data(), Batch::range(0, 1), i, z + n_) + linear[at];
      sum += slope * static_cast<double>(z[at]) + linear[second] * static_cast<double>(z[second]);
    }
    return player == 0 ? sum : -sum;
  }

 private:
  // Sums over the terms of (A y)_i, of (A'x)_j, ..., (A'x)_{j + 7}, and of (A'x)_j.
  template <Scalar T>
  double row_product(const double* matrices, const Batch& terms, Index i, const T* y) const {
    Lanes sums{};
    double rest = 0;
    for (Index t = 0; t < terms.size(); ++t) {
      const double* row = matrices + (terms[t] * n_ + i) * n_;
      Index j = 0;
      for (; j + lane_count <= n_; j += lane_count) sums += widen(row + j) * widen(y + j);
      for (; j < n_; ++j) rest += row[j] * static_cast<double>(y[j]);
    }
    return total(sums) + rest;
  }
  template <Scalar T>
  [[gnu::always_inline]] Lanes column_products(const double* matrices, const Batch& terms, Index j,
                                               const T* x) const {
    Lanes sums{};
    for (Index t = 0; t < terms.size(); ++t) {
      const double* entry = matrices + terms[t] * n_ * n_ + j;
      for (Index i = 0; i < n_; ++i, entry += n_) sums += widen(entry) * static_cast<double>(x[i]);
    }
    return sums;
  }
  template <Scalar T>
  double column_product(const double* matrices, const Batch& terms, Index j, const T* x) const {
    double sum = 0;
    for (Index t = 0; t < terms.size(); ++t) {
      const double* entry = matrices + terms[t] * n_ * n_ + j;
      for (Index i = 0; i < n_; ++i, entry += n_) sum += *entry * static_cast<double>(x[i]);
    }
    return sum;
  }

  // A y = -b and A'x = -c with the means.
  std::optional<std::vector<double>> equilibrium() const {
    const auto n = static_cast<std::size_t>(n_);
    Aligned<double> transposed(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) transposed[j * n + i] = mean_[i * n + j];
    }
    std::vector<double> right(linear_.mean().begin(), linear_.mean().end());
    for (double& number : right) number = -number;
    auto x = solve_linear(transposed, n_, std::span(right).subspan(n));
    const auto y = solve_linear(mean_, n_, std::span(right).first(n));
    if (!x || !y) return std::nullopt;
    x->insert(x->end(), y->begin(), y->end());
    return x;
  }

  Index n_;
  Aligned<double> matrices_;  // of all terms, each row by row
  LinearParts linear_;
  Aligned<double> mean_;
};

}  // namespace

FunctionEntry stochastic_bilinear() {
  using P = StochasticBilinearParameters;
  constexpr Index most = 1024;  // the mean's equations are solved
  FunctionEntry entry = game_entry<StochasticBilinear, P>(
      {"stochastic_bilinear", "a bilinear game as a finite sum, of matrices and linear terms from a seed",
       "min_x max_y mean of x'A_i y + b_i'x + c_i'y, x and y of n/2 coordinates;\n"
       "V = mean of (A_i y + b_i, -A_i'x - c_i), monotone\n"
       "A_i = diag(s) + spread G_i, s log-spaced from 1/condition to 1, or the n/2 numbers of the spectrum;\n"
       "entries of G_i ~ N(0, 2/n), of b_i and c_i ~ N(0, offset^2 2/n)\n"
       "all terms together are the bilinear game of the mean matrix; noise: {minibatch: 1} draws them\n"
       "equilibrium x*, y* where the mean field vanishes; start one from it in every coordinate",
       "Chavdarova, Gidel, Fleuret and Lacoste-Julien, NeurIPS 2019; Chavdarova et al., ICLR 2021 (with "
       "Lookahead)"},
      together({sample_parameters<P>(),
                spectrum_parameters<P>("singular value of diag(s)", above(0), "singular values are positive"),
                {param("spread", &P::spread, "how far the matrices are from diag(s)", at_least(0)),
                 param("offset", &P::offset, "root mean square length of b_i and of c_i", at_least(0))}}),
      10, 2, most, 2);
  follow_spectrum<P>(entry, 2);
  return entry;
}

}  // namespace lookahead::games
