#include "theory/variance.hpp"

#include <algorithm>

#include "parallel/parallel.hpp"
#include "random/stream.hpp"
#include "simd/lanes.hpp"

namespace lookahead::theory {
namespace {

// Lanes of the stream for the choice of rows that stand for all, and of those of a step.
constexpr Index agent_of_samples = 3, agent_of_steps = 4;

}  // namespace

template <Scalar T>
double mean_square_row(const Dataset<T>& data, Batch rows) {
  const auto square_of = [&](Index row) {
    const auto first = static_cast<std::size_t>(data.sparse() ? data.starts[static_cast<std::size_t>(row)]
                                                              : row * data.columns);
    const auto count = data.sparse()
                           ? static_cast<std::size_t>(data.starts[static_cast<std::size_t>(row) + 1]) - first
                           : static_cast<std::size_t>(data.columns);
    const T* numbers = data.sparse() ? data.values.data() : data.features.data();
    return squared_norm(std::span<const T>(numbers + first, count));
  };
  double sum = 0;
  for (Index i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    const double weight = weight_at(data.weights, row);
    sum += weight * weight * (square_of(rows[i]) + 1);
  }
  return sum / static_cast<double>(rows.size());
}

template <Scalar T>
Evaluation term_variance(const Objective<T>& objective, Batch terms, std::span<const T> x, Index threads) {
  constexpr Index most_parts = 16;
  const std::size_t size = x.size();
  const auto scratch_of = [&](Index count) {
    return Aligned<T>(static_cast<std::size_t>(objective.scratch(count)));
  };
  Aligned<T> mean(size), scratch = scratch_of(terms.size());
  const Evaluation whole = objective.value_and_gradient(x, terms, mean, scratch);
  if (whole.fault != nullptr) return whole;
  const Index parts = std::min(most_parts, terms.size());
  std::vector<double> sums(static_cast<std::size_t>(parts));
  std::vector<const Fault*> faults(static_cast<std::size_t>(parts), nullptr);
  for_each_on(threads, parts, [&](Index p) {
    Aligned<T> own(size), space = scratch_of(1);
    double& sum = sums[static_cast<std::size_t>(p)];
    const Fault*& fault = faults[static_cast<std::size_t>(p)];
    for (Index i = terms.size() * p / parts; i < terms.size() * (p + 1) / parts; ++i) {
      const Evaluation one = objective.value_and_gradient(x, terms.part(i, 1), own, space);
      if (one.fault != nullptr && fault == nullptr) fault = one.fault;
      sum += squared_distance(std::span<const T>(own), std::span<const T>(mean));
    }
  });
  for (const Fault* const fault : faults) {
    if (fault != nullptr) return Evaluation(*fault);
  }
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum / static_cast<double>(terms.size());
}

double variance_of_mean(double term_variance, Index terms, Index size, bool independent) {
  const auto n = static_cast<double>(terms), b = static_cast<double>(size);
  if (independent) return term_variance / b;
  return size >= terms ? 0 : term_variance * (n - b) / (b * (n - 1));
}

template <Scalar T>
Evaluation drawn_variance(const Objective<T>& objective, Batch terms, Index size, std::span<const T> x,
                          Index draws, std::uint64_t seed) {
  const std::size_t width = x.size();
  Aligned<T> gradients(width * static_cast<std::size_t>(draws));
  Aligned<T> scratch(static_cast<std::size_t>(objective.scratch(size)));
  const Stream stream(seed, Purpose::probe, agent_of_steps);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(size));
  for (Index step = 0; step < draws; ++step) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      // All at once are taken in order: nothing but the objective's own randomness is left.
      const Index at = size >= terms.size() ? static_cast<Index>(i)
                                            : stream.below(static_cast<std::uint64_t>(step),
                                                           static_cast<std::uint32_t>(i), terms.size());
      rows[i] = static_cast<std::uint32_t>(terms[at]);
    }
    const Evaluation mean = objective.value_and_gradient(
        x, Batch::rows(rows).drawn({seed, 0, step}),
        std::span(gradients).subspan(static_cast<std::size_t>(step) * width, width), scratch);
    if (mean.fault != nullptr) return mean;
  }
  const auto n = static_cast<double>(draws);
  return spread<T>(gradients, draws) * n / (n - 1);
}

template <Scalar T>
double spread(std::span<const T> vectors, Index count) {
  const std::size_t width = vectors.size() / static_cast<std::size_t>(count);
  Aligned<double> sums(width);
  for (std::size_t i = 0; i < vectors.size(); ++i) sums[i % width] += static_cast<double>(vectors[i]);
  double sum = 0;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const double difference = static_cast<double>(vectors[i]) - sums[i % width] / static_cast<double>(count);
    sum += difference * difference;
  }
  return sum / static_cast<double>(count);
}

std::vector<std::uint32_t> sample_rows(Batch rows, Index most, std::uint64_t seed) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(rows.size()));
  shuffle(Stream(seed, Purpose::probe, agent_of_samples), 0, order);
  order.resize(static_cast<std::size_t>(std::min(most, rows.size())));
  std::ranges::sort(order);
  for (std::uint32_t& at : order) at = static_cast<std::uint32_t>(rows[at]);
  return order;
}

template double mean_square_row(const Dataset<float>&, Batch);
template double mean_square_row(const Dataset<double>&, Batch);
template Evaluation term_variance(const Objective<float>&, Batch, std::span<const float>, Index);
template Evaluation term_variance(const Objective<double>&, Batch, std::span<const double>, Index);
template Evaluation drawn_variance(const Objective<float>&, Batch, Index, std::span<const float>, Index,
                                   std::uint64_t);
template Evaluation drawn_variance(const Objective<double>&, Batch, Index, std::span<const double>, Index,
                                   std::uint64_t);
template double spread(std::span<const float>, Index);
template double spread(std::span<const double>, Index);

}  // namespace lookahead::theory
