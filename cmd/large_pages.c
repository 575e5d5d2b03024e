/* Preloaded into compilers: asks for large pages for the memory that a program maps by itself, as g++ does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <sys/mman.h>

typedef void* map(void*, size_t, int, int, int, off_t);

void* mmap(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
  static map* next;
  if (next == NULL) next = (map*)dlsym(RTLD_NEXT, "mmap");
  void* const memory = next(address, bytes, protection, flags, file, offset);
  if (memory != MAP_FAILED && (flags & MAP_ANONYMOUS) != 0 && bytes >= 1 << 20) madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}
