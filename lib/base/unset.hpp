#pragma once
#include <new>
#include <type_traits>
#include <utility>

#include "base/aligned.hpp"
#include "base/disk_memory.hpp"
#include "base/pages.hpp"

namespace lookahead {

// Aligned, for large arrays that are written before they are read: what resize() adds is not set. They
// ask for large pages: to make them takes less time than many small ones, or as long in virtual machines whose host has
// to find the memory first, and minibatches of rows in random order then take a third less time. Arrays `on_disk` lie in a file (map_on_disk), for those of which a
// process uses a part.
template <class T>
struct UnsetAllocator : AlignedAllocator<T> {
  using propagate_on_container_copy_assignment = std::true_type;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;
  using is_always_equal = std::false_type;

  UnsetAllocator() = default;
  explicit UnsetAllocator(bool in_file) : on_disk(in_file) {}
  template <class U>
  UnsetAllocator(const UnsetAllocator<U>& other) : on_disk(other.on_disk) {}
  template <class U>
  struct rebind {
    using other = UnsetAllocator<U>;
  };
  T* allocate(std::size_t n) {
    if (on_disk) return reinterpret_cast<T*>(map_on_disk(n * sizeof(T)));
    T* const memory = AlignedAllocator<T>::allocate(n);
    prefer_huge_pages(memory, n * sizeof(T));
    return memory;
  }
  void deallocate(T* memory, std::size_t n) {
    if (on_disk) return unmap(reinterpret_cast<char*>(memory), n * sizeof(T));
    AlignedAllocator<T>::deallocate(memory, n);
  }
  template <class U>
  bool operator==(const UnsetAllocator<U>& other) const {
    return on_disk == other.on_disk;
  }
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }

  bool on_disk = false;
};

template <class T>
using Unset = std::vector<T, UnsetAllocator<T>>;

}  // namespace lookahead
