#include "gnuplot.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

#include "base/retried.hpp"
#include "base/system_reason.hpp"
#include "base/text.hpp"
#include "signals.hpp"

namespace lookahead::cmd {
namespace {

constexpr std::size_t most_picture = std::size_t{1} << 28;
constexpr std::size_t most_words = std::size_t{1} << 12;  // of what gnuplot complains of

Fault no_picture(const std::string& why, const std::string& cure = "") {
  return {FaultKind::output, {"gnuplot", 0, 0}, why, cure};
}

Fault too_late(double seconds) {
  return no_picture("was not done after " + duration_text(seconds) + ", and was ended",
                    "--timeout gives it more time");
}

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  explicit operator bool() const { return ends_[0] >= 0; }
  int operator[](std::size_t end) const { return ends_[end]; }
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

// Whoever reads a pipe may be gone.
class WithoutPipeSignal {
 public:
  WithoutPipeSignal() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  WithoutPipeSignal(const WithoutPipeSignal&) = delete;
  WithoutPipeSignal& operator=(const WithoutPipeSignal&) = delete;
  ~WithoutPipeSignal() { std::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

// The user's own settings would change the picture.
std::vector<char*> environment_of_gnuplot(std::string& locale) {
  std::vector<char*> kept;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry(*each);
    const bool own =
        entry.starts_with("GNUTERM=") || entry.starts_with("GNUPLOT") || entry.starts_with("LC_ALL=");
    if (!own) kept.push_back(*each);
  }
  kept.push_back(locale.data());
  kept.push_back(nullptr);
  return kept;
}

using Clock = std::chrono::steady_clock;

// A process with all that it starts, in a group of its own, which ends with the object.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) end();
  }
  // Its status once it has ended by itself; nothing where it has not by then, or a signal has come.
  std::optional<int> status_until(Clock::time_point end_time) {
    constexpr int between = 5;  // milliseconds from look to look
    for (;;) {
      siginfo_t info{};
      const auto id = static_cast<id_t>(pid_);
      ::waitid(P_PID, id, &info, WEXITED | WNOWAIT | WNOHANG);
      if (info.si_pid == pid_) return end();
      if (Clock::now() >= end_time || signals::received() != 0) return std::nullopt;
      ::poll(nullptr, 0, between);
    }
  }

 private:
  // As long as nobody has waited for it the group keeps its number.
  int end() {
    ::kill(-pid_, SIGKILL);
    int status = 0;
    retried([&] { return ::waitpid(pid_, &status, 0); });
    pid_ = -1;
    return status;
  }

  pid_t pid_;
};

Checked<pid_t> spawned(const Pipe& in, const Pipe& out, const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  sigset_t usual;
  sigemptyset(&usual);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP}) sigaddset(&usual, number);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  // -d: no settings of the user or the system.
  std::string name = "gnuplot", quiet = "-d", locale = "LC_ALL=C.UTF-8";
  std::array<char*, 3> arguments = {name.data(), quiet.data(), nullptr};
  const auto environment = environment_of_gnuplot(locale);
  pid_t pid = -1;
  const int error =
      posix_spawnp(&pid, "gnuplot", &actions, &attributes, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error == 0) return pid;
  if (error == ENOENT) {
    return no_picture("there is none, and it is what draws svg, pdf and png",
                      "install the package gnuplot-nox; --ascii, --script and -o FILE.html need none");
  }
  return no_picture("cannot be started: " + system_reason(error));
}

// What the program said, on one line.
std::string complaint(const std::string& words) {
  std::vector<std::string> lines;
  for (std::string_view rest = words; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const auto line = trimmed(rest.substr(0, end));
    // A line that points at the place in the one before.
    if (!line.empty() && line != "^") lines.emplace_back(line);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  constexpr std::size_t most = 200;
  return lines.empty() ? "" : ": " + quoted(lines.back(), most);
}

// Reads what there is into `text`; whether there may be more.
bool take(int descriptor, std::string& text, std::size_t most) {
  std::array<char, 1 << 16> buffer{};
  const auto got = retried([&] { return ::read(descriptor, buffer.data(), buffer.size()); });
  if (got <= 0) return got < 0 && errno == EAGAIN;
  if (text.size() < most) text.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace

Checked<std::string> drawn_by_gnuplot(const std::string& program, picture::Format format, double seconds) {
  constexpr double longest = 1e6;  // seconds; a clock does not count for ever
  const WithoutPipeSignal quiet;
  Pipe in, out, err;
  if (!in || !out || !err) return no_picture("cannot make a pipe to it: " + system_reason(errno));
  const auto pid = spawned(in, out, err);
  if (!pid) return pid.faults();
  Child child(*pid);
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);
  for (const int descriptor : {in[1], out[0], err[0]}) fcntl(descriptor, F_SETFL, O_NONBLOCK);
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(std::min(seconds, longest)));
  std::string picture, words;
  std::size_t written = 0;
  bool reading = true, hearing = true;
  while (reading || hearing) {
    if (signals::received() != 0) return std::string();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return too_late(seconds);
    std::array<pollfd, 3> wanted = {pollfd{in[1], POLLOUT, 0}, pollfd{reading ? out[0] : -1, POLLIN, 0},
                                    pollfd{hearing ? err[0] : -1, POLLIN, 0}};
    constexpr long look = 100;  // milliseconds between two looks at signals
    if (::poll(wanted.data(), wanted.size(), static_cast<int>(std::min(left, look))) <= 0) continue;
    if (wanted[0].revents != 0) {
      const auto more =
          retried([&] { return ::write(in[1], program.data() + written, program.size() - written); });
      if (more > 0) written += static_cast<std::size_t>(more);
      if (written == program.size() || (more < 0 && errno != EAGAIN)) in.close_end(1);
    }
    if (wanted[1].revents != 0) reading = take(out[0], picture, most_picture);
    if (wanted[2].revents != 0) hearing = take(err[0], words, most_words);
    if (picture.size() >= most_picture) return no_picture("gives more than a picture can have");
  }
  const auto ended = child.status_until(end);
  if (!ended && signals::received() != 0) return std::string();
  if (!ended) return too_late(seconds);
  const int status = *ended;
  if (WIFSIGNALED(status)) {
    return no_picture("was ended by signal " + to_text(std::int64_t{WTERMSIG(status)}) + complaint(words));
  }
  if (WEXITSTATUS(status) != 0) {
    return no_picture(
        "failed with exit code " + to_text(std::int64_t{WEXITSTATUS(status)}) + complaint(words),
        "--script shows what it was given");
  }
  if (!picture::is_whole(picture, format)) {
    return no_picture("gave no whole picture" + complaint(words), "--script shows what it was given");
  }
  return picture;
}

}  // namespace lookahead::cmd
