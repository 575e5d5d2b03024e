#include "objective/outside/process_groups.hpp"

#include <signal.h>

#include <array>
#include <atomic>

namespace lookahead::outside {
namespace {

constexpr std::size_t most_groups = 4096;
std::array<std::atomic<pid_t>, most_groups> groups{};  // 0: nobody

}  // namespace

void note_group(pid_t group) {
  for (auto& place : groups) {
    pid_t none = 0;
    if (place.compare_exchange_strong(none, group)) return;
  }
}

void forget_group(pid_t group) {
  for (auto& place : groups) {
    pid_t known = group;
    if (place.compare_exchange_strong(known, 0)) return;
  }
}

void kill_all_groups() noexcept {
  for (const auto& place : groups) {
    if (const pid_t group = place.load(); group > 0) ::kill(-group, SIGKILL);
  }
}

}  // namespace lookahead::outside
