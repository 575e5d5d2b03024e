#pragma once
#include "injection.hpp"

namespace lookahead::failures {

// A command, what its folder holds before it, and what it leaves undisturbed.
class Trial {
 public:
  Trial(const cli::Folder& folder, Command command);

  // Runs the command with the injection, and fails the test where its remains are wrong. Whether the command
  // made the call at all.
  bool survives(const std::string& call, const Injection& injection,
                const cli::Surroundings& surroundings = {}) const;

  const Command& command() const { return command_; }
  const Files& before() const { return before_; }
  const Remains& after() const { return after_; }

 private:
  const cli::Folder& folder_;
  Command command_;
  Files before_;
  Remains after_;
};

// Whether nothing can be injected on this machine, which is told.
bool left_out();

// LOOKAHEAD_FAILURES: 0 where it is not set, and only some of the many calls fail; otherwise all system calls
// do, and every so many-th allocation.
long asked_spacing();

// How far apart are the calls that fail: so many, or all of them where LOOKAHEAD_FAILURES is set.
long spacing(long some);

// Says how many injections there were, where LOOKAHEAD_FAILURES is set.
void tell(const std::string& what, long injections);

}  // namespace lookahead::failures
