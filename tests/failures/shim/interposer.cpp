#include <dlfcn.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

// Loaded before the program (LD_PRELOAD), it makes one of its calls fail, or raises a signal there. Every
// system call counts, whoever makes it: a seccomp filter turns the chosen one into SIGSYS, whose handler
// makes it itself or leaves it out. What is no system call (memory, threads, clocks) stands here under its
// own name. Counted is from main on. tests/failures/injection.hpp says what the variables mean.
namespace {

enum Special : long { no_call = -1, memory_call = -2, thread_call = -3, clock_call = -4 };

struct Plan {
  long call = no_call;
  long at = 0, times = 1;
  long error = 0, signal = 0;
  bool halve = false;
  long room = -1;   // bytes that write() puts on a disk before it is full
  long behind = 0;  // seconds that the clock of the day is set back
  long ahead = 0;   // seconds that pass between two looks at the steady clock, from the planned call on
  const char* mark = nullptr;
};

Plan plan;
std::atomic<bool> armed{false};
std::atomic<long> count{0}, room_left{0}, looks{0};

long number_of(const char* name, long otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atol(text);
}

}  // namespace

// The one place from which the chosen call is let through.
extern "C" long interposed_call(long number, long a, long b, long c, long d, long e, long f);
extern "C" char interposed_call_made;
asm(R"(
.text
.globl interposed_call
.hidden interposed_call
.globl interposed_call_made
.hidden interposed_call_made
interposed_call:
  mov %rdi, %rax
  mov %rsi, %rdi
  mov %rdx, %rsi
  mov %rcx, %rdx
  mov %r8, %r10
  mov %r9, %r8
  mov 8(%rsp), %r9
  syscall
interposed_call_made:
  ret
)");

namespace {

// Leaves a line in the file of marks: which call it was, its first argument and what a path says.
void mark(long nth, long first, const char* path) {
  if (plan.mark == nullptr) return;
  char line[300];
  std::size_t size = 0;
  const auto put = [&](char c) {
    if (size < sizeof line) line[size++] = c;
  };
  const auto put_number = [&](long number) {
    char digits[24];
    int used = 0;
    auto rest = static_cast<unsigned long>(number < 0 ? -number : number);
    do digits[used++] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0) put('-');
    while (used > 0) put(digits[--used]);
  };
  put_number(nth);
  put(' ');
  put_number(first);
  put(' ');
  for (; path != nullptr && *path != '\0' && size < sizeof line - 1; ++path) put(*path);
  if (size < sizeof line) put('\n');
  const long file = interposed_call(SYS_openat, AT_FDCWD, reinterpret_cast<long>(plan.mark),
                                    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666, 0, 0);
  if (file < 0) return;
  interposed_call(SYS_write, file, reinterpret_cast<long>(line), static_cast<long>(size), 0, 0, 0);
  interposed_call(SYS_close, file, 0, 0, 0, 0, 0);
}

// Counts a call; whether it is one of those that are disturbed, and then raises the signal.
bool disturbed(long first, const char* path = nullptr) {
  const long nth = ++count;
  if (nth < plan.at || nth - plan.at >= plan.times) return false;
  mark(nth, first, path);
  if (plan.signal != 0) {
    interposed_call(SYS_kill, interposed_call(SYS_getpid, 0, 0, 0, 0, 0, 0), plan.signal, 0, 0, 0, 0);
  }
  return true;
}

const char* path_of(long call, const greg_t* registers) {
  switch (call) {
    case SYS_openat:
    case SYS_newfstatat:
    case SYS_unlinkat:
    case SYS_mkdirat:
      return reinterpret_cast<const char*>(registers[REG_RSI]);
    case SYS_open:
    case SYS_stat:
    case SYS_rename:
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_unlink:
    case SYS_readlink:
      return reinterpret_cast<const char*>(registers[REG_RDI]);
    default:
      return nullptr;
  }
}

// A disk that is full after so many bytes: the rest of what is written to files.
bool disk_full(greg_t* registers) {
  if (plan.room < 0 || registers[REG_RDI] <= STDERR_FILENO) return false;
  const auto wanted = static_cast<long>(registers[REG_RDX]);
  const long before = room_left.load();
  if (before <= 0 && wanted > 0) return true;
  registers[REG_RDX] = before < wanted ? before : wanted;
  room_left -= static_cast<long>(registers[REG_RDX]);
  return false;
}

// What a call that fails returns.
long failed(long call, const greg_t* registers) {
  // Where the heap ends, as it did.
  if (call == SYS_brk) return interposed_call(SYS_brk, 0, 0, 0, 0, 0, 0);
  // The descriptor is gone all the same.
  if (call == SYS_close) interposed_call(SYS_close, static_cast<long>(registers[REG_RDI]), 0, 0, 0, 0, 0);
  return -plan.error;
}

void on_call(int, siginfo_t*, void* context) {
  greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto call = static_cast<long>(registers[REG_RAX]);
  const bool hit = disturbed(static_cast<long>(registers[REG_RDI]), path_of(call, registers));
  if (hit && plan.error != 0) {
    registers[REG_RAX] = failed(call, registers);
    return;
  }
  if (hit && plan.halve && registers[REG_RDX] > 1) registers[REG_RDX] /= 2;
  if (disk_full(registers)) {
    registers[REG_RAX] = -ENOSPC;
    return;
  }
  registers[REG_RAX] = interposed_call(call, registers[REG_RDI], registers[REG_RSI], registers[REG_RDX],
                                       registers[REG_R10], registers[REG_R8], registers[REG_R9]);
}

bool install_filter(long call) {
  struct sigaction action {};
  action.sa_sigaction = on_call;
  // The handler of a signal raised in it may make calls too.
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGSYS, &action, nullptr) != 0) return false;
  const auto made = reinterpret_cast<std::uintptr_t>(&interposed_call_made);
  const auto word = [](std::size_t offset) {
    return sock_filter(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
  };
  const auto equal = [](std::uintptr_t value, std::uint8_t yes, std::uint8_t no) {
    return sock_filter(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(value), yes, no));
  };
  constexpr std::size_t pointer = offsetof(seccomp_data, instruction_pointer);
  // A thread's end gives back its stack where no signal may come any more.
  const std::uint8_t passed_over = call == SYS_madvise ? 4 : 0;
  sock_filter program[] = {word(offsetof(seccomp_data, arch)),
                           equal(AUDIT_ARCH_X86_64, 0, 8),
                           word(offsetof(seccomp_data, nr)),
                           equal(static_cast<std::uintptr_t>(call), 0, 6),
                           word(offsetof(seccomp_data, args[2])),
                           equal(MADV_DONTNEED, passed_over, 0),
                           word(pointer),
                           equal(made & 0xFFFFFFFF, 0, 3),
                           word(pointer + 4),
                           equal(made >> 32, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)};
  sock_fprog filter{sizeof program / sizeof program[0], program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

void arm() {
  plan.call = number_of("INTERPOSE_CALL", no_call);
  plan.at = number_of("INTERPOSE_AT", 0);
  plan.times = number_of("INTERPOSE_TIMES", 1);
  plan.error = number_of("INTERPOSE_ERROR", 0);
  plan.signal = number_of("INTERPOSE_SIGNAL", 0);
  plan.halve = number_of("INTERPOSE_HALVE", 0) != 0;
  plan.room = number_of("INTERPOSE_ROOM", -1);
  plan.behind = number_of("INTERPOSE_BEHIND", 0);
  plan.ahead = number_of("INTERPOSE_AHEAD", 0);
  plan.mark = std::getenv("INTERPOSE_MARK");
  room_left = plan.room;
  if (plan.call >= 0 && !install_filter(plan.call)) {
    // A place where nothing can be filtered; the tests leave themselves out there.
    mark(0, 0, "no filter");
    return;
  }
  armed = true;
}

int (*program_main)(int, char**, char**) = nullptr;

int armed_main(int argc, char** argv, char** environment) {
  arm();
  return program_main(argc, argv, environment);
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

// From the planned call on there is as much memory as is given back.
std::atomic<long> given_back{0};

bool used_up(std::size_t bytes) {
  const auto wanted = static_cast<long>(bytes);
  if (given_back.fetch_sub(wanted) >= wanted) return false;
  given_back += wanted;
  return true;
}

bool no_memory(std::size_t bytes) {
  if (!armed || plan.call != memory_call || !disturbed(static_cast<long>(bytes)) || plan.error == 0)
    return false;
  if (plan.times > 2 && !used_up(bytes)) return false;
  errno = static_cast<int>(plan.error);
  return true;
}

}  // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*rtld_fini)(), void* stack_end) {
  program_main = main;
  const auto start = next<decltype(&__libc_start_main)>("__libc_start_main");
  return start(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}

void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t bytes) { return no_memory(bytes) ? nullptr : __libc_malloc(bytes); }

void* calloc(std::size_t number, std::size_t bytes) {
  return no_memory(bytes) ? nullptr : __libc_calloc(number, bytes);
}

void* realloc(void* old, std::size_t bytes) {
  return no_memory(bytes) ? nullptr : __libc_realloc(old, bytes);
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return no_memory(bytes) ? nullptr : __libc_memalign(alignment, bytes);
}

void free(void* block) {
  if (armed && plan.call == memory_call && plan.error != 0 && count >= plan.at)
    given_back += static_cast<long>(malloc_usable_size(block));
  __libc_free(block);
}

int posix_memalign(void** memory_made, std::size_t alignment, std::size_t bytes) {
  if (no_memory(bytes)) return ENOMEM;
  *memory_made = __libc_memalign(alignment, bytes);
  return *memory_made == nullptr ? ENOMEM : 0;
}

// What is taken from a file, or is no longer there, is room again.
int ftruncate(int file, off_t size) {
  static const auto truncate_file = next<decltype(&ftruncate)>("ftruncate");
  struct stat before {};
  const bool known = fstat(file, &before) == 0;
  const int result = truncate_file(file, size);
  if (result == 0 && known) room_left += before.st_size - size;
  return result;
}

int unlink(const char* path) {
  static const auto unlink_file = next<decltype(&unlink)>("unlink");
  struct stat before {};
  const bool known = lstat(path, &before) == 0 && S_ISREG(before.st_mode);
  const int result = unlink_file(path);
  if (result == 0 && known) room_left += before.st_size;
  return result;
}

int pthread_create(pthread_t* made, const pthread_attr_t* attributes, void* (*work)(void*), void* argument) {
  static const auto create = next<decltype(&pthread_create)>("pthread_create");
  if (armed && plan.call == thread_call && disturbed(0) && plan.error != 0)
    return static_cast<int>(plan.error);
  return create(made, attributes, work, argument);
}

int clock_gettime(clockid_t which, timespec* time) {
  static const auto get = next<decltype(&clock_gettime)>("clock_gettime");
  const int result = get(which, time);
  if (armed && plan.call == clock_call && disturbed(which) && which == CLOCK_REALTIME)
    time->tv_sec -= plan.behind;
  if (armed && plan.ahead > 0 && which == CLOCK_MONOTONIC && count >= plan.at)
    time->tv_sec += plan.ahead * ++looks;
  return result;
}
}
