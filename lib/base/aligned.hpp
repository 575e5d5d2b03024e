#pragma once
#include <new>
#include <vector>

#include "base/memory.hpp"
#include "base/scalar.hpp"

namespace lookahead {

// Allocates on 64-byte boundaries, so that every buffer meets the processor's vectors the same way.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) {
    constexpr std::size_t large = std::size_t{1} << 24;
    if (const double bytes = static_cast<double>(n) * sizeof(T); bytes > large && bytes > usable_memory())
      throw MoreThanMemory(bytes);
    return static_cast<T*>(::operator new(n * sizeof(T), alignment));
  }
  void deallocate(T* p, std::size_t) { ::operator delete(p, alignment); }
  template <class U>
  bool operator==(const AlignedAllocator<U>&) const {
    return true;
  }
};

template <class T>
using Aligned = std::vector<T, AlignedAllocator<T>>;

}  // namespace lookahead
