#pragma once
#include <sys/types.h>

namespace lookahead::outside {

// The process groups of the programs that run, where a handler of a signal finds them.
void note_group(pid_t group);
void forget_group(pid_t group);
// Sends SIGKILL to all of them.
void kill_all_groups() noexcept;

}  // namespace lookahead::outside
