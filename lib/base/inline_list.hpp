#pragma once
#include <array>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>

namespace lookahead {

// A list of at most N items that lives where it stands, without the heap. An item more is a mistake in the
// program and throws std::logic_error: left out, it would be missing from whatever the list is for.
template <class T, std::size_t N>
class InlineList {
 public:
  InlineList() = default;
  InlineList(std::initializer_list<T> items) {
    for (const T& item : items) push_back(item);
  }
  void push_back(const T& item) {
    if (size_ == N) throw std::logic_error("an InlineList is full");
    items_[size_++] = item;
  }
  std::size_t size() const { return size_; }
  const T& operator[](std::size_t i) const { return items_[i]; }
  const T* begin() const { return items_.data(); }
  const T* end() const { return items_.data() + size_; }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
};

}  // namespace lookahead
