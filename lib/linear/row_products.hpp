#pragma once
#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include "data/batch.hpp"
#include "linear/row_fetcher.hpp"
#include "simd/lanes.hpp"
#include "simd/packs.hpp"

namespace lookahead {

// Products of a block of rows of numbers with weights and with slopes. W is the scalar of the run, R that of
// the rows; products and sums are in double unless both are float. Every row takes whole vectors of numbers:
// the last one reaches back into the one before, whose numbers it counts as nothing, so that rows need no
// padding.

// Rows done together, at most: their numbers stay in the cache between the scores and the gradient.
inline constexpr Index most_block_rows = 64;

// How many rows of `columns` numbers of `bytes` each are done together.
constexpr Index block_rows(Index columns, std::size_t bytes) {
  constexpr Index cache = Index{1} << 15;
  return std::clamp<Index>(cache / std::max<Index>(1, columns * static_cast<Index>(bytes)) / 8 * 8, 8,
                           most_block_rows);
}

// The rows of a block, where they lie.
template <Scalar R>
class RowBlock {
 public:
  // Rows `batch`, at most most_block_rows of them, of the matrix `rows`.
  RowBlock(const R* rows, Index columns, const Batch& batch) : columns_(columns), size_(batch.size()) {
    for (Index i = 0; i < size_; ++i) row_[static_cast<std::size_t>(i)] = rows + batch[i] * columns;
  }
  Index size() const { return size_; }
  Index columns() const { return columns_; }
  const R* operator[](Index i) const { return row_[static_cast<std::size_t>(i)]; }

 private:
  std::array<const R*, most_block_rows> row_;
  Index columns_, size_;
};

namespace products {

using packs::load;
using packs::Pack;

// How many numbers of a row the last pack counts: those before them are in other packs.
template <int n>
constexpr Index in_last_pack(Index columns) {
  return columns % n == 0 ? n : columns % n;
}

// tail: the last numbers of w as load_last gives them; last: where those of the row begin.
template <class A, int n, Scalar W, Scalar R>
[[gnu::always_inline]] inline double score_one(const W* w, Pack<A, n> tail, const R* row, Index last) {
  Pack<A, n> sum = tail * load<A, n>(row + last);
  for (Index j = 0; j < last; j += n) sum += load<A, n>(w + j) * load<A, n>(row + j);
  return packs::total<A, n>(sum);
}

template <class A, int n, Scalar W, Scalar R>
void score_block(const W* w, const RowBlock<R>& block, double* scores, double intercept,
                 RowFetcher<R>* fetcher) {
  const Index last = block.columns() - n;
  const auto tail = packs::load_last<A, n>(w + block.columns(), in_last_pack<n>(block.columns()));
  constexpr Index together = 4;  // independent sums keep the processor busy
  Index i = 0;
  for (; i + together <= block.size(); i += together) {
    if (fetcher != nullptr) fetcher->next(together);
    const R* const r0 = block[i];
    const R* const r1 = block[i + 1];
    const R* const r2 = block[i + 2];
    const R* const r3 = block[i + 3];
    Pack<A, n> s0 = tail * load<A, n>(r0 + last);
    Pack<A, n> s1 = tail * load<A, n>(r1 + last);
    Pack<A, n> s2 = tail * load<A, n>(r2 + last);
    Pack<A, n> s3 = tail * load<A, n>(r3 + last);
    for (Index j = 0; j < last; j += n) {
      const auto weights = load<A, n>(w + j);
      s0 += weights * load<A, n>(r0 + j);
      s1 += weights * load<A, n>(r1 + j);
      s2 += weights * load<A, n>(r2 + j);
      s3 += weights * load<A, n>(r3 + j);
    }
    scores[i] = packs::total<A, n>(s0) + intercept;
    scores[i + 1] = packs::total<A, n>(s1) + intercept;
    scores[i + 2] = packs::total<A, n>(s2) + intercept;
    scores[i + 3] = packs::total<A, n>(s3) + intercept;
  }
  for (; i < block.size(); ++i) {
    if (fetcher != nullptr) fetcher->next(1);
    scores[i] = score_one<A, n>(w, tail, block[i], last) + intercept;
  }
}

// gradient[j ...] += sum over the rows of slope * row[j ...] for `count` packs from column j on; of the last
// of them only the last `counted` numbers count.
template <class A, int n, int count, Scalar W, Scalar R>
void add_packs(W* gradient, const RowBlock<R>& block, Index j, const A* slopes, Index counted) {
  std::array<Pack<A, n>, count> even{}, odd{};
  std::array<Index, count> at{};
  for (int p = 0; p < count; ++p) at[static_cast<std::size_t>(p)] = j + Index{n} * p;
  at[count - 1] -= n - counted;
  Index i = block.size() % 2;
  if (i == 1) {
    for (std::size_t p = 0; p < count; ++p) even[p] = slopes[0] * load<A, n>(block[0] + at[p]);
  }
  for (; i < block.size(); i += 2) {
    const R* const r0 = block[i];
    const R* const r1 = block[i + 1];
    for (std::size_t p = 0; p < count; ++p) {
      even[p] += slopes[i] * load<A, n>(r0 + at[p]);
      odd[p] += slopes[i + 1] * load<A, n>(r1 + at[p]);
    }
  }
  for (std::size_t p = 0; p + 1 < count; ++p)
    packs::store<W, n>(gradient + at[p],
                       load<W, n>(gradient + at[p]) + packs::converted<W, n, A>(even[p] + odd[p]));
  W* const end = gradient + at[count - 1] + n;
  packs::store_last<W, n>(
      end, counted,
      packs::load_last<W, n>(end, counted) + packs::converted<W, n, A>(even[count - 1] + odd[count - 1]));
}

template <class A, int n, Scalar W, Scalar R>
void add_block(W* gradient, const RowBlock<R>& block, const A* slopes) {
  const Index columns = block.columns();
  const Index count = (columns + n - 1) / n;
  const Index counted = in_last_pack<n>(columns);
  // As many sums as stay in registers.
  constexpr int registers = n <= packs::register_width<A> ? 1 : n / packs::register_width<A>;
  constexpr int most = 4 / registers;
  Index p = 0;
  for (; p + most < count; p += most) add_packs<A, n, most>(gradient, block, p * n, slopes, n);
  const auto rest = [&]<int packs>(std::integral_constant<int, packs>) {
    if constexpr (packs <= most) add_packs<A, n, packs>(gradient, block, p * n, slopes, counted);
  };
  switch (count - p) {
    case 4:
      return rest(std::integral_constant<int, 4>());
    case 3:
      return rest(std::integral_constant<int, 3>());
    case 2:
      return rest(std::integral_constant<int, 2>());
    default:
      return rest(std::integral_constant<int, 1>());
  }
}

// What add_block does for a block of one row, to the same bits.
template <class A, int n, Scalar W, Scalar R>
void add_one(W* gradient, const R* row, Index columns, A slope) {
  const auto sum = [=](Index j) {
    return packs::converted<W, n, A>(slope * load<A, n>(row + j) + Pack<A, n>{});
  };
  Index j = 0;
  for (; j + n < columns; j += n) packs::store<W, n>(gradient + j, load<W, n>(gradient + j) + sum(j));
  W* const end = gradient + columns;
  packs::store_last<W, n>(end, columns - j, packs::load_last<W, n>(end, columns - j) + sum(columns - n));
}

// score_row(), by packs of n numbers of the run's and the rows' own scalar.
template <int n, Scalar T>
[[gnu::always_inline]] inline double score_by(const T* w, const T* row, Index columns, double intercept) {
  const auto tail = packs::load_last<T, n>(w + columns, in_last_pack<n>(columns));
  return score_one<T, n>(w, tail, row, columns - n) + intercept;
}

// w -= rate * gradient, where gradient begins with l2 * w, or without l2 with 0, and add_one() adds the row.
template <int n, bool with_l2, Scalar T>
[[gnu::always_inline]] inline void move_by(T* w, const T* row, Index columns, T slope, T rate, T l2) {
  const auto moved = [slope, rate, l2](Pack<T, n> here, const T* numbers) {
    const Pack<T, n> gradient = with_l2 ? l2 * here : Pack<T, n>{};
    return here - rate * (gradient + (slope * load<T, n>(numbers) + Pack<T, n>{}));
  };
  Index j = 0;
  for (; j + n < columns; j += n) packs::store<T, n>(w + j, moved(load<T, n>(w + j), row + j));
  T* const end = w + columns;
  packs::store_last<T, n>(end, columns - j,
                          moved(packs::load_last<T, n>(end, columns - j), row + columns - n));
}

// Calls f with the widest pack that fits into `columns` numbers, at most 64 bytes.
template <class A, class F>
auto with_pack(Index columns, F&& f) {
  constexpr int widest = packs::widest<A>;
  if (columns >= widest) return f(std::integral_constant<int, widest>());
  if constexpr (widest == 16) {
    if (columns >= 8) return f(std::integral_constant<int, 8>());
  }
  if (columns >= 4) return f(std::integral_constant<int, 4>());
  if (columns >= 2) return f(std::integral_constant<int, 2>());
  return f(std::integral_constant<int, 1>());
}

template <Scalar W, Scalar R>
using Sum = std::conditional_t<std::is_same_v<W, float> && std::is_same_v<R, float>, float, double>;

}  // namespace products

// scores[i] = w . block[i] + intercept.
template <Scalar W, Scalar R>
void score_rows(const W* w, const RowBlock<R>& block, double* scores, double intercept = 0,
                RowFetcher<R>* fetcher = nullptr) {
  if (block.columns() == 0) return static_cast<void>(std::fill_n(scores, block.size(), intercept));
  using A = products::Sum<W, R>;
  products::with_pack<A>(
      block.columns(), [&](auto n) { products::score_block<A, n()>(w, block, scores, intercept, fetcher); });
}

// What score_rows and add_rows do for a block of one row, to the same bits.
template <Scalar W, Scalar R>
double score_row(const W* w, const R* row, Index columns, double intercept) {
  using A = products::Sum<W, R>;
  if (columns == 0) return intercept;
  return products::with_pack<A>(columns, [&](auto n) {
    const auto tail = packs::load_last<A, n()>(w + columns, products::in_last_pack<n()>(columns));
    return products::score_one<A, n()>(w, tail, row, columns - n()) + intercept;
  });
}
template <Scalar W, Scalar R>
void add_row(W* gradient, const R* row, Index columns, double slope) {
  using A = products::Sum<W, R>;
  if (columns == 0) return;
  products::with_pack<A>(
      columns, [&](auto n) { products::add_one<A, n()>(gradient, row, columns, static_cast<A>(slope)); });
}

// scores[i] = w . (row batch[i] of the matrix `rows`) for a batch of any size.
template <Scalar W, Scalar R>
void score_rows(const W* w, const R* rows, Index columns, const Batch& batch, double* scores) {
  for (Index from = 0; from < batch.size(); from += most_block_rows) {
    const Batch part = batch.part(from, std::min(most_block_rows, batch.size() - from));
    score_rows(w, RowBlock<R>(rows, columns, part), scores + from);
  }
}

// gradient += share * sum over the block of slopes[i] * row.
template <Scalar W, Scalar R>
void add_rows(W* gradient, const RowBlock<R>& block, const double* slopes, double share) {
  if (block.columns() == 0) return;
  using A = products::Sum<W, R>;
  std::array<A, most_block_rows> scaled;
  for (Index i = 0; i < block.size(); ++i)
    scaled[static_cast<std::size_t>(i)] = static_cast<A>(slopes[i] * share);
  products::with_pack<A>(block.columns(),
                         [&](auto n) { products::add_block<A, n()>(gradient, block, scaled.data()); });
}

}  // namespace lookahead
