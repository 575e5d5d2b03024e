#pragma once
#include <new>
#include <utility>

#include "base/aligned.hpp"
#include "base/huge_pages.hpp"

namespace lookahead {

// Aligned, for large arrays that are written before they are read: what resize() adds is not set. Arrays in
// single precision, which is chosen for the sake of speed, ask for large pages: minibatches of rows in random
// order then take a third less time. Some virtual machines need a second for 400 MB of them, so that others
// do without.
template <class T>
struct UnsetAllocator : AlignedAllocator<T> {
  UnsetAllocator() = default;
  template <class U>
  UnsetAllocator(const UnsetAllocator<U>&) {}
  template <class U>
  struct rebind {
    using other = UnsetAllocator<U>;
  };
  T* allocate(std::size_t n) {
    T* const memory = AlignedAllocator<T>::allocate(n);
    if constexpr (sizeof(T) < sizeof(double)) prefer_huge_pages(memory, n * sizeof(T));
    return memory;
  }
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
};

template <class T>
using Unset = std::vector<T, UnsetAllocator<T>>;

}  // namespace lookahead
