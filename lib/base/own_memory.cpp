#include "base/own_memory.hpp"

#include <sys/mman.h>

#include <new>

#include "base/pages.hpp"

namespace lookahead {

OwnMemory::OwnMemory(std::size_t bytes, bool on_disk) : bytes_(bytes), on_disk_(on_disk) {
  if (on_disk) {
    begin_ = map_on_disk(bytes);
    return;
  }
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  begin_ = static_cast<char*>(memory);
  populate(begin_, bytes);
}

}  // namespace lookahead
