#include <array>
#include <cmath>

#include "objective/finite_sum.hpp"
#include "objective/functions/facts.hpp"
#include "objective/synthetic.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::functions {
namespace {

constexpr Index most_hidden = 64;

struct AutoencoderParameters : SampleParameters {
  Index hidden = 2;
  bool tied = false;
  // Numbers of x that belong to one coordinate of the rows.
  Index weights_per_input() const { return tied ? hidden : 2 * hidden; }
};

// x is W, hidden x inputs, row after row, then V' of the same shape unless V' = W.
class Autoencoder {
 public:
  Autoencoder(const AutoencoderParameters& p, Index d)
      : hidden_(p.hidden), inputs_(d / p.weights_per_input()), samples_(p.samples), tied_(p.tied) {
    // Rows in a subspace of as many dimensions as there are hidden units.
    const Aligned<double> latent = normal_rows(p.seed, samples_, hidden_);
    Aligned<double> basis(static_cast<std::size_t>(hidden_ * inputs_));
    data_stream(p.seed, DataPart::planted).normals(0, basis);
    const double scale = 1 / std::sqrt(static_cast<double>(hidden_));
    rows_.resize(static_cast<std::size_t>(samples_ * inputs_));
    for (Index i = 0; i < samples_; ++i) {
      for (Index k = 0; k < hidden_; ++k) {
        const double factor = scale * latent[static_cast<std::size_t>(i * hidden_ + k)];
        for (Index j = 0; j < inputs_; ++j) {
          rows_[static_cast<std::size_t>(i * inputs_ + j)] +=
              factor * basis[static_cast<std::size_t>(k * inputs_ + j)];
        }
      }
    }
  }
  static Facts facts(const AutoencoderParameters& p, Index d) {
    Facts facts = facts_of(d, {-2, 2}, {0}, {0});
    facts.minimizers.clear();
    // With small W and large V the units are as good as linear, and they reproduce the rows exactly.
    if (p.tied) {
      facts.minimum.reset();
      facts.lower_bound = 0.0;
    }
    data_stream(p.seed, DataPart::start).uniforms(0, facts.start);
    for (double& x : facts.start) x = x - 0.5;
    return facts;
  }
  Index terms() const { return samples_; }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index d, const Batch& batch) const {
    const double share = 1 / static_cast<double>(batch.size());
    const Index second = tied_ ? 0 : hidden_ * inputs_;
    T* second_gradient = nullptr;
    double sum = 0;
    if constexpr (want_gradient) {
      std::fill_n(gradient, d, T{0});
      second_gradient = gradient + second;
    }
    for (Index i = 0; i < batch.size(); ++i) {
      const double* row = rows_.data() + batch[i] * inputs_;
      sum += term<T, want_gradient>(x, x + second, row, gradient, second_gradient, share);
    }
    return 0.5 * sum * share;
  }

 private:
  // The squared error of one row; half its gradient times share is added. w and v may be the same.
  template <Scalar T, bool want_gradient>
  double term(const T* w, const T* v, const double* row, T* to_w, T* to_v, double share) const {
    std::array<double, most_hidden> unit{}, back{};
    const auto hidden = static_cast<std::size_t>(hidden_);
    for (std::size_t k = 0; k < hidden; ++k) {
      const T* weights = w + static_cast<Index>(k) * inputs_;
      double score = 0;
      for (Index j = 0; j < inputs_; ++j) score += static_cast<double>(weights[j]) * row[j];
      unit[k] = math::tanh(score);
    }
    double sum = 0;
    for (Index j = 0; j < inputs_; ++j) {
      double residual = -row[j];
      for (std::size_t k = 0; k < hidden; ++k) {
        residual += static_cast<double>(v[static_cast<Index>(k) * inputs_ + j]) * unit[k];
      }
      sum += residual * residual;
      if constexpr (want_gradient) {
        for (std::size_t k = 0; k < hidden; ++k) {
          const Index at = static_cast<Index>(k) * inputs_ + j;
          back[k] += residual * static_cast<double>(v[at]);
          to_v[at] += static_cast<T>(share * residual * unit[k]);
        }
      }
    }
    if constexpr (want_gradient) {
      for (std::size_t k = 0; k < hidden; ++k) {
        const double slope = share * back[k] * (1 - unit[k] * unit[k]);
        T* weights = to_w + static_cast<Index>(k) * inputs_;
        for (Index j = 0; j < inputs_; ++j) weights[j] += static_cast<T>(slope * row[j]);
      }
    }
    return sum;
  }

  Index hidden_, inputs_, samples_;
  bool tied_;
  Aligned<double> rows_;  // samples x inputs
};

}  // namespace

FunctionEntry autoencoder() {
  using P = AutoencoderParameters;
  FunctionEntry item = sum_entry<Autoencoder, P>(
      {"autoencoder", "a network with one narrow layer that is to give back its input",
       "f(x) = mean of 1/2 |V tanh(W a) - a|^2, x = (W, V'), or x = W with V = W' where tied\n"
       "rows a from the seed, in a subspace of `hidden` dimensions; they have dim / (2 hidden) coordinates, "
       "tied dim / hidden\n"
       "f* = 0 is the infimum, not attained, unless tied; start uniform in [-0.5, 0.5], from the seed",
       "Rumelhart, Hinton, Williams, Parallel Distributed Processing 1, 1986; Bourlard and Kamp, 1988"},
      together({sample_parameters<P>(),
                {param("hidden", &P::hidden, "units of the narrow layer", at_least(1), at_most(most_hidden)),
                 param("tied", &P::tied, "whether V is the transpose of W")}}),
      20);
  item.dimension_unit = [](const Values& p) { return p.as<P>().weights_per_input(); };
  return item;
}

}  // namespace lookahead::functions
