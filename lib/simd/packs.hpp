#pragma once
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "simd/pack.hpp"

namespace lookahead::packs {

// Half of a pack's numbers, from number `first` on.
template <class A, int n, int first, int... i>
[[gnu::always_inline]] inline Pack<A, n / 2> half(Pack<A, n> pack, std::integer_sequence<int, i...>) {
  if constexpr (n == 2 && in_one_register<A, n>) {
    return pack[first];
  } else if constexpr (in_one_register<A, n>) {
    return __builtin_shufflevector(pack, pack, (first + i)...);
  } else if constexpr (in_one_register<A, n / 2>) {
    return pack.part[first == 0 ? 0 : 1];
  } else {
    Pack<A, n / 2> part;
    for (int p = 0; p < part.count; ++p) part.part[p] = pack.part[p + first / part.width];
    return part;
  }
}

// The numbers of two halves.
template <class A, int n, int... i>
[[gnu::always_inline]] inline Pack<A, n> joined(Pack<A, n / 2> low, Pack<A, n / 2> high,
                                                std::integer_sequence<int, i...>) {
  if constexpr (n == 2) {
    return Pack<A, n>{low, high};
  } else if constexpr (in_one_register<A, n>) {
    return __builtin_shufflevector(low, high, i...);
  } else if constexpr (in_one_register<A, n / 2>) {
    return {{low, high}};
  } else {
    Pack<A, n> pack;
    for (int p = 0; p < low.count; ++p) {
      pack.part[p] = low.part[p];
      pack.part[p + low.count] = high.part[p];
    }
    return pack;
  }
}

// A processor passes a number that was just stored on to a load at once only if a single store wrote all that
// is loaded; otherwise the load waits for the cache. The functions below cut a vector in the same places, so
// that what one of them has stored the next one need not wait for.

// The same numbers as A.
template <class A, int n, class From>
[[gnu::always_inline]] inline Pack<A, n> converted(Pack<From, n> pack) {
  if constexpr (std::is_same_v<A, From>) {
    return pack;
  } else if constexpr (n == 1) {
    return static_cast<A>(pack);
  } else if constexpr (in_one_register<A, n> && in_one_register<From, n>) {
    return __builtin_convertvector(pack, Pack<A, n>);
  } else {
    constexpr auto numbers = std::make_integer_sequence<int, n / 2>();
    return joined<A, n>(converted<A, n / 2, From>(half<From, n, 0>(pack, numbers)),
                        converted<A, n / 2, From>(half<From, n, n / 2>(pack, numbers)),
                        std::make_integer_sequence<int, n>());
  }
}

// n consecutive numbers as A; no alignment needed.
template <class A, int n, class From>
[[gnu::always_inline]] inline Pack<A, n> load(const From* from) {
  if constexpr (in_one_register<A, n>) {
    Pack<From, n> pack;
    std::memcpy(&pack, from, sizeof pack);
    return converted<A, n, From>(pack);
  } else {
    constexpr int width = register_width<A>;
    Pack<A, n> pack;
    for (int i = 0; i < n / width; ++i) pack.part[i] = load<A, width>(from + i * width);
    return pack;
  }
}

template <class A, int n>
[[gnu::always_inline]] inline void store(A* to, Pack<A, n> pack) {
  if constexpr (in_one_register<A, n>) {
    std::memcpy(to, &pack, sizeof pack);
  } else {
    // GCC copies a whole pack by way of the stack, in smaller pieces.
    for (int i = 0; i < pack.count; ++i) std::memcpy(to + i * pack.width, &pack.part[i], sizeof pack.part[i]);
  }
}

// The sum of a pack's numbers, by halves.
template <class A, int n>
[[gnu::always_inline]] inline double total(Pack<A, n> pack) {
  if constexpr (n == 1) {
    return static_cast<double>(pack);
  } else {
    constexpr auto numbers = std::make_integer_sequence<int, n / 2>();
    return total<A, n / 2>(half<A, n, 0>(pack, numbers) + half<A, n, n / 2>(pack, numbers));
  }
}

// Calls f(width, i), width an integral constant, for the packs [i, i + width) that make up [0, n): as many of
// the widest as there are, then at most one of every smaller width, falling.
template <class A, int width = widest<A>, class F>
[[gnu::always_inline]] inline void for_each(std::size_t n, F f, std::size_t i = 0) {
  constexpr std::integral_constant<int, width> constant;
  if constexpr (width == widest<A>) {
    for (; i + width <= n; i += width) f(constant, i);
  } else if ((n & width) != 0) {
    f(constant, i);
    i += width;
  }
  if constexpr (width > 1) for_each<A, width / 2>(n, f, i);
}

// n numbers that begin with the `by` of `pack`, by doubling: compilers do that in registers.
template <class A, int n, int by, int... i>
[[gnu::always_inline]] inline Pack<A, n> widened(Pack<A, by> pack, std::integer_sequence<int, i...>) {
  if constexpr (by == n) {
    return pack;
  } else if constexpr (by == 1) {
    Pack<A, n> wide{};
    wide[0] = pack;
    return wide;
  } else if constexpr (sizeof pack == 8) {
    // Two floats are one number to the compiler's registers.
    double number;
    std::memcpy(&number, &pack, sizeof number);
    Pack<double, n / 2> wide{};
    wide[0] = number;
    return reinterpret_cast<Pack<A, n>>(wide);
  } else {
    return widened<A, n, 2 * by>(__builtin_shufflevector(pack, pack, i...),
                                 std::make_integer_sequence<int, 4 * by>());
  }
}

// The last n - by numbers of `pack`, then `more`.
template <class A, int n, int by, int... i>
[[gnu::always_inline]] inline Pack<A, n> moved_down(Pack<A, n> pack, Pack<A, by> more,
                                                    std::integer_sequence<int, i...>) {
  const auto wide = widened<A, n, by>(more, std::make_integer_sequence<int, 2 * by>());
  return __builtin_shufflevector(pack, wide, (by + i)...);
}

// `by` numbers that do not matter, then the first n - by of `pack`.
template <class A, int n, int by, int... i>
[[gnu::always_inline]] inline Pack<A, n> moved_up(Pack<A, n> pack, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(pack, pack, (i < by ? i : i - by)...);
}

// The last `by` numbers.
template <class A, int n, int by, int... i>
[[gnu::always_inline]] inline Pack<A, by> last_of(Pack<A, n> pack, std::integer_sequence<int, i...>) {
  if constexpr (by == 1) {
    return pack[n - 1];
  } else {
    return __builtin_shufflevector(pack, pack, (n - by + i)...);
  }
}

// Moves the numbers of [from, from + count) that make up packs of `width` and fewer into the end of `pack`.
template <class A, int n, int width, class From>
[[gnu::always_inline]] inline Pack<A, n> appended(Pack<A, n> pack, const From* from, Index count) {
  if ((count & width) != 0) {
    pack = moved_down<A, n, width>(pack, load<A, width>(from), std::make_integer_sequence<int, n>());
    from += width;
  }
  if constexpr (width > 1) {
    return appended<A, n, width / 2>(pack, from, count);
  } else {
    return pack;
  }
}

// The `count` numbers before `end`, 0 <= count <= n, as the last ones of a pack that begins with zeros.
template <class A, int n, class From>
[[gnu::always_inline]] inline Pack<A, n> load_last(const From* end, Index count) {
  if (count == n) return load<A, n>(end - n);
  if constexpr (n == 1) {
    return A{0};
  } else if constexpr (!in_one_register<A, n>) {
    constexpr int width = register_width<A>;
    Pack<A, n> pack{};
    for (int i = n / width; i-- > 0 && count > 0; end -= width, count -= width)
      pack.part[i] = load_last<A, width>(end, std::min<Index>(count, width));
    return pack;
  } else {
    return appended<A, n, n / 2>(Pack<A, n>{}, end - count, count);
  }
}

// Stores the last `count` numbers of a pack before `end`, 0 <= count <= n.
template <class A, int n, int width = 1>
[[gnu::always_inline]] inline void store_last(A* end, Index count, Pack<A, n> pack) {
  if constexpr (!in_one_register<A, n>) {
    constexpr int one = register_width<A>;
    for (int i = n / one; i-- > 0 && count > 0; end -= one, count -= one)
      store_last<A, one>(end, std::min<Index>(count, one), pack.part[i]);
  } else if constexpr (width == n) {
    if (count == n) store<A, n>(end - n, pack);
  } else {
    if ((count & width) != 0) {
      end -= width;
      store<A, width>(end, last_of<A, n, width>(pack, std::make_integer_sequence<int, width>()));
      pack = moved_up<A, n, width>(pack, std::make_integer_sequence<int, n>());
    }
    store_last<A, n, 2 * width>(end, count, pack);
  }
}

}  // namespace lookahead::packs
