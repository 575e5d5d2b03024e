#pragma once
#include <sys/syscall.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/run_binary.hpp"
#include "command.hpp"

// One disturbance of the program's calls to the system, made by the library in shim/.
namespace lookahead::failures {

// What is no system call of its own, beside the numbers of <sys/syscall.h>.
inline constexpr long memory_call = -2;  // malloc and its like, which operator new asks
inline constexpr long thread_call = -3;  // pthread_create
inline constexpr long clock_call =
    -4;  // clock_gettime: the program looks at the clock between pieces of work
inline constexpr long for_ever = 1L << 40;

struct Injection {
  long call = 0;
  long at = 1;         // counted from main on, the first is 1
  long times = 1;      // so many calls, one after the other
  int error = 0;       // what they fail with; 0: they do not
  int signal = 0;      // raised at each of them
  bool halve = false;  // read and write less than they are asked to
  long room = -1;      // bytes that can be written to files before the disk is full; -1: all
  long behind = 0;     // seconds that the clock of the day is set back
  long ahead = 0;      // seconds that pass between two looks at the steady clock, from the call on
};

std::string text_of(const Injection& injection);

// Whether a signal may end the program where it stands: one that kills, or comes again after more than a
// second.
bool ends_at_once(const Injection& injection);

// Whether this machine lets a process filter its own system calls.
bool can_inject();

// Files by name, without times.
using Files = std::map<std::string, std::string>;

// What is left of a command: its exit and streams, and its files by name. Times are taken out of both.
struct Remains {
  cli::Result result;
  std::string out;
  Files files;
  // The calls that were disturbed: their first argument, and a path where they have one.
  std::vector<std::pair<long, std::string>> disturbed;
};

// Runs the command in the folder, whose `out` is made as the command needs it and removed afterwards.
Remains run_with(const cli::Folder& folder, const Command& command, const Injection& injection,
                 const cli::Surroundings& surroundings = {});

// What `out` holds before the command.
Files files_before(const cli::Folder& folder, const Command& command);

// How many calls of that kind the command makes.
long calls_of(const cli::Folder& folder, const Command& command, long call);

// What is wrong with the remains of a disturbed command; empty where nothing is. The exit code is a
// documented one, with a message where it is not 0 and with the files of `after` where it is. Files are
// whole, and those of one run: of `before`, which the folder held at the start, or of the command's own.
std::string complaint(const Injection& injection, const Remains& remains, const Files& before,
                      const Remains& after);

}  // namespace lookahead::failures
