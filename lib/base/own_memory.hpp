#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
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
    if (begin_ != nullptr && slab_ == nullptr) unmap(begin_, bytes_);
  }

  // Null where there are none.
  char* data() const { return begin_; }
  // They will not be looked at for a while: on disk they leave the memory.
  void rest() const {
    if (on_disk_) let_go(begin_, bytes_);
  }

 private:
  friend class MemoryPieces;
  OwnMemory(std::shared_ptr<char> slab, char* begin, std::size_t bytes)
      : begin_(begin), bytes_(bytes), slab_(std::move(slab)) {}

  void swap(OwnMemory& other) {
    std::swap(begin_, other.begin_);
    std::swap(bytes_, other.bytes_);
    std::swap(on_disk_, other.on_disk_);
    std::swap(slab_, other.slab_);
  }

  char* begin_ = nullptr;
  std::size_t bytes_ = 0;
  bool on_disk_ = false;
  std::shared_ptr<char> slab_;  // that they are a piece of
};

// Memory in pieces that go back in about the order in which they were taken. Many of them lie side by side in a slab of
// large pages, which goes back with its last piece: to make many small pages takes virtual machines longer than to read
// a file into them. Threads may take pieces at the same time.
class MemoryPieces {
 public:
  explicit MemoryPieces(bool on_disk) : on_disk_(on_disk), state_(std::make_unique<State>()) {}

  bool on_disk() const { return on_disk_; }
  // All 0 at first. bytes > 0. Throws as OwnMemory does. The first few, large ones, and those on disk are no part of a
  // slab.
  OwnMemory take(std::size_t bytes);

 private:
  struct State {
    std::mutex mutex;
    std::size_t taken = 0;
    std::shared_ptr<char> slab;
    std::size_t used = 0;  // bytes of the slab
  };
  bool on_disk_;
  std::unique_ptr<State> state_;
};

}  // namespace lookahead
