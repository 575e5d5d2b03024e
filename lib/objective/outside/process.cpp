#include "objective/outside/process.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/retried.hpp"
#include "base/system_reason.hpp"
#include "base/text.hpp"
#include "objective/outside/process_groups.hpp"

namespace lookahead::outside {
namespace {

constexpr std::size_t most_words = std::size_t{1} << 12;  // kept of what a program says on its standard error

// A descriptor that is closed with the object.
class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  int release() { return std::exchange(number_, -1); }
  int number() const { return number_; }
  void set(int number) { number_ = number; }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read, write;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read.set(ends[0]);
    write.set(ends[1]);
    return true;
  }
};

// The signal that a broken pipe sends to the thread that writes is taken back.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
  ~NoPipeSignal() {
    const int error = errno;
    if (broken_ && sigismember(&before_, SIGPIPE) == 0) {
      constexpr timespec at_once{};
      retried([&] { return sigtimedwait(&pipe_, nullptr, &at_once); });
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  void broken() { broken_ = true; }

 private:
  sigset_t pipe_{}, before_{};
  bool broken_ = false;
};

// The file that a name without '/' stands for; empty: there is none.
std::string found_on_path(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view path = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const std::string folder(path.substr(0, end));
    std::string file = (folder.empty() ? "." : folder) + "/" + name;
    if (::access(file.c_str(), X_OK) == 0) return file;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return {};
}

// What of the way to a program's first instruction failed, as the child tells it.
struct Misstart {
  enum class At { folder, program } at;
  int error;
};

// What else is open is none of its business: files of the run, and locks on them.
void close_others_at_exec() {
  constexpr int first = STDERR_FILENO + 1, usual = 1024;
  if (::close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  for (int descriptor = first; descriptor < usual; ++descriptor) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// Between fork and exec: no allocation, no lock.
[[noreturn]] void become(const char* file, char* const* arguments, char* const* environment,
                         const char* folder, pid_t parent, int in, int out, int err, int report) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGQUIT})
    ::sigaction(number, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  if (err >= 0) ::dup2(err, STDERR_FILENO);
  close_others_at_exec();
  Misstart misstart{Misstart::At::folder, 0};
  if (::chdir(folder) == 0) {
    ::execve(file, arguments, environment);
    misstart.at = Misstart::At::program;
  }
  misstart.error = errno;
  const auto told = ::write(report, &misstart, sizeof misstart);
  ::_exit(told == sizeof misstart ? 127 : 126);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

bool set_nonblocking(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

std::string_view last_line(std::string_view text) {
  text = trimmed(text);
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

struct Process::Pipes {
  Pipe in, out, err, report;
};

Process::Process(std::string name, pid_t pid, const Pipes& pipes)
    : name_(std::move(name)),
      pid_(pid),
      in_(pipes.in.write.number()),
      out_(pipes.out.read.number()),
      err_(pipes.err.read.number()) {
  note_group(pid_);
}

Checked<std::unique_ptr<Process>> Process::start(const std::vector<std::string>& command,
                                                 const std::string& folder, bool shows_errors) {
  const std::string name = joined(command, " ");
  const auto misfit = [&](const std::string& text, const std::string& cure = "") {
    return Fault{FaultKind::data, {name, 0, 0}, text, cure};
  };
  std::string file = command.front();
  if (file.find('/') == std::string::npos) {
    file = found_on_path(command.front());
    if (file.empty())
      return misfit("there is no program " + quoted(command.front()) + " on PATH",
                    command.front().find(' ') != std::string::npos
                        ? "the words of a command are a list: [python3, -u, mine.py]"
                        : "install it, or write ./" + command.front() + " for a file beside the problem");
  }
  Pipes pipes;
  const bool opened = pipes.in.open() && pipes.out.open() && pipes.report.open() &&
                      (shows_errors || pipes.err.open()) && set_nonblocking(pipes.in.write.number()) &&
                      set_nonblocking(pipes.out.read.number()) &&
                      (shows_errors || set_nonblocking(pipes.err.read.number()));
  if (!opened) return misfit("cannot be started: " + system_reason(errno));
  std::vector<std::string> words = command, variables;
  for (const char* variable : {"PATH", "HOME", "LANG"}) {
    if (const char* value = std::getenv(variable)) variables.push_back(std::string(variable) + "=" + value);
  }
  const std::vector<char*> arguments = pointers_to(words), environment = pointers_to(variables);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return misfit("cannot be started: " + system_reason(errno));
  if (pid == 0) {
    become(file.c_str(), arguments.data(), environment.data(), folder.c_str(), parent, pipes.in.read.number(),
           pipes.out.write.number(), pipes.err.write.number(), pipes.report.write.number());
  }
  // Whoever is first makes the group.
  ::setpgid(pid, pid);
  pipes.report.write.close();
  std::unique_ptr<Process> process(new Process(name, pid, pipes));
  for (Pipe* pipe : {&pipes.in, &pipes.out, &pipes.err}) {
    (pipe == &pipes.in ? pipe->write : pipe->read).release();
  }
  Misstart misstart{};
  const auto told = retried([&] { return ::read(pipes.report.read.number(), &misstart, sizeof misstart); });
  if (told != sizeof misstart) return process;
  process->failed_ = true;
  if (misstart.at == Misstart::At::folder)
    return misfit("the folder " + quoted(folder) + " cannot be entered: " + system_reason(misstart.error));
  return misfit("cannot be started: " + file + ": " + system_reason(misstart.error),
                misstart.error == EACCES    ? "chmod +x makes a file a program"
                : misstart.error == ENOEXEC ? "a script's first line names its interpreter: #!/bin/sh"
                                            : "");
}

Process::~Process() {
  close_input();
  // One that hangs does not see the end of its input either.
  if (!terminated_ && (failed_ || !ended_by(Clock::now() + after_input))) {
    send_term();
    ended_by(Clock::now() + after_term);
  }
  // As long as nobody has waited for it the group keeps its number: what it has started goes with it.
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  int status = 0;
  retried([&] { return ::waitpid(pid_, &status, 0); });
  forget_group(pid_);
  for (const int descriptor : {out_, err_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void Process::close_input() {
  if (in_ >= 0) ::close(in_);
  in_ = -1;
}

void Process::send_term() {
  ::kill(-pid_, SIGTERM);
  terminated_ = true;
}

// Without taking note of its end: its number stays its own.
bool Process::ended_by(Clock::time_point end) const {
  for (;;) {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG);
    if (info.si_pid == pid_) return true;
    if (Clock::now() >= end) return false;
    ::poll(nullptr, 0, 1);
  }
}

// As much as it takes now; false where it reads no more.
bool Process::write_some(std::string_view& rest) {
  NoPipeSignal signal;
  while (!rest.empty()) {
    const auto written = retried([&] { return ::write(in_, rest.data(), rest.size()); });
    if (written < 0 && errno == EPIPE) signal.broken();
    if (written < 0) return errno == EAGAIN;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// What it has written so far; false at the end of it.
bool Process::read_some() {
  constexpr std::size_t piece = std::size_t{1} << 16;
  const std::size_t size = answers_.size();
  answers_.resize(size + piece);
  const auto got = retried([&] { return ::read(out_, answers_.data() + size, piece); });
  const bool nothing_yet = got < 0 && errno == EAGAIN;
  answers_.resize(size + static_cast<std::size_t>(std::max<decltype(got)>(got, 0)));
  return got > 0 || nothing_yet;
}

// So that it never waits for somebody to read what it complains of; false at the end of it.
bool Process::drain_errors() {
  std::array<char, 4096> piece{};
  for (;;) {
    const auto got = retried([&] { return ::read(err_, piece.data(), piece.size()); });
    if (got <= 0) return got < 0 && errno == EAGAIN;
    errors_.append(piece.data(), static_cast<std::size_t>(got));
    if (errors_.size() > 2 * most_words) errors_.erase(0, errors_.size() - most_words);
  }
}

// Whether it has said something since its last answer. What comes only after the next question is met by
// has_read(), or here: there is time for it after answer 0, 1, 2, 4, 8, ...
bool Process::has_spoken() {
  answers_.erase(0, taken_);
  taken_ = 0;
  constexpr int patience = 2;  // milliseconds
  if (answers_.empty() && (lines_ & (lines_ - 1)) == 0) {
    pollfd more{out_, POLLIN, 0};
    retried([&] { return ::poll(&more, 1, patience); });
  }
  read_some();
  return !answers_.empty();
}

// Whether it has read all that was sent, but perhaps for the end of the line. An answer before that is the answer to
// something else: one line too many, met again and again by a program that is slower than the questions.
bool Process::has_read() const {
  int unread = 0;
  return ::ioctl(in_, FIONREAD, &unread) != 0 || unread <= 1;
}

Checked<std::string_view> Process::exchange(std::string_view line, double seconds, std::size_t most_bytes) {
  const auto unasked = [&] {
    return fault("line " + to_text(lines_ + 1) + " of its output was not asked for: " +
                     quoted(std::string_view(answers_).substr(0, answers_.find('\n'))),
                 "it is to answer every line by one line, and to print nothing else");
  };
  if (has_spoken()) return unasked();
  bool open = true;
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(std::min(seconds, 1e9)));
  bool takes = true;
  std::size_t searched = 0;
  while (open) {
    if (takes && !line.empty()) takes = write_some(line);
    std::array<pollfd, 3> waiting = {pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0},
                                     pollfd{takes && !line.empty() ? in_ : -1, POLLOUT, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    const int wait = static_cast<int>(std::clamp<decltype(left)>(left + 1, 0, 1'000'000));
    const int ready = retried([&] { return ::poll(waiting.data(), waiting.size(), wait); });
    if (ready == 0 && Clock::now() >= end)
      return fault("did not answer within " + duration_text(seconds),
                   "it must flush every answer, as python3 -u does; objective.timeout gives it more time");
    if (waiting[1].revents != 0 && !drain_errors()) {
      ::close(err_);
      err_ = -1;
    }
    if (waiting[0].revents == 0) continue;
    open = read_some();
    const std::size_t newline = answers_.find('\n', searched);
    if (newline != std::string::npos && newline <= most_bytes) {
      if (takes && (!line.empty() || !has_read())) return unasked();
      taken_ = newline + 1;
      ++lines_;
      return std::string_view(answers_).substr(0, newline);
    }
    searched = answers_.size();
    if (searched > most_bytes)
      return fault("line " + to_text(lines_ + 1) +
                   " of its output is too long: " + quoted(std::string_view(answers_).substr(0, 60)));
  }
  return fault(ending() + (answers_.empty() ? "" : " within a line, " + quoted(std::string_view(answers_))));
}

// Why there is nothing more to read.
std::string Process::ending() {
  if (!ended_by(Clock::now() + after_input)) return "closed its standard output";
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG);
  if (info.si_code == CLD_EXITED) return "ended with status " + to_text(info.si_status);
  const char* name = ::sigabbrev_np(info.si_status);
  return "was ended by " + (name == nullptr ? "a signal" : "SIG" + std::string(name));
}

Fault Process::fault(const std::string& text, const std::string& cure) {
  failed_ = true;
  if (err_ >= 0) drain_errors();
  const std::string_view said = last_line(errors_);
  return {FaultKind::data,
          {name_, 0, 0},
          text + (said.empty() ? "" : "; its last line on standard error: " + quoted(said, 200)),
          cure};
}

}  // namespace lookahead::outside
