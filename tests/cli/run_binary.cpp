#include "run_binary.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

extern char** environ;

namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;

std::string content_of(int descriptor) {
  std::string text;
  std::vector<char> block(1 << 16);
  ::lseek(descriptor, 0, SEEK_SET);
  for (ssize_t got = 0; (got = ::read(descriptor, block.data(), block.size())) > 0;)
    text.append(block.data(), static_cast<std::size_t>(got));
  return text;
}

// The environment of the tests without what would change the program's ways, and with `more`.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    const bool left_out = name == "NO_COLOR" || name == "TERM" || name == "SLURM_CPUS_PER_TASK";
    if (!left_out && !more.contains(name)) all.push_back(text);
  }
  for (const auto& [name, value] : more) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

void set_limit(__rlimit_resource_t resource, rlim_t most) {
  const rlimit limit{most, most};
  if (most != RLIM_INFINITY) ::setrlimit(resource, &limit);
}

// A descriptor to read `input` from: a pipe, or a file where it is too long for one.
int input_descriptor(const std::string& input) {
  // What no pipe holds comes from a file.
  constexpr std::size_t usual_room = 60000;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const bool fits =
      input.size() <= usual_room ||
      ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(input.size())) >= static_cast<int>(input.size());
  if (!fits) {
    ::close(ends[0]);
    ::close(ends[1]);
    const int file = ::memfd_create("input", MFD_CLOEXEC);
    REQUIRE(::write(file, input.data(), input.size()) == static_cast<ssize_t>(input.size()));
    ::lseek(file, 0, SEEK_SET);
    return file;
  }
  REQUIRE(::write(ends[1], input.data(), input.size()) == static_cast<ssize_t>(input.size()));
  ::close(ends[1]);
  return ends[0];
}

}  // namespace

Folder::Folder() { fs::permissions(path(), fs::perms(0755)); }

Folder::~Folder() {
  std::error_code ignored;
  fs::remove(path() + ".binary", ignored);
}

nlohmann::json Folder::json(const std::string& name) const { return nlohmann::json::parse(read(name)); }

std::vector<std::string> Folder::names() const {
  std::vector<std::string> list;
  for (const auto& entry : fs::recursive_directory_iterator(path()))
    list.push_back(fs::relative(entry.path(), path()).string());
  std::sort(list.begin(), list.end());
  return list;
}

std::string program_file() {
  // A build with sanitizers has its program run by the tests of another one.
  const char* other = std::getenv("LOOKAHEAD_PROGRAM");
  return other != nullptr ? other : LOOKAHEAD_BINARY;
}

Process::Process(const Folder& folder, const std::vector<std::string>& arguments,
                 const Surroundings& surroundings)
    : seconds_(surroundings.seconds) {
  const std::string program = surroundings.program.empty() ? program_file() : surroundings.program;
  std::string binary = program;
  const bool drop = surroundings.as_nobody && ::geteuid() == 0;
  if (drop) {
    // Where the program was built others may not enter.
    binary = folder.path() + ".binary";
    fs::copy_file(program, binary, fs::copy_options::overwrite_existing);
    fs::permissions(binary, fs::perms(0755));
  }
  std::vector<std::string> texts = surroundings.launcher;
  texts.push_back(texts.empty() ? "lookahead" : binary);
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  if (!surroundings.launcher.empty()) binary = surroundings.launcher.front();
  std::vector<std::string> environment = environment_with(surroundings.environment);
  const std::vector<char*> argv = pointers(texts), envp = pointers(environment);
  std::string place = folder.path();
  if (surroundings.deleted_directory) {
    place += "/deleted";
    fs::create_directory(place);
  }
  const int input =
      surroundings.input ? input_descriptor(*surroundings.input) : ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  out_ = surroundings.stdout_to.empty() ? ::memfd_create("out", MFD_CLOEXEC)
                                        : ::open(surroundings.stdout_to.c_str(), O_WRONLY | O_CLOEXEC);
  err_ = ::memfd_create("err", MFD_CLOEXEC);
  REQUIRE(std::min({input, out_, err_}) >= 0);
  int unread[2];
  REQUIRE(::pipe2(unread, O_CLOEXEC) == 0);
  ::close(unread[0]);
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    // Only what may be called between fork and exec.
    ::dup2(input, STDIN_FILENO);
    ::dup2(out_, STDOUT_FILENO);
    ::dup2(err_, STDERR_FILENO);
    for (const int descriptor : surroundings.closed) ::close(descriptor);
    for (const int descriptor : surroundings.unread) ::dup2(unread[1], descriptor);
    // The tests themselves may run under nohup, or as a shell's background job.
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) ::signal(number, SIG_DFL);
    for (const int number : surroundings.ignored) ::signal(number, SIG_IGN);
    if (surroundings.mask) ::umask(*surroundings.mask);
    set_limit(RLIMIT_FSIZE, surroundings.most_file_bytes);
    set_limit(RLIMIT_AS, surroundings.most_memory);
    set_limit(RLIMIT_NOFILE, surroundings.most_descriptors);
    constexpr unsigned nobody = 65534;
    const bool ready =
        ::chdir(place.c_str()) == 0 && (!drop || (::setgid(nobody) == 0 && ::setuid(nobody) == 0));
    if (surroundings.deleted_directory) ::rmdir(place.c_str());
    if (ready) ::execve(binary.c_str(), argv.data(), envp.data());
    ::_exit(126);
  }
  ::close(input);
  ::close(unread[1]);
  descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  REQUIRE(descriptor_ >= 0);
}

Process::~Process() {
  if (!waited_ && pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int descriptor : {descriptor_, out_, err_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void Process::signal(int number) const { ::kill(pid_, number); }

bool Process::running() const {
  pollfd ended{descriptor_, POLLIN, 0};
  return ::poll(&ended, 1, 0) == 0;
}

Result Process::wait() {
  pollfd ended{descriptor_, POLLIN, 0};
  if (::poll(&ended, 1, static_cast<int>(seconds_ * 1000)) == 0) ::kill(pid_, SIGKILL);
  int status = 0;
  rusage usage{};
  ::wait4(pid_, &status, 0, &usage);
  waited_ = true;
  Result result;
  result.peak_bytes = 1024.0 * static_cast<double>(usage.ru_maxrss);
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.out = content_of(out_);
  result.err = content_of(err_);
  return result;
}

Result run(const Folder& folder, const std::vector<std::string>& arguments,
           const Surroundings& surroundings) {
  return Process(folder, arguments, surroundings).wait();
}

Result solve_quietly(const Folder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"solve", "-q"});
  return run(folder, arguments);
}

bool eventually(double seconds, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::sched_yield();
  }
  return true;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

Csv parse_csv(const std::string& text) {
  Csv csv;
  for (const std::string& line : lines(text)) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == ',') {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    if (csv.header.empty()) {
      csv.header = fields;
    } else {
      csv.rows.push_back(fields);
    }
  }
  return csv;
}

std::vector<std::string> Csv::column(const std::string& name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  REQUIRE_MESSAGE(found != header.end(), "no column " << name);
  const auto i = static_cast<std::size_t>(found - header.begin());
  std::vector<std::string> cells;
  for (const auto& row : rows) cells.push_back(row.at(i));
  return cells;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool works(const std::string& command) {
  const int status = std::system(("(" + command + ") >/dev/null 2>&1").c_str());
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string table() {
  std::string text = "x1,x2,colour,y,two,three\n";
  for (int i = 0; i < 40; ++i) {
    const int a = (i * 7) % 11, b = (i * 5) % 13;
    text += std::to_string(a) + "," + std::to_string(b) + ".5," + (i % 3 == 0 ? "red" : "blue") + "," +
            std::to_string(2 * a - b + i % 2) + "," + (2 * a > b ? "yes" : "no") + "," +
            (a > 7   ? "high"
             : a > 3 ? "middle"
                     : "low") +
            "\n";
  }
  return text;
}

}  // namespace lookahead::cli
