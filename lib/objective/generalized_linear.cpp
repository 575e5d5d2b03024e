#include "objective/generalized_linear.hpp"

#include <array>
#include <cmath>

#include "base/lanes.hpp"

namespace lookahead {
namespace {

// Rows done together: their numbers stay in the cache between the scores and the gradient.
constexpr Index block_size = 64;

template <Scalar T>
const T* row_of(const Dataset<T>& data, Index row) {
  return data.features.data() + row * data.columns;
}

// w . row for four rows at a time; independent sums keep the processor busy.
template <Scalar T>
void four_scores(const T* w, const std::array<const T*, 4>& row, Index columns, double* scores) {
  Lanes s0{}, s1{}, s2{}, s3{};
  Index j = 0;
  for (; j + lane_count <= columns; j += lane_count) {
    const Lanes weight = widen(w + j);
    s0 += weight * widen(row[0] + j);
    s1 += weight * widen(row[1] + j);
    s2 += weight * widen(row[2] + j);
    s3 += weight * widen(row[3] + j);
  }
  std::array<double, 4> rest{};
  for (; j < columns; ++j) {
    for (std::size_t r = 0; r < 4; ++r) rest[r] += static_cast<double>(w[j]) * static_cast<double>(row[r][j]);
  }
  scores[0] = total(s0) + rest[0];
  scores[1] = total(s1) + rest[1];
  scores[2] = total(s2) + rest[2];
  scores[3] = total(s3) + rest[3];
}

// gradient += sum over four rows of slope * row.
template <Scalar T>
[[gnu::noinline]] void add_four_rows(T* __restrict gradient, const std::array<const T*, 4>& row,
                                     const std::array<T, 4>& slope, Index columns) {
  const T* __restrict r0 = row[0];
  const T* __restrict r1 = row[1];
  const T* __restrict r2 = row[2];
  const T* __restrict r3 = row[3];
  for (Index j = 0; j < columns; ++j) {
    gradient[j] += (slope[0] * r0[j] + slope[1] * r1[j]) + (slope[2] * r2[j] + slope[3] * r3[j]);
  }
}

}  // namespace

template <Scalar T>
double add_penalty(double value, double l2, std::span<const T> weights, std::span<T> gradient) {
  if (l2 == 0) return value;
  const T strength = static_cast<T>(l2);
  if (!gradient.empty()) {
    for (std::size_t i = 0; i < weights.size(); ++i) gradient[i] += strength * weights[i];
  }
  return value + l2 / 2 * squared_norm(weights);
}

template <Scalar T>
GeneralizedLinear<T>::GeneralizedLinear(const ModelSeat<T>& seat, std::unique_ptr<Loss> loss, double l2)
    : rows_(seat.rows),
      loss_(std::move(loss)),
      l2_(seat.penalized ? l2 : 0),
      two_classes_(seat.classes == 2) {}

template <Scalar T>
double GeneralizedLinear<T>::value(std::span<const T> x, Batch batch, std::span<T>) const {
  return evaluate(x, batch, {});
}

template <Scalar T>
double GeneralizedLinear<T>::value_and_gradient(std::span<const T> x, Batch batch, std::span<T> gradient,
                                                std::span<T>) const {
  return evaluate(x, batch, gradient);
}

template <Scalar T>
void GeneralizedLinear<T>::score(const T* x, Batch batch, std::span<double> scores) const {
  const Index columns = rows_->columns;
  const double intercept = static_cast<double>(x[columns]);
  std::array<double, 4> four{};
  for (Index i = 0; i < batch.size(); i += 4) {
    std::array<const T*, 4> row{};
    const Index count = std::min<Index>(4, batch.size() - i);
    for (Index r = 0; r < 4; ++r) {
      row[static_cast<std::size_t>(r)] = row_of(*rows_, batch[i + std::min(r, count - 1)]);
    }
    four_scores(x, row, columns, four.data());
    for (Index r = 0; r < count; ++r) {
      scores[static_cast<std::size_t>(i + r)] = four[static_cast<std::size_t>(r)] + intercept;
    }
  }
}

template <Scalar T>
double GeneralizedLinear<T>::evaluate(std::span<const T> x, Batch batch, std::span<T> gradient) const {
  const Index columns = rows_->columns;
  const auto width = static_cast<std::size_t>(columns);
  const double share = 1 / static_cast<double>(batch.size());
  std::array<double, block_size> scores_of{}, slopes_of{}, targets_of{};
  double sum = 0, slope_sum = 0;
  std::fill(gradient.begin(), gradient.end(), T{0});
  for (Index from = 0; from < batch.size(); from += block_size) {
    const Batch block = batch.part(from, std::min(block_size, batch.size() - from));
    const auto count = static_cast<std::size_t>(block.size());
    score(x.data(), block, std::span(scores_of).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      targets_of[i] =
          static_cast<double>(rows_->targets[static_cast<std::size_t>(block[static_cast<Index>(i)])]);
    }
    const std::span<double> slopes = std::span(slopes_of).first(gradient.empty() ? 0 : count);
    sum += loss_->evaluate(std::span(scores_of).first(count), std::span(targets_of).first(count), slopes);
    for (std::size_t i = 0; i < slopes.size(); i += 4) {
      std::array<const T*, 4> row{};
      std::array<T, 4> slope{};
      for (std::size_t r = 0; r < 4; ++r) {
        row[r] = row_of(*rows_, block[static_cast<Index>(std::min(i + r, count - 1))]);
        slope[r] = i + r < count ? static_cast<T>(slopes[i + r] * share) : T{0};
        if (i + r < count) slope_sum += slopes[i + r];
      }
      add_four_rows(gradient.data(), row, slope, columns);
    }
  }
  if (!gradient.empty()) gradient[width] = static_cast<T>(slope_sum * share);
  return add_penalty<T>(sum * share, l2_, x.first(width),
                        gradient.empty() ? gradient : gradient.first(width));
}

template <Scalar T>
void GeneralizedLinear<T>::predict(std::span<const T> x, Batch batch, std::span<double> predictions,
                                   std::span<T>) const {
  std::array<double, block_size> scores{};
  for (Index from = 0; from < batch.size(); from += block_size) {
    const Batch block = batch.part(from, std::min(block_size, batch.size() - from));
    const auto count = static_cast<std::size_t>(block.size());
    score(x.data(), block, std::span(scores).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = static_cast<std::size_t>(from) + i;
      if (!two_classes_) {
        predictions[at] = scores[i];
        continue;
      }
      const double small = std::exp(-std::abs(scores[i]));
      const double larger = 1 / (1 + small);
      predictions[2 * at + 1] = scores[i] >= 0 ? larger : small * larger;
      predictions[2 * at] = scores[i] >= 0 ? small * larger : larger;
    }
  }
}

template double add_penalty(double, double, std::span<const float>, std::span<float>);
template double add_penalty(double, double, std::span<const double>, std::span<double>);
template class GeneralizedLinear<float>;
template class GeneralizedLinear<double>;

}  // namespace lookahead
