#include <doctest/doctest.h>

#include <cerrno>

#include "trial.hpp"

// The calls by which a program is started, asked and ended. The filter that makes them fail is inherited by the
// program, which must make none of them itself.
namespace lookahead::failures {
namespace {

TEST_CASE(
    "every call that starts, asks and ends a program fails once: a documented exit, or the same result") {
  if (left_out()) return;
  const cli::Folder folder;
  folder.write("mine.sh", "read -r hello\necho ok\nwhile read -r x y; do echo 1 0.5 0.5; done\n");
  folder.write("outside.yaml",
               "objective: {program: [sh, mine.sh], dim: 2}\noptimizer: adam\nstop: {steps: 20}\n"
               "trace: {time: false}\n");
  const Command command{{"solve", "outside.yaml", "-o", "out"}};
  const Files before = files_before(folder, command);
  // No system call is filtered where it is the clock that goes its way.
  const Remains after = run_with(folder, command, {.call = clock_call, .at = for_ever});
  REQUIRE_MESSAGE(after.result.code == 0, after.result.err);
  struct Kind {
    const char* name;
    long call;
    int error;
  };
  const Kind kinds[] = {{"pipe2", SYS_pipe2, EMFILE},
                        {"clone", SYS_clone, EAGAIN},
                        {"poll", SYS_poll, EINTR},
                        {"poll", SYS_poll, ENOMEM},
                        {"waitid", SYS_waitid, EINTR},
                        {"kill", SYS_kill, ESRCH},
                        {"pthread_create", thread_call, EAGAIN}};
  for (const Kind& kind : kinds) {
    CAPTURE(kind.name);
    Injection injection{.call = kind.call, .error = kind.error};
    for (; injection.at < 60; ++injection.at) {
      const Remains remains = run_with(folder, command, injection);
      if (remains.disturbed.empty()) break;
      const std::string wrong = complaint(injection, remains, before, after);
      CHECK_MESSAGE(wrong.empty(), text_of(injection) << ": " << wrong);
      if (kind.error == EINTR) CHECK_MESSAGE(remains.result.code == 0, remains.result.err);
    }
    CHECK(injection.at > 1);
  }
}

}  // namespace
}  // namespace lookahead::failures
