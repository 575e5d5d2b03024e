#include "theory/smoothness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "linear/decompositions.hpp"
#include "linear/dense_rows.hpp"
#include "linear/eigenvalue_bound.hpp"
#include "linear/matrix_product.hpp"
#include "linear/row_products.hpp"
#include "parallel/parallel.hpp"
#include "random/stream.hpp"
#include "simd/lanes.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::theory {
namespace {

// The most parts that work is cut into; their number depends on the problem alone.
constexpr Index most_parts = 16;

// The rows with a 1 appended, or a 0 where there is no intercept, each scaled by the root of its share in the
// mean: M = S'S for the matrix S of them.
template <Scalar T>
class ScaledRows {
 public:
  ScaledRows(const Dataset<T>& data, Batch rows, Index threads, bool intercept)
      : data_(data),
        rows_(rows),
        threads_(threads),
        share_(1 / static_cast<double>(rows.size())),
        appended_(intercept ? 1 : 0) {}

  Index rows() const { return rows_.size(); }
  Index columns() const { return data_.columns + 1; }
  // How many numbers the rows hold, without zeros where they are sparse, and the sum of the squares of that.
  double entries() const {
    return total_of([](double count) { return count; });
  }
  double squared_entries() const {
    return total_of([](double count) { return count * count; });
  }

  double weight(Index position) const {
    return data_.weights.empty()
               ? 1
               : static_cast<double>(data_.weights[static_cast<std::size_t>(rows_[position])]);
  }
  double scale(Index position) const { return std::sqrt(weight(position) * share_); }

  // visit(column, number) for the numbers of the row at `position`, not scaled, the appended one last.
  template <class Visit>
  void for_each(Index position, Visit&& visit) const {
    if (data_.sparse()) {
      for_each_entry(data_, rows_[position],
                     [&](Index column, T value) { visit(column, static_cast<double>(value)); });
    } else {
      const T* row = data_.features.data() + rows_[position] * data_.columns;
      for (Index j = 0; j < data_.columns; ++j) visit(j, static_cast<double>(row[j]));
    }
    visit(data_.columns, appended_);
  }

  // S'S, columns x columns.
  Aligned<double> column_products() const {
    const Index side = columns();
    // Adding products of all pairs of a sparse row's numbers is slow for each of them, but they are few.
    const bool by_entries = data_.sparse() && 8 * squared_entries() < static_cast<double>(rows()) *
                                                                          static_cast<double>(side) *
                                                                          static_cast<double>(side);
    return sum_of_parts(
        rows(), side * side,
        [&](Index from, Index count, double* sums) {
          by_entries ? add_entry_products(from, count, sums) : add_block_products(from, count, sums);
        },
        [side](double* sums) { mirror(sums, side); });
  }

  // SS', rows x rows.
  Aligned<double> row_products() const {
    const Index side = rows();
    Aligned<double> sums(static_cast<std::size_t>(side * side));
    const Index parts = std::min(most_parts, side);
    for_each_on(threads_, parts, [&](Index part) {
      // A row is written out and multiplied by those up to it.
      Aligned<double> row(static_cast<std::size_t>(columns()));
      for (Index i = part; i < side; i += parts) {
        for_each(i, [&](Index column, double value) { row[static_cast<std::size_t>(column)] = value; });
        double* products = sums.data() + i * side;
        multiply(row.data(), i + 1, products);
        for (Index j = 0; j <= i; ++j) products[j] *= scale(i) * scale(j);
        for_each(i, [&](Index column, double) { row[static_cast<std::size_t>(column)] = 0; });
      }
    });
    mirror(sums.data(), side);
    return sums;
  }

  // S'S v.
  Aligned<double> times(const Aligned<double>& v) const {
    return sum_of_parts(
        rows(), columns(),
        [&](Index from, Index count, double* sums) {
          for (Index at = from; at < from + count; at += most_block_rows)
            add_times(v.data(), at, std::min(most_block_rows, from + count - at), sums);
        },
        [](double*) {});
  }

  // The least of |S|_F^2, |S|_1 |S|_inf.
  double norms() const {
    double squares = 0, largest_row = 0;
    std::vector<double> column_sums(static_cast<std::size_t>(columns()));
    for (Index i = 0; i < rows(); ++i) {
      const double s = scale(i);
      double square = 0, sum = 0;
      for_each(i, [&](Index column, double value) {
        square += value * value;
        sum += std::abs(value);
        column_sums[static_cast<std::size_t>(column)] += s * std::abs(value);
      });
      squares += s * s * square;
      largest_row = std::max(largest_row, s * sum);
    }
    constexpr double allowance = 1 + 1e-9;  // for rounding
    return allowance * std::min(squares, largest_row * *std::ranges::max_element(column_sums));
  }

 private:
  // The sum over the rows of a function of how many numbers each holds.
  template <class F>
  double total_of(const F& f) const {
    if (!data_.sparse()) return static_cast<double>(rows()) * f(static_cast<double>(columns()));
    double sum = 0;
    for (Index i = 0; i < rows(); ++i) {
      const auto row = static_cast<std::size_t>(rows_[i]);
      sum += f(static_cast<double>(data_.starts[row + 1] - data_.starts[row] + 1));
    }
    return sum;
  }

  // products[j] = v . row j with what is appended, not scaled, for the first `count` rows.
  void multiply(const double* v, Index count, double* products) const {
    if (!data_.sparse()) {
      score_rows(v, data_.features.data(), data_.columns, rows_.part(0, count), products);
      for (Index j = 0; j < count; ++j) products[j] += appended_ * v[data_.columns];
      return;
    }
    for (Index j = 0; j < count; ++j) {
      double product = 0;
      for_each(j, [&](Index column, double value) { product += value * v[column]; });
      products[j] = product;
    }
  }

  static void mirror(double* matrix, Index side) {
    for (Index i = 0; i < side; ++i) {
      for (Index j = 0; j < i; ++j) matrix[j * side + i] = matrix[i * side + j];
    }
  }

  // The sum over parts of the rows of what add(from, count, sums) adds to `size` zeros, in the parts' order.
  template <class Add, class Finish>
  Aligned<double> sum_of_parts(Index count, Index size, const Add& add, const Finish& finish) const {
    constexpr Index least_rows = 256, most_numbers = Index{1} << 22;
    const Index parts = std::clamp<Index>(std::min(count / least_rows, most_numbers / size), 1, most_parts);
    std::vector<Aligned<double>> sums(static_cast<std::size_t>(parts));
    for_each_on(threads_, parts, [&](Index p) {
      Aligned<double>& own = sums[static_cast<std::size_t>(p)];
      own.resize(static_cast<std::size_t>(size));
      const Index from = count * p / parts;
      add(from, count * (p + 1) / parts - from, own.data());
    });
    Aligned<double>& all = sums.front();
    for (std::size_t p = 1; p < sums.size(); ++p) {
      for (std::size_t i = 0; i < all.size(); ++i) all[i] += sums[p][i];
    }
    finish(all.data());
    return std::move(all);
  }

  // The lower half of the products of all pairs of columns, of the rows at [from, from + count).
  void add_block_products(Index from, Index count, double* sums) const {
    constexpr Index most = 256;
    const Index side = columns(), width = data_.columns;
    Aligned<double> space(static_cast<std::size_t>(most * side));
    Aligned<T> gathered(static_cast<std::size_t>(most * width));
    for (Index at = from; at < from + count; at += most) {
      const Index size = std::min(most, from + count - at);
      const T* features = dense_rows(data_, rows_.part(at, size), gathered.data());
      for (Index i = 0; i < size; ++i) {
        const double s = scale(at + i);
        double* row = space.data() + i * side;
        for (Index j = 0; j < width; ++j) row[j] = s * static_cast<double>(features[i * width + j]);
        row[width] = appended_ * s;
      }
      // Some rows of the products at a time, up to the last one's diagonal.
      constexpr Index together = 64;
      for (Index i = 0; i < side; i += together) {
        const Index count_of_rows = std::min(together, side - i);
        const MatrixView<double> block = by_rows<double>(space.data(), side);
        const MatrixView<double> left{space.data() + i, 1, side};
        add_rounded_product(sums + i * side, side, left, block, count_of_rows, size, i + count_of_rows);
      }
    }
  }

  void add_entry_products(Index from, Index count, double* sums) const {
    const Index side = columns();
    for (Index i = from; i < from + count; ++i) {
      const double share = weight(i) * share_;
      for_each(i, [&](Index row, double value) {
        const double scaled = share * value;
        for_each(i, [&](Index column, double other) {
          if (column <= row) sums[row * side + column] += scaled * other;
        });
      });
    }
  }

  // Adds a block's part of S'S v.
  void add_times(const double* v, Index from, Index count, double* sums) const {
    std::array<double, most_block_rows> scores{};
    const Index width = data_.columns;
    const auto scaled = [&](Index i) {
      return (scores[static_cast<std::size_t>(i)] + appended_ * v[width]) * weight(from + i) * share_;
    };
    if (data_.sparse()) {
      for (Index i = 0; i < count; ++i) {
        double& score = scores[static_cast<std::size_t>(i)];
        for_each_entry(data_, rows_[from + i],
                       [&](Index column, T value) { score += v[column] * static_cast<double>(value); });
        score = scaled(i);
        for_each_entry(data_, rows_[from + i],
                       [&](Index column, T value) { sums[column] += score * static_cast<double>(value); });
      }
    } else {
      const RowBlock<T> block(data_.features.data(), width, rows_.part(from, count));
      score_rows(v, block, scores.data());
      for (Index i = 0; i < count; ++i) scores[static_cast<std::size_t>(i)] = scaled(i);
      add_rows(sums, block, scores.data(), 1.0);
    }
    for (Index i = 0; i < count; ++i) sums[width] += appended_ * scores[static_cast<std::size_t>(i)];
  }

  const Dataset<T>& data_;
  Batch rows_;
  Index threads_;
  double share_;
  double appended_;
};

// The largest Ritz value of S'S after `steps` steps of Lanczos' method, steps >= 1.
template <Scalar T>
double ritz_value(const ScaledRows<T>& rows, Index steps) {
  const auto size = static_cast<std::size_t>(rows.columns());
  constexpr std::uint64_t seed = 0;
  Aligned<double> v(size), before(size);
  Stream(seed, Purpose::probe).normals(0, v);
  const auto divide = [&](double by) {
    for (double& x : v) x /= by;
  };
  divide(std::sqrt(squared_norm(std::span<const double>(v))));
  std::vector<double> diagonal, beside;
  for (double last = 0;;) {
    Aligned<double> next = rows.times(v);
    const double projection = dot(std::span<const double>(next), std::span<const double>(v));
    diagonal.push_back(projection);
    if (std::ssize(diagonal) == steps) break;
    for (std::size_t i = 0; i < size; ++i) next[i] -= projection * v[i] + last * before[i];
    last = std::sqrt(squared_norm(std::span<const double>(next)));
    // Nothing is left: the directions so far hold the eigenvector.
    if (!(last > 1e-14 * projection)) break;
    beside.push_back(last);
    before.swap(v);
    v.swap(next);
    divide(last);
  }
  return largest_eigenvalue_of_tridiagonal(diagonal, beside);
}

}  // namespace

template <Scalar T>
EigenvalueBound second_moment_bound(const Dataset<T>& data, Batch batch, Index threads,
                                    const BoundEffort& effort, bool intercept) {
  const ScaledRows<T> rows(data, batch, threads, intercept);
  const Index side = std::min(rows.rows(), rows.columns());
  const auto number = [](Index n) { return static_cast<double>(n); };
  if (side <= effort.largest_side) {
    const bool by_columns = rows.columns() <= rows.rows();
    const double dense = number(rows.rows()) * number(rows.columns()) * number(side);
    const double sparse = 8 * (by_columns ? rows.squared_entries() : rows.entries() * number(side));
    if (std::min(dense, data.sparse() ? sparse : dense) <= effort.products) {
      return {largest_eigenvalue_bound(by_columns ? rows.column_products() : rows.row_products(), side),
              EigenvalueBound::Method::powers, 0.01};
    }
  }
  constexpr double wanted_slack = 0.05, most_slack = 0.9;
  const double exponent = math::log(1.648 * std::sqrt(number(rows.columns())) / lanczos_failure);
  const auto steps_for = [&](double slack) { return std::ceil((exponent / std::sqrt(slack) + 1) / 2); };
  const double steps = std::min(steps_for(wanted_slack), std::floor(effort.reads / rows.entries()));
  const double norms = rows.norms();
  if (steps >= steps_for(most_slack)) {
    const double root = exponent / (2 * steps - 1);
    const double slack = root * root;
    const double value = ritz_value(rows, static_cast<Index>(steps)) / (1 - slack);
    if (value < norms) return {value, EigenvalueBound::Method::lanczos, slack};
  }
  return {norms, EigenvalueBound::Method::norms, 1};
}

template EigenvalueBound second_moment_bound(const Dataset<float>&, Batch, Index, const BoundEffort&, bool);
template EigenvalueBound second_moment_bound(const Dataset<double>&, Batch, Index, const BoundEffort&, bool);

}  // namespace lookahead::theory
