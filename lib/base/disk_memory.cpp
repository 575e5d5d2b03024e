#include "base/disk_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace lookahead {
namespace {

// A file without a name, of so many bytes that the folder has set aside; -1 where it has not.
int nameless_file(std::size_t bytes) {
  std::string name = disk_memory_folder() + "/lookahead-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return -1;
  ::unlink(name.c_str());
  // Of a file with holes a full disk would end the program at the first touch.
  int error = EINTR;
  while (error == EINTR) error = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes));
  if (error == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

}  // namespace

char* map_on_disk(std::size_t bytes) {
  const int descriptor = nameless_file(bytes);
  if (descriptor < 0) throw std::bad_alloc();
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(memory);
}

void unmap(char* begin, std::size_t bytes) { ::munmap(begin, bytes); }

void let_go(const char* begin, std::size_t bytes) {
  if (bytes == 0) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = address / page * page;
  // Of a shared mapping nothing is lost: the file has it.
  ::madvise(reinterpret_cast<void*>(first), address + bytes - first, MADV_DONTNEED);
}

std::string disk_memory_folder() {
  const char* const folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

double disk_memory_room() {
  struct statvfs room {};
  if (::statvfs(disk_memory_folder().c_str(), &room) != 0) return 0;
  return static_cast<double>(room.f_bavail) * static_cast<double>(room.f_frsize);
}

}  // namespace lookahead
