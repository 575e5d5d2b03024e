#pragma once
#include <cstddef>
#include <utility>

#include "base/disk_memory.hpp"

namespace lookahead {

// Bytes that go back to the system at once when they are no longer needed. Those of malloc do not: it keeps what
// it has grown to. On disk they are those of map_on_disk().
class OwnMemory {
 public:
  OwnMemory() = default;
  // All 0 at first. bytes > 0. Throws std::bad_alloc where there is no memory, or the folder has no room.
  OwnMemory(std::size_t bytes, bool on_disk);
  OwnMemory(OwnMemory&& other) noexcept { swap(other); }
  OwnMemory& operator=(OwnMemory&& other) noexcept {
    OwnMemory moved(std::move(other));
    swap(moved);
    return *this;
  }
  ~OwnMemory() {
    if (begin_ != nullptr) unmap(begin_, bytes_);
  }

  // Null where there are none.
  char* data() const { return begin_; }
  // They will not be looked at for a while: on disk they leave the memory.
  void rest() const {
    if (on_disk_) let_go(begin_, bytes_);
  }

 private:
  void swap(OwnMemory& other) {
    std::swap(begin_, other.begin_);
    std::swap(bytes_, other.bytes_);
    std::swap(on_disk_, other.on_disk_);
  }

  char* begin_ = nullptr;
  std::size_t bytes_ = 0;
  bool on_disk_ = false;
};

}  // namespace lookahead
