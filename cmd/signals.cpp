#include "signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "objective/outside/outside.hpp"

namespace lookahead::cmd::signals {
namespace {

// Handlers run in any thread, and may only touch what is free of locks.
enum class Phase { idle, running, holding };
std::atomic<Phase> phase{Phase::idle};
std::atomic<int> kept{0};
std::atomic<long> first_at{0};  // milliseconds of the clock when `kept` came
static_assert(std::atomic<Phase>::is_always_lock_free && std::atomic<long>::is_always_lock_free);

constexpr long same_wish = 1000;  // milliseconds in which several signals are one

long milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Without destructors: what runs for the process goes with it.
[[noreturn]] void leave(int number) {
  outside::kill_all();
  _exit(128 + number);
}

extern "C" void on_signal(int number) {
  const int error = errno;
  int none = 0;
  if (phase == Phase::idle && kept == 0) leave(number);
  long never = 0;
  first_at.compare_exchange_strong(never, milliseconds());
  const bool first = kept.compare_exchange_strong(none, number);
  if (!first && phase != Phase::holding && milliseconds() - first_at >= same_wish) leave(number);
  errno = error;
}

void fill(int descriptor) {
  if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) return;
  // For the direction in which the stream is not used: using it fails as on a closed one.
  const int opened = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  if (opened < 0 || opened == descriptor) return;
  dup2(opened, descriptor);
  close(opened);
}

}  // namespace

void prepare() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) fill(descriptor);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    // nohup and shells in scripts ignore what is not meant for the program.
    if (before.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
  }
}

void begin() {
  kept = 0;
  first_at = 0;
  phase = Phase::running;
}

void hold() { phase = Phase::holding; }

void end() { phase = Phase::idle; }

int received() { return kept; }

Held::Held() { hold(); }

Held::~Held() {
  end();
  if (kept != 0) leave(kept);
}

}  // namespace lookahead::cmd::signals
