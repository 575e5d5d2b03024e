#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

// The program itself, run as a user runs it.
namespace lookahead::test {

using Folder = TemporaryFolder;

struct Ended {
  int code = -1;  // 128 + n when signal n ended it
  std::string out, err;
};

inline Ended run_program(const Folder& folder, std::vector<std::string> arguments) {
  const std::string out = folder.path("stdout"), err = folder.path("stderr");
  std::vector<char*> argv;
  std::string binary = LOOKAHEAD_BINARY;
  argv.push_back(binary.data());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    const int to_out = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int to_err = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (to_out >= 0 && to_err >= 0 && ::dup2(to_out, 1) == 1 && ::dup2(to_err, 2) == 2) {
      ::execv(argv[0], argv.data());
    }
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Ended ended;
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.out = content_of(out);
  ended.err = content_of(err);
  return ended;
}

// Solves a problem file and returns run.json; null, and the run's messages in `why`, if it failed.
inline nlohmann::json solve(const std::string& problem, const std::vector<std::string>& set,
                            std::string& why) {
  const Folder folder;
  std::vector<std::string> arguments = {"solve", problem, "-o", folder.path("run"), "--json", "-q"};
  for (const std::string& override_ : set) {
    arguments.push_back("--set");
    arguments.push_back(override_);
  }
  const Ended ended = run_program(folder, std::move(arguments));
  why = "exit " + std::to_string(ended.code) + "\n" + ended.err;
  if (ended.code != 0) return nullptr;
  return nlohmann::json::parse(ended.out, nullptr, false);
}

// A distance from the least value that `tolerance` in relative terms allows, and nothing below it but
// rounding.
inline bool reaches(double loss, double optimum, double tolerance = 1e-4) {
  const double above = loss / optimum - 1;
  return above >= -1e-9 && above <= tolerance;
}

}  // namespace lookahead::test
