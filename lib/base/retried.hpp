#pragma once
#include <cerrno>

namespace lookahead {

// What a system call returns (-1: it failed, and errno says why) once no signal interrupts it.
template <class Call>
auto retried(Call&& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace lookahead
