#include "linear/matrix_product.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__FMA__)
#include <immintrin.h>
#endif

#include "simd/packs.hpp"

namespace lookahead {
namespace {

// After K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008:
// a panel of b, two registers wide, is copied so that it lies close together; tiles of c stay in registers
// while the products of a few rows of a with the panel are added.

template <class T>
constexpr Index register_numbers = packs::register_width<T>;
template <class T>
using Register = packs::Pack<T, packs::register_width<T>>;
constexpr int panel_registers = 2;
template <class T>
constexpr Index panel_columns = panel_registers* register_numbers<T>;

// Rows of a tile: as many as leave registers for the panel's numbers and one of a.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int tile_rows = 8;
#else
constexpr int tile_rows = 6;
#endif

constexpr Index panel_bytes = 24 * 1024;  // of the first-level cache
template <class T>
constexpr Index most_depth = panel_bytes / (panel_columns<T> * static_cast<Index>(sizeof(T)));

template <class T>
struct alignas(64) Panel {
  std::array<T, static_cast<std::size_t>(most_depth<T>* panel_columns<T>)> numbers;
};

// The panel's rows one after the other, `width` numbers each, zeros behind the `columns` that there are.
template <class T>
void copy_rows(T* panel, Index width, MatrixView<T> b, Index depth, Index columns) {
  for (Index k = 0; k < depth; ++k) {
    T* to = panel + k * width;
    std::copy_n(b.data + k * b.row_step, columns, to);
    std::fill(to + columns, to + width, T{0});
  }
}

// The same of a matrix whose columns lie together.
template <class T>
void copy_columns(T* panel, Index width, MatrixView<T> b, Index depth, Index columns) {
  using Four = packs::Pack<T, 4>;
  constexpr bool in_registers = packs::in_one_register<T, 4>;
  Index j = 0;
  if constexpr (in_registers) {
    for (; j + 4 <= columns; j += 4) {
      const T* from = b.data + j * b.column_step;
      T* to = panel + j;
      Index k = 0;
      for (; k + 4 <= depth; k += 4) {
        const Four r0 = packs::load<T, 4>(from + k), r1 = packs::load<T, 4>(from + b.column_step + k);
        const Four r2 = packs::load<T, 4>(from + 2 * b.column_step + k),
                   r3 = packs::load<T, 4>(from + 3 * b.column_step + k);
        const Four low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5),
                   high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
        const Four low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5),
                   high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
        packs::store<T, 4>(to + k * width, __builtin_shufflevector(low01, low23, 0, 1, 4, 5));
        packs::store<T, 4>(to + (k + 1) * width, __builtin_shufflevector(low01, low23, 2, 3, 6, 7));
        packs::store<T, 4>(to + (k + 2) * width, __builtin_shufflevector(high01, high23, 0, 1, 4, 5));
        packs::store<T, 4>(to + (k + 3) * width, __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
      }
      for (; k < depth; ++k) {
        for (Index column = 0; column < 4; ++column)
          to[k * width + column] = from[column * b.column_step + k];
      }
    }
  }
  for (; j < width; ++j) {
    const T* from = b.data + j * b.column_step;
    for (Index k = 0; k < depth; ++k) panel[k * width + j] = j < columns ? from[k] : T{0};
  }
}

// a b + c, for `fused` rounded once where the processor can; a pack or a number.
template <bool fused, class V>
[[gnu::always_inline]] inline V multiply_add(V a, V b, V c) {
#if defined(__FMA__) || defined(__aarch64__)
  if constexpr (!fused) {
    c = c + a * b;
  } else if constexpr (std::is_same_v<V, float>) {
    return __builtin_fmaf(a, b, c);
  } else if constexpr (std::is_same_v<V, double>) {
    return __builtin_fma(a, b, c);
  } else if constexpr (requires { c.part; }) {
    for (int i = 0; i < V::count; ++i) c.part[i] = multiply_add<fused>(a.part[i], b.part[i], c.part[i]);
#if defined(__AVX512F__)
  } else if constexpr (std::is_same_v<V, Register<float>>) {
    c = _mm512_fmadd_ps(a, b, c);
  } else if constexpr (std::is_same_v<V, Register<double>>) {
    c = _mm512_fmadd_pd(a, b, c);
#elif defined(__FMA__)
  } else if constexpr (std::is_same_v<V, Register<float>>) {
    c = _mm256_fmadd_ps(a, b, c);
  } else if constexpr (std::is_same_v<V, Register<double>>) {
    c = _mm256_fmadd_pd(a, b, c);
#endif
  } else {
    // A loop that compilers know as the vector instruction.
    for (std::size_t i = 0; i < sizeof(V) / sizeof(a[0]); ++i) c[i] = multiply_add<fused>(a[i], b[i], c[i]);
  }
  return c;
#else
  return c + a * b;
#endif
}

// f(0), f(1), ... f(count - 1), each with a constant: compilers keep an array in registers only where they
// see every index.
template <int count, class F>
[[gnu::always_inline]] inline void repeat(F f) {
  [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    (f(std::integral_constant<int, i>()), ...);
  }
  (std::make_integer_sequence<int, count>());
}

// A tile of `rows` rows and as many columns as `registers` hold. Of a, either the numbers of a row lie
// together and a_step leads to the next row, or those of a column, and it leads to the next column.
template <bool fused, class T, int rows, int registers, bool by_row>
[[gnu::noinline]] void add_tile(T* c, Index c_step, const T* a, Index a_step, const T* panel, Index depth,
                                bool begins) {
  constexpr int width = packs::register_width<T>;
  Register<T> sums[rows][registers];
  repeat<rows>([&](auto i) __attribute__((always_inline)) {
    repeat<registers>([&](auto p) __attribute__((always_inline)) {
      sums[i][p] = begins ? Register<T>{} : packs::load<T, width>(c + i * c_step + p * width);
    });
  });
  for (Index k = 0; k < depth; ++k) {
    Register<T> b[registers];
    repeat<registers>([&](auto p) __attribute__((always_inline)) {
      b[p] = packs::load<T, width>(panel + p * width);
    });
    repeat<rows>([&](auto i) __attribute__((always_inline)) {
      const Register<T> factor = (by_row ? a[i * a_step] : a[i]) - Register<T>{};  // in every place
      repeat<registers>([&](auto p) __attribute__((always_inline)) {
        sums[i][p] = multiply_add<fused>(factor, b[p], sums[i][p]);
      });
    });
    panel += registers * width;
    a += by_row ? 1 : a_step;
  }
  repeat<rows>([&](auto i) __attribute__((always_inline)) {
    repeat<registers>([&](auto p) __attribute__((always_inline)) {
      packs::store<T, width>(c + i * c_step + p * width, sums[i][p]);
    });
  });
}

// The rest of c's rows, fewer than tile_rows.
template <bool fused, class T, int registers, bool by_row, int rows = tile_rows - 1>
void add_last_tile(T* c, Index c_step, const T* a, Index a_step, const T* panel, Index depth, bool begins,
                   Index count) {
  if constexpr (rows > 0) {
    if (count == rows)
      return add_tile<fused, T, rows, registers, by_row>(c, c_step, a, a_step, panel, depth, begins);
    add_last_tile<fused, T, registers, by_row, rows - 1>(c, c_step, a, a_step, panel, depth, begins, count);
  }
}

// All rows of a with one panel.
template <bool fused, class T, int registers, bool by_row>
void add_panel(T* c, Index c_step, MatrixView<T> a, const T* panel, Index rows, Index depth, bool begins) {
  const Index a_step = by_row ? a.row_step : a.column_step;
  Index i = 0;
  for (; i + tile_rows <= rows; i += tile_rows)
    add_tile<fused, T, tile_rows, registers, by_row>(c + i * c_step, c_step, a.data + i * a.row_step, a_step,
                                                     panel, depth, begins);
  add_last_tile<fused, T, registers, by_row>(c + i * c_step, c_step, a.data + i * a.row_step, a_step, panel,
                                             depth, begins, rows - i);
}

template <bool fused, class T, int registers>
void add_panel(T* c, Index c_step, MatrixView<T> a, const T* panel, Index rows, Index depth, bool begins) {
  if (a.column_step == 1) {
    add_panel<fused, T, registers, true>(c, c_step, a, panel, rows, depth, begins);
  } else {
    add_panel<fused, T, registers, false>(c, c_step, a, panel, rows, depth, begins);
  }
}

// The panel of the last columns of c, fewer than it is wide: by way of tiles that have all its columns.
template <bool fused, class T, int registers>
void add_narrow_panel(T* c, Index c_step, MatrixView<T> a, const T* panel, Index rows, Index depth,
                      bool begins, Index columns) {
  constexpr Index width = registers * register_numbers<T>;
  alignas(64) std::array<T, static_cast<std::size_t>(tile_rows * width)> tile{};
  for (Index i = 0; i < rows; i += tile_rows) {
    const Index count = std::min<Index>(tile_rows, rows - i);
    for (Index r = 0; !begins && r < count; ++r)
      std::copy_n(c + (i + r) * c_step, columns, tile.data() + r * width);
    add_panel<fused, T, registers>(tile.data(), width, {a.data + i * a.row_step, a.row_step, a.column_step},
                                   panel, count, depth, begins);
    for (Index r = 0; r < count; ++r) std::copy_n(tile.data() + r * width, columns, c + (i + r) * c_step);
  }
}

template <bool fused, class T, int registers>
void add_columns(T* c, Index c_step, MatrixView<T> a, MatrixView<T> b, Index rows, Index depth, Index columns,
                 bool begins) {
  constexpr Index width = registers * register_numbers<T>;
  Panel<T> panel;
  T* const numbers = panel.numbers.data();
  if (b.column_step == 1) {
    copy_rows(numbers, width, b, depth, columns);
  } else {
    copy_columns(numbers, width, b, depth, columns);
  }
  if (columns == width) {
    add_panel<fused, T, registers>(c, c_step, a, numbers, rows, depth, begins);
  } else {
    add_narrow_panel<fused, T, registers>(c, c_step, a, numbers, rows, depth, begins, columns);
  }
}

// A row of few with a matrix whose columns lie together: a copy of b would cost more than its products. The
// sums are those of as many lanes as 64 bytes have, then the lanes' in pairs, then what is left over.
constexpr Index few_rows = 4;
template <bool fused, class T>
void add_dots(T* c, MatrixView<T> a, MatrixView<T> b, Index depth, Index columns, bool begins) {
  constexpr int lanes = packs::widest<T>;
  constexpr int together = 4;  // independent sums keep the processor busy
  using Lanes = packs::Pack<T, lanes>;
  const Index whole = depth / lanes * lanes;
  const auto dots = [&]<int count>(std::integral_constant<int, count>, Index j) {
    const T* column[count];
    Lanes sums[count] = {};
    for (int p = 0; p < count; ++p) column[p] = b.data + (j + p) * b.column_step;
    for (Index k = 0; k < whole; k += lanes) {
      const Lanes factor = packs::load<T, lanes>(a.data + k);
      for (int p = 0; p < count; ++p)
        sums[p] = multiply_add<fused>(factor, packs::load<T, lanes>(column[p] + k), sums[p]);
    }
    for (int p = 0; p < count; ++p) {
      T sum = static_cast<T>(packs::total<T, lanes>(sums[p]));
      for (Index k = whole; k < depth; ++k) sum = multiply_add<fused>(a.data[k], column[p][k], sum);
      c[j + p] = begins ? sum : c[j + p] + sum;
    }
  };
  Index j = 0;
  for (; j + together <= columns; j += together) dots(std::integral_constant<int, together>(), j);
  for (; j < columns; ++j) dots(std::integral_constant<int, 1>(), j);
}

// The same with a matrix whose rows lie together: the row of c stays in the cache, and is read and written
// once for `together` rows of b. Also the product of a column with a row.
template <bool fused, class T>
void add_multiples(T* c, MatrixView<T> a, MatrixView<T> b, Index depth, Index columns, bool begins) {
  constexpr int together = 4;
  const auto add = [&]<int count>(std::integral_constant<int, count>, Index k) {
    const bool first = begins && k == 0;
    T factor[count];
    const T* row[count];
    for (int p = 0; p < count; ++p) {
      factor[p] = a.data[(k + p) * a.column_step];
      row[p] = b.data + (k + p) * b.row_step;
    }
    packs::for_each<T>(static_cast<std::size_t>(columns), [&](auto n, std::size_t j) {
      using Pack = packs::Pack<T, n()>;
      Pack sum = first ? Pack{} : packs::load<T, n()>(c + j);
      for (int p = 0; p < count; ++p)
        sum = multiply_add<fused>(Pack(factor[p] - Pack{}), packs::load<T, n()>(row[p] + j), sum);
      packs::store<T, n()>(c + j, sum);
    });
  };
  Index k = 0;
  for (; k + together <= depth; k += together) add(std::integral_constant<int, together>(), k);
  for (; k < depth; ++k) add(std::integral_constant<int, 1>(), k);
}

template <bool fused, class T>
void product(T* c, Index c_step, MatrixView<T> a, MatrixView<T> b, Index rows, Index depth, Index columns,
             bool begins) {
  if (depth == 0 && begins) {
    for (Index i = 0; i < rows; ++i) std::fill_n(c + i * c_step, columns, T{0});
  }
  const bool many = depth > 1 && (rows >= few_rows || (b.column_step != 1 && a.column_step != 1));
  for (Index i = 0; !many && i < rows; ++i) {
    const MatrixView<T> row{a.data + i * a.row_step, a.row_step, a.column_step};
    if (b.column_step == 1) {
      add_multiples<fused>(c + i * c_step, row, b, depth, columns, begins);
    } else {
      add_dots<fused>(c + i * c_step, row, b, depth, columns, begins);
    }
  }
  if (!many) return;
  const Index parts = (depth + most_depth<T> - 1) / most_depth<T>;
  for (Index part = 0; part < parts; ++part) {
    const Index from = depth * part / parts, count = depth * (part + 1) / parts - from;
    const MatrixView<T> left{a.data + from * a.column_step, a.row_step, a.column_step};
    for (Index j = 0; j < columns; j += panel_columns<T>) {
      const MatrixView<T> right{b.data + from * b.row_step + j * b.column_step, b.row_step, b.column_step};
      const Index width = std::min(panel_columns<T>, columns - j);
      if (width > register_numbers<T>) {
        add_columns<fused, T, panel_registers>(c + j, c_step, left, right, rows, count, width,
                                               begins && part == 0);
      } else {
        add_columns<fused, T, 1>(c + j, c_step, left, right, rows, count, width, begins && part == 0);
      }
    }
  }
}

}  // namespace

template <Scalar T>
void add_product(T* c, Index c_step, MatrixView<T> a, MatrixView<T> b, Index rows, Index depth,
                 Index columns) {
  product<true>(c, c_step, a, b, rows, depth, columns, false);
}

template <Scalar T>
void set_product(T* c, Index c_step, MatrixView<T> a, MatrixView<T> b, Index rows, Index depth,
                 Index columns) {
  product<true>(c, c_step, a, b, rows, depth, columns, true);
}

void add_rounded_product(double* c, Index c_step, MatrixView<double> a, MatrixView<double> b, Index rows,
                         Index depth, Index columns) {
  product<false>(c, c_step, a, b, rows, depth, columns, false);
}

template void add_product(float*, Index, MatrixView<float>, MatrixView<float>, Index, Index, Index);
template void add_product(double*, Index, MatrixView<double>, MatrixView<double>, Index, Index, Index);
template void set_product(float*, Index, MatrixView<float>, MatrixView<float>, Index, Index, Index);
template void set_product(double*, Index, MatrixView<double>, MatrixView<double>, Index, Index, Index);

}  // namespace lookahead
