#include "trial.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"

namespace lookahead::failures {

Trial::Trial(const cli::Folder& folder, Command command)
    : folder_(folder),
      command_(std::move(command)),
      before_(files_before(folder, command_)),
      after_(run_with(folder, command_, {})) {
  REQUIRE_MESSAGE(after_.result.code == 0, after_.result.err);
}

bool Trial::survives(const std::string& call, const Injection& injection,
                     const cli::Surroundings& surroundings) const {
  const Remains remains = run_with(folder_, command_, injection, surroundings);
  if (remains.disturbed.empty() && injection.room < 0) {
    CHECK_MESSAGE(remains.result.signal == 0,
                  call << " cannot be filtered: signal " << remains.result.signal);
    return false;
  }
  std::string wrong = complaint(injection, remains, before_, after_);
  // What is only to be done again is no failure.
  const bool again = injection.error == EINTR || injection.halve;
  if (wrong.empty() && again && remains.result.code != 0)
    wrong = "exit " + std::to_string(remains.result.code) + ": " + remains.result.err;
  const std::string path = remains.disturbed.empty() ? "" : remains.disturbed.front().second;
  CHECK_MESSAGE(wrong.empty(), "lookahead " << joined(command_.arguments, " ") << ", " << call << " "
                                            << text_of(injection) << " " << path << ": " << wrong);
  return true;
}

bool left_out() {
  static const bool possible = can_inject();
  if (!possible) MESSAGE("left out: system calls cannot be filtered here");
  return !possible;
}

long asked_spacing() {
  const char* text = std::getenv("LOOKAHEAD_FAILURES");
  return text == nullptr ? 0 : parse_integer(text).value_or(1);
}

long spacing(long some) { return asked_spacing() == 0 ? some : 1; }

void tell(const std::string& what, long injections) {
  if (asked_spacing() != 0) MESSAGE(what << ": " << injections << " injections");
}

}  // namespace lookahead::failures
