#include "base/own_memory.hpp"

#include <sys/mman.h>

#include <new>

#include "base/pages.hpp"

namespace lookahead {
namespace {

constexpr std::size_t slab_bytes = 8 * huge_page;
constexpr std::size_t most_of_slab = slab_bytes / 4;
constexpr std::size_t piece_alignment = 64;

char* mapped(std::size_t bytes) {
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(memory);
}

// Begins with a large page.
std::shared_ptr<char> new_slab() {
  constexpr std::size_t bytes = slab_bytes + huge_page;
  char* const memory = mapped(bytes);
  const std::shared_ptr<char> whole(memory, [](char* begin) { unmap(begin, bytes); });
  char* const begin = memory + (huge_page - bytes_into_huge_page(memory)) % huge_page;
  prefer_huge_pages(begin, slab_bytes);
  return {whole, begin};
}

}  // namespace

OwnMemory::OwnMemory(std::size_t bytes, bool on_disk) : bytes_(bytes), on_disk_(on_disk) {
  if (on_disk) {
    begin_ = map_on_disk(bytes);
    return;
  }
  begin_ = mapped(bytes);
  populate(begin_, bytes);
}

OwnMemory MemoryPieces::take(std::size_t bytes) {
  if (on_disk_ || bytes > most_of_slab) return {bytes, on_disk_};
  const std::lock_guard lock(state_->mutex);
  state_->taken += bytes;
  // Most files are short.
  if (state_->taken <= huge_page) return {bytes, false};
  if (state_->slab == nullptr || state_->used + bytes > slab_bytes) {
    state_->slab = new_slab();
    state_->used = 0;
  }
  char* const begin = state_->slab.get() + state_->used;
  state_->used += (bytes + piece_alignment - 1) / piece_alignment * piece_alignment;
  return {state_->slab, begin, bytes};
}

}  // namespace lookahead
