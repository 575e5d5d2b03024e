#include <cmath>

#include "objective/finite_sum.hpp"
#include "objective/functions/facts.hpp"
#include "objective/spectrum.hpp"
#include "objective/synthetic.hpp"
#include "simd/lanes.hpp"

namespace lookahead::functions {
namespace {

struct NoisyQuadraticParameters : SampleParameters, SpectrumParameters {
  std::optional<CoordinateValues> variance;

  Aligned<double> eigenvalues(Index d) const {
    if (spectrum) return spectrum->values(d);
    const std::vector<double> spaced = log_spaced(condition, d);
    return {spaced.begin(), spaced.end()};
  }
  Index listed() const { return count() > 0 || !variance ? count() : variance->count(); }
};

class NoisyQuadratic {
 public:
  NoisyQuadratic(const NoisyQuadraticParameters& parameters, Index d)
      : samples_(parameters.samples),
        centres_(normal_rows(parameters.seed, samples_, d)),
        eigenvalues_(parameters.eigenvalues(d)) {
    const auto width = static_cast<std::size_t>(d);
    Aligned<double> mean(width), square(width), scale(width);
    const double share = 1 / static_cast<double>(samples_);
    for (std::size_t i = 0; i < centres_.size(); ++i) mean[i % width] += centres_[i] * share;
    for (std::size_t i = 0; i < centres_.size(); ++i) {
      centres_[i] -= mean[i % width];
      square[i % width] += centres_[i] * centres_[i] * share;
    }
    for (std::size_t j = 0; j < width; ++j) {
      const double variance =
          parameters.variance ? (*parameters.variance)[static_cast<Index>(j)] : 1 / eigenvalues_[j];
      scale[j] = std::sqrt(variance / square[j]);
    }
    for (std::size_t i = 0; i < centres_.size(); ++i) centres_[i] *= scale[i % width];
  }
  static Facts facts(const NoisyQuadraticParameters& parameters, Index d) {
    Facts facts = facts_of(d, {-5, 5}, {1}, {0});
    double trace = 0;
    const Aligned<double> eigenvalues = parameters.eigenvalues(d);
    for (Index j = 0; j < d; ++j) {
      trace += parameters.variance ? eigenvalues[static_cast<std::size_t>(j)] * (*parameters.variance)[j] : 1;
    }
    facts.minimum = 0.5 * trace;
    facts.smoothness = parameters.largest(d);
    facts.convex = true;
    return facts;
  }
  Index terms() const { return samples_; }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index d, const Batch& batch) const {
    const double share = 1 / static_cast<double>(batch.size());
    double sum = 0;
    if constexpr (want_gradient) std::fill_n(gradient, d, T{0});
    for (Index i = 0; i < batch.size(); ++i) {
      sum += term<T, want_gradient>(x, centres_.data() + batch[i] * d, eigenvalues_.data(), gradient, d);
    }
    if constexpr (want_gradient) {
      for (Index j = 0; j < d; ++j) gradient[j] = static_cast<T>(static_cast<double>(gradient[j]) * share);
    }
    return 0.5 * sum * share;
  }

 private:
  // (x - c)' A (x - c), and A (x - c) added to the gradient.
  template <Scalar T, bool want_gradient>
  [[gnu::noinline]] static double term(const T* __restrict x, const double* __restrict c,
                                       const double* __restrict a, T* __restrict gradient, Index d) {
    Lanes sums{};
    Index j = 0;
    for (; j + lane_count <= d; j += lane_count) {
      const Lanes away = widen(x + j) - widen(c + j);
      const Lanes slope = widen(a + j) * away;
      sums += slope * away;
      if constexpr (want_gradient) narrow(gradient + j, widen(gradient + j) + slope);
    }
    double sum = total(sums);
    for (; j < d; ++j) {
      const double away = static_cast<double>(x[j]) - c[j];
      const double slope = a[j] * away;
      sum += slope * away;
      if constexpr (want_gradient) gradient[j] = static_cast<T>(static_cast<double>(gradient[j]) + slope);
    }
    return sum;
  }

  Index samples_;
  Aligned<double> centres_;  // samples x dimension
  Aligned<double> eigenvalues_;
};

}  // namespace

FunctionEntry noisy_quadratic() {
  using P = NoisyQuadraticParameters;
  FunctionEntry entry = sum_entry<NoisyQuadratic, P>(
      {"noisy_quadratic",
       "quadratics of one shape around scattered centres: the model Lookahead was analysed on",
       "f(x) = mean of 1/2 (x - c)' A (x - c), A = diag(a), a_i log-spaced from 1/condition to 1, or the "
       "spectrum\n"
       "centres c ~ N(0, Sigma) from the seed, shifted and scaled to mean 0 and variances Sigma = A^-1, or "
       "diag(variance)\n"
       "f* = trace(A Sigma) / 2 at 0; start 1, ..., 1; L the largest a_i",
       "Zhang, Lucas, Hinton, Ba, NeurIPS 2019, section 3.2; Schaul, Zhang, LeCun, ICML 2013"},
      together({sample_parameters<P>(),
                spectrum_parameters<P>("eigenvalue", above(0), "in a flat direction no centre is felt"),
                {coordinate_param("variance", &P::variance,
                                  "of each coordinate of the centres, or a list, or scale i^-power; default: "
                                  "one over the eigenvalue",
                                  above(0))}}),
      10);
  entry.listed_dimension = [](const Values& values) { return values.as<P>().listed(); };
  entry.check = [](const Values& values, const Place& place, const Path& path, Report& report) {
    const P& parameters = values.as<P>();
    check_spectrum(parameters, place, path, report);
    check_lists(parameters.count(), "spectrum", parameters.variance ? parameters.variance->count() : 0,
                "variance", place, path, report);
  };
  return entry;
}

}  // namespace lookahead::functions
