#include <doctest/doctest.h>

#include <cerrno>

#include "trial.hpp"

// Every call to the system fails once, in small runs of every command that reads or writes.
namespace lookahead::failures {
namespace {

// The calls that a program can expect to fail, and with what.
struct Kind {
  const char* name;
  long call;
  std::vector<int> errors;
  bool again = false;  // also interrupted by a signal, after which it is tried again
  bool many = false;   // and most of them read what the machine is like
};

std::vector<Kind> kinds() {
  return {{"openat", SYS_openat, {EACCES, EMFILE}, true, true},
          {"read", SYS_read, {EIO}, true, true},
          {"write", SYS_write, {ENOSPC}, true},
          {"fsync", SYS_fsync, {EIO, ENOSPC}, true},
          {"rename", SYS_rename, {EIO}},
          {"mkdir", SYS_mkdir, {ENOSPC}},
          {"unlink", SYS_unlink, {EACCES}},
          {"mmap", SYS_mmap, {ENOMEM}},
          {"ftruncate", SYS_ftruncate, {EIO}, true},
          {"close", SYS_close, {EIO}, false, true},
          {"flock", SYS_flock, {ENOLCK}, true},
          {"newfstatat", SYS_newfstatat, {EACCES}, false, true},
          {"getdents64", SYS_getdents64, {EIO}},
          {"lseek", SYS_lseek, {ESPIPE}},
          {"fcntl", SYS_fcntl, {EINVAL}},
          {"ioctl", SYS_ioctl, {ENOTTY}},
          {"getcwd", SYS_getcwd, {ENOENT}},
          {"readlink", SYS_readlink, {EACCES}},
          {"uname", SYS_uname, {EFAULT}},
          {"sysinfo", SYS_sysinfo, {EFAULT}},
          {"prlimit64", SYS_prlimit64, {EPERM}},
          {"sched_getaffinity", SYS_sched_getaffinity, {EPERM}},
          {"brk", SYS_brk, {ENOMEM}},
          {"pthread_create", thread_call, {EAGAIN}}};
}

// Every command, every call of the kind.
void fails_once(const cli::Folder& folder, const Kind& kind, long& injections) {
  std::vector<Injection> tries;
  for (const int error : kind.errors) tries.push_back({.call = kind.call, .error = error});
  if (kind.again) tries.push_back({.call = kind.call, .error = EINTR});
  const bool moves = kind.call == SYS_read || kind.call == SYS_write;
  if (moves) tries.push_back({.call = kind.call, .halve = true});
  const long step = kind.many ? spacing(11) : spacing(2);
  long first = 0;
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    first = first % step + 1;
    for (Injection injection : tries) {
      injection.at = first;
      while (trial.survives(kind.name, injection)) injection.at += step, ++injections;
    }
  }
}

TEST_CASE("every system call fails once: a documented exit with its cause, or the same result") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  long injections = 0;
  for (const Kind& kind : kinds()) {
    const long before = injections;
    fails_once(folder, kind, injections);
    tell(kind.name, injections - before);
    // What no command calls is nothing that could fail.
    if (asked_spacing() != 0) CHECK_MESSAGE(injections > before, kind.name);
  }
  CHECK(injections > 200);
}

TEST_CASE("advice on large pages that the system does not take changes no result") {
  if (left_out()) return;
  const cli::Folder folder;
  // Rows in single precision that fill several such pages.
  constexpr int columns = 700;
  std::string table = "y";
  for (int column = 1; column < columns; ++column) table += ",x" + std::to_string(column);
  for (int row = 0; row < 2000; ++row) {
    table += "\n" + std::to_string(row % 10);
    for (int column = 1; column < columns; ++column) table += "," + std::to_string((row * column + row) % 7);
  }
  folder.write("wide.csv", table + "\n");
  folder.write("wide.yaml",
               "data: {train: wide.csv, target: y}\nmodel: linear\nprecision: single\noptimizer: adam\n"
               "batch: full\nstop: {steps: 2}\ntrace: {time: false}\n");
  const Trial trial(folder, {{"solve", "wide.yaml", "-o", "out", "--threads", "2"}});
  Injection injection{.call = SYS_madvise, .error = EINVAL};
  while (trial.survives("madvise", injection)) ++injection.at;
  CHECK(injection.at > 1);
}

TEST_CASE(
    "every allocation fails once, or all from one on: a documented exit with its cause, or the same result") {
  if (left_out()) return;
  const cli::Folder folder;
  write_inputs(folder);
  // What every command asks for before it begins is the same.
  const long common = calls_of(folder, {{"version"}}, memory_call) - 200;
  long injections = 0;
  for (const Command& command : commands()) {
    const Trial trial(folder, command);
    const bool first = command.arguments.front() == "version";
    // By a prime number.
    const long step = asked_spacing() != 0 ? asked_spacing() : first ? 1997 : 397;
    // Twice: the first time a reserve helps. Then until something is given back.
    for (const long times : {2L, for_ever}) {
      Injection injection{.call = memory_call, .at = first ? 1 : common, .times = times, .error = ENOMEM};
      while (trial.survives("memory", injection)) injection.at += step, ++injections;
    }
  }
  tell("memory", injections);
  CHECK(injections > 50);
}

}  // namespace
}  // namespace lookahead::failures
