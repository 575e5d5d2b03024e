#pragma once
#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"

namespace lookahead::outside {

// A program that answers lines by lines, in a process group of its own: no shell, no more of the environment
// than PATH, HOME and LANG, and killed with its starter, by whatever that ends. The object ends it with all
// that it has started: its standard input is closed, then SIGTERM, then SIGKILL.
class Process {
 public:
  using Clock = std::chrono::steady_clock;
  // For a program to end once its input is closed, and after SIGTERM.
  static constexpr std::chrono::milliseconds after_input{300}, after_term{300};

  // Where the thread that calls ends, so does the process. shows_errors: its standard error is this process's
  // own; else it is read, and its last line kept. Faults, of kind data, name the program.
  static Checked<std::unique_ptr<Process>> start(const std::vector<std::string>& command,
                                                 const std::string& folder, bool shows_errors);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  // Sends a line, which ends in a newline, and waits for one: without its end, and valid until the next
  // exchange. A fault where none comes within `seconds`, none of at most `most_bytes`, or one had come before
  // it was asked for.
  Checked<std::string_view> exchange(std::string_view line, double seconds, std::size_t most_bytes);
  // A fault of this program: what it did wrong, and its last line on standard error.
  Fault fault(const std::string& text, const std::string& cure = "");
  // Lines read so far.
  long lines() const { return lines_; }
  // The first two steps to its end, for several at once: closing its standard input, and SIGTERM. Neither waits.
  void close_input();
  void send_term();
  // Whether it has ended, by then at the latest.
  bool ended_by(Clock::time_point end) const;

 private:
  struct Pipes;
  Process(std::string name, pid_t pid, const Pipes& pipes);
  bool write_some(std::string_view& rest);
  bool read_some();
  bool drain_errors();
  bool has_spoken();
  bool has_read() const;
  std::string ending();

  std::string name_;
  pid_t pid_;
  int in_, out_, err_;  // -1: closed
  std::string answers_, errors_;
  std::size_t taken_ = 0;  // of answers_
  long lines_ = 0;
  bool failed_ = false, terminated_ = false;
};

}  // namespace lookahead::outside
