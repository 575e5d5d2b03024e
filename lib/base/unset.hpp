#pragma once
#include <new>
#include <utility>

#include "base/aligned.hpp"

namespace lookahead {

// Aligned, for large arrays that are written before they are read: what resize() adds is not set.
template <class T>
struct UnsetAllocator : AlignedAllocator<T> {
  UnsetAllocator() = default;
  template <class U>
  UnsetAllocator(const UnsetAllocator<U>&) {}
  template <class U>
  struct rebind {
    using other = UnsetAllocator<U>;
  };
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
