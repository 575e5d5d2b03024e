#include "reserve.hpp"

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include "base/fault.hpp"
#include "objective/outside/outside.hpp"

namespace lookahead::cmd {
namespace {

// Enough for the run.json of a run that failed. Of the size of what the system takes back at once.
constexpr std::size_t part_bytes = std::size_t{1} << 18;
std::atomic<void*> first_part{nullptr}, second_part{nullptr};
std::atomic<bool> used_up{false};
std::terminate_handler terminate_otherwise = nullptr;

void give_reserve() {
  if (void* part = first_part.exchange(nullptr)) {
    std::free(part);
    return;
  }
  std::free(second_part.exchange(nullptr));
  used_up = true;
  throw std::bad_alloc();
}

// Whether what ends the program is the lack of memory: where a function that may not throw found none,
// nothing is told of what it met.
bool ended_by_memory() {
  try {
    if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    return true;
  } catch (...) {
    return false;
  }
  return used_up;
}

[[noreturn]] void end_without_memory() {
  if (!ended_by_memory()) terminate_otherwise();
  constexpr std::string_view text = "lookahead: error: the command needs more memory than there is\n";
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
  outside::kill_all();
  ::_exit(static_cast<int>(FaultKind::problem));
}

// Where addresses are limited, threads share the memory that is free: in parts of their own each would keep the
// addresses of what it has given back.
void share_addresses() {
#ifdef __GLIBC__
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) ::mallopt(M_ARENA_MAX, 1);
#endif
}

}  // namespace

void keep_reserve() {
  share_addresses();
  first_part = std::malloc(part_bytes);
  second_part = std::malloc(part_bytes);
  std::set_new_handler(give_reserve);
  terminate_otherwise = std::set_terminate(end_without_memory);
}

}  // namespace lookahead::cmd
