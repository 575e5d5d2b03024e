#pragma once
#include <cstddef>
#include <type_traits>

#include "base/scalar.hpp"

namespace lookahead::packs {

// A pack: n numbers side by side, n a power of two; a plain number for n = 1. Its operations are those of the
// numbers, one by one, so that a result does not depend on the width of the processor's registers.

#if defined(__AVX512F__)
inline constexpr std::size_t register_bytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t register_bytes = 32;
#else
inline constexpr std::size_t register_bytes = 16;
#endif

// The numbers of the widest pack, 64 bytes.
template <class A>
inline constexpr int widest = 64 / static_cast<int>(sizeof(A));
// The numbers of a register.
template <class A>
inline constexpr int register_width = static_cast<int>(register_bytes / sizeof(A));

// A vector of the compiler's.
template <class A, int n>
struct VectorOf {
  typedef A Type __attribute__((vector_size(n * sizeof(A))));
};
template <class A>
struct VectorOf<A, 1> {
  typedef A Type;
};

// More numbers than a register holds, in several: compilers pass wider vectors through the memory.
template <class A, int n>
struct Registers {
  static constexpr int width = register_width<A>;
  static constexpr int count = n / width;
  using Part = typename VectorOf<A, width>::Type;

  Part part[count];

  A operator[](Index i) const { return part[i / width][i % width]; }
  A& operator[](Index i) { return reinterpret_cast<A*>(part)[i]; }

  // f of all parts of one or two packs.
  template <class F>
  [[gnu::always_inline]] static Registers each(const Registers& a, F f) {
    Registers done;
    for (int i = 0; i < count; ++i) done.part[i] = f(a.part[i]);
    return done;
  }
  template <class F>
  [[gnu::always_inline]] static Registers each(const Registers& a, const Registers& b, F f) {
    Registers done;
    for (int i = 0; i < count; ++i) done.part[i] = f(a.part[i], b.part[i]);
    return done;
  }

  [[gnu::always_inline]] friend Registers operator+(const Registers& a, const Registers& b) {
    return each(a, b, [](Part x, Part y) { return x + y; });
  }
  [[gnu::always_inline]] friend Registers operator-(const Registers& a, const Registers& b) {
    return each(a, b, [](Part x, Part y) { return x - y; });
  }
  [[gnu::always_inline]] friend Registers operator*(const Registers& a, const Registers& b) {
    return each(a, b, [](Part x, Part y) { return x * y; });
  }
  [[gnu::always_inline]] friend Registers operator/(const Registers& a, const Registers& b) {
    return each(a, b, [](Part x, Part y) { return x / y; });
  }
  [[gnu::always_inline]] friend Registers operator+(const Registers& a, A b) {
    return each(a, [=](Part x) { return x + b; });
  }
  [[gnu::always_inline]] friend Registers operator-(const Registers& a, A b) {
    return each(a, [=](Part x) { return x - b; });
  }
  [[gnu::always_inline]] friend Registers operator*(const Registers& a, A b) {
    return each(a, [=](Part x) { return x * b; });
  }
  [[gnu::always_inline]] friend Registers operator/(const Registers& a, A b) {
    return each(a, [=](Part x) { return x / b; });
  }
  [[gnu::always_inline]] friend Registers operator+(A a, const Registers& b) { return b + a; }
  [[gnu::always_inline]] friend Registers operator-(A a, const Registers& b) {
    return each(b, [=](Part x) { return a - x; });
  }
  [[gnu::always_inline]] friend Registers operator*(A a, const Registers& b) { return b * a; }
  [[gnu::always_inline]] friend Registers operator/(A a, const Registers& b) {
    return each(b, [=](Part x) { return a / x; });
  }
  [[gnu::always_inline]] friend Registers operator-(const Registers& a) {
    return each(a, [](Part x) { return -x; });
  }
  template <class B>
  [[gnu::always_inline]] Registers& operator+=(const B& b) {
    return *this = *this + b;
  }
  template <class B>
  [[gnu::always_inline]] Registers& operator-=(const B& b) {
    return *this = *this - b;
  }
  template <class B>
  [[gnu::always_inline]] Registers& operator*=(const B& b) {
    return *this = *this * b;
  }
};

template <class A, int n>
struct SeveralOf {
  typedef Registers<A, n> Type;
};
template <class A, int n>
inline constexpr bool in_one_register = n <= register_width<A>;
template <class A, int n>
using Pack = typename std::conditional_t<in_one_register<A, n>, VectorOf<A, n>, SeveralOf<A, n>>::Type;

}  // namespace lookahead::packs
