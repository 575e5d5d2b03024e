#include "objective/cross_entropy.hpp"

#include <algorithm>
#include <type_traits>

#include "simd/scalar_math.hpp"

namespace lookahead {

template <Scalar T>
double cross_entropy(const Dataset<T>& rows, const std::vector<T>& weights, const Batch& block, T* scores,
                     Index classes, double share, bool want_slopes, double* probabilities) {
  // In double the terms are the probabilities' own; in float their differences are rounded otherwise.
  constexpr bool same_terms = std::is_same_v<T, double>;
  if (!same_terms && probabilities != nullptr)
    class_probabilities(scores, block.size(), classes, probabilities);
  double sum = 0;
  for (Index i = 0; i < block.size(); ++i) {
    T* row = scores + i * classes;
    const auto at = static_cast<std::size_t>(block[i]);
    const auto target = static_cast<Index>(rows.targets[at]);
    const double weight = weight_at(weights, at);
    const T most = *std::max_element(row, row + classes);
    const double own = static_cast<double>(row[target]);
    // The exponentials are the dearest part, so those of the sum stay for the slopes.
    double total = 0;
    double* terms = same_terms && probabilities != nullptr ? probabilities + i * classes : nullptr;
    for (Index k = 0; k < classes; ++k) {
      const double term = math::exp(static_cast<double>(row[k] - most));
      total += term;
      if (want_slopes) row[k] = static_cast<T>(term);
      if (terms != nullptr) terms[k] = term;
    }
    for (Index k = 0; terms != nullptr && k < classes; ++k) terms[k] /= total;
    // A row of weight 0 is not there, whatever its scores.
    if (weight == 0) {
      if (want_slopes) std::fill_n(row, classes, T{0});
      continue;
    }
    sum += weight * (static_cast<double>(most) + math::log(total) - own);
    if (!want_slopes) continue;
    const double scale = weight * share;
    const T factor = static_cast<T>(scale / total);
    for (Index k = 0; k < classes; ++k) row[k] *= factor;
    row[target] = static_cast<T>(static_cast<double>(row[target]) - scale);
  }
  return sum;
}

template <Scalar T>
void class_probabilities(const T* scores, Index rows, Index classes, double* probabilities) {
  for (Index i = 0; i < rows; ++i) {
    const T* row = scores + i * classes;
    double* out = probabilities + i * classes;
    const double most = static_cast<double>(*std::max_element(row, row + classes));
    double total = 0;
    for (Index k = 0; k < classes; ++k) {
      out[k] = math::exp(static_cast<double>(row[k]) - most);
      total += out[k];
    }
    for (Index k = 0; k < classes; ++k) out[k] /= total;
  }
}

template double cross_entropy(const Dataset<float>&, const std::vector<float>&, const Batch&, float*, Index,
                              double, bool, double*);
template double cross_entropy(const Dataset<double>&, const std::vector<double>&, const Batch&, double*,
                              Index, double, bool, double*);
template void class_probabilities(const float*, Index, Index, double*);
template void class_probabilities(const double*, Index, Index, double*);

}  // namespace lookahead
