#pragma once
#include <spdlog/logger.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/note.hpp"
#include "base/scalar.hpp"

// What the commands share on the terminal: the result goes to stdout, everything else to stderr.
namespace lookahead::cmd {

// The options every command takes.
struct CommonOptions {
  bool quiet = false;
  int verbose = 0;
  std::string color = "auto";
  std::string progress = "auto";
  std::string log_file;
  std::string threads;  // empty: as the problem says
  bool no_outside = false;
  bool alone = false;  // whatever a launcher has started beside this process
  // Of a process that works for another one, which does the talking.
  bool silent = false;
};

class Console {
 public:
  // Faults where --threads is no number or the log file cannot be written; they carry the exit code.
  static Checked<Console> open(const CommonOptions& options);

  const CommonOptions& options() const { return options_; }
  // What --threads says: a number, 0 for auto; nothing where it was not given.
  std::optional<Index> threads() const { return threads_; }
  // Whether escape sequences may be sent to stderr, and whether it is a terminal that can redraw a line.
  bool colors() const { return colors_; }
  bool redraws() const { return redraws_; }

  // Lines, from any thread.
  void note(const Note& note) const;           // not with -q
  void tell(const std::string& line) const;    // a note
  void detail(const std::string& text) const;  // only with -v
  void warn(const std::string& text) const;    // not with -q
  // Prints up to 20 faults in compiler form; returns the exit code of the first.
  int fail(const Faults& faults) const;
  int fail(const Fault& fault) const { return fail(Faults{fault}); }
  // What fail() was told last, also where the process is silent.
  const Faults& failed() const { return failed_; }
  // A fault that only this process can tell, from any thread.
  void fail_aloud(const Fault& fault) const;
  // Removes a progress bar, as everything else that is printed does first; draws one. From any thread.
  void clear_line() const;
  void draw_line(const std::string& text) const;

 private:
  void erase_line() const;

  CommonOptions options_;
  std::optional<Index> threads_;
  bool colors_ = false;
  bool redraws_ = false;
  std::shared_ptr<spdlog::logger> logger_;
  std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();  // of what is on the terminal
  mutable bool line_drawn_ = false;
  mutable Faults failed_;
};

// Writes all of `text` to stdout now; a fault of kind output if that fails.
Checked<Done> print(std::string_view text);

// print(), and the exit code: 0, or that of the failure, which is reported.
int print_result(const Console& console, std::string_view text);

}  // namespace lookahead::cmd
