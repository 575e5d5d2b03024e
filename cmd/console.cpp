#include "console.hpp"

#include <poll.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/path_cure.hpp"
#include "base/retried.hpp"
#include "base/system_reason.hpp"
#include "base/text.hpp"
#include "spec/spec.hpp"

namespace lookahead::cmd {
namespace {

constexpr std::size_t most_faults = 20;
constexpr const char* log_pattern = "%Y-%m-%dT%H:%M:%S.%e %l %v";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Fault no_log(const std::string& file, const std::string& why, int error = 0) {
  return {FaultKind::output,
          {file, 0, 0},
          "cannot write the log file: " + why,
          both_cures(cure_of_writing(file, error), "choose another --log-file")};
}

// Whether messages may be appended to the file: it is none yet, or empty, no plain file, or begins with the
// time of a message.
bool takes_messages(const std::string& file) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(file, unknown)) return true;
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line)) return true;
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd.ddd ";
  const auto fits = [](char wanted, char c) { return wanted == 'd' ? c >= '0' && c <= '9' : c == wanted; };
  return line.size() >= form.size() && std::equal(form.begin(), form.end(), line.begin(), fits);
}

}  // namespace

Checked<Console> Console::open(const CommonOptions& options) {
  Console console;
  console.options_ = options;
  if (options.threads == "auto") console.threads_ = 0;
  if (!options.threads.empty() && options.threads != "auto") {
    const auto count = parse_integer(options.threads);
    if (!count || *count < 1 || *count > ThreadsSpec::most) {
      return Fault{FaultKind::usage,
                   {"--threads " + options.threads, 0, 0},
                   "must be auto or a number from 1 to " + to_text(ThreadsSpec::most),
                   ""};
    }
    console.threads_ = static_cast<Index>(*count);
  }
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const std::string term = environment("TERM");
  const bool dumb = term.empty() || term == "dumb";
  console.colors_ = options.color == "always" ||
                    (options.color == "auto" && terminal && !dumb && environment("NO_COLOR").empty());
  console.redraws_ = terminal && !dumb;

  auto screen = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>();
  screen->set_color_mode(console.colors_ ? spdlog::color_mode::always : spdlog::color_mode::never);
  screen->set_pattern("%^%v%$");
  screen->set_level(options.quiet         ? spdlog::level::err
                    : options.verbose > 0 ? spdlog::level::debug
                                          : spdlog::level::info);
  std::vector<spdlog::sink_ptr> sinks = {screen};
  if (!options.log_file.empty()) {
    try {
      // spdlog would make the folder; a mistyped path must not leave one behind.
      const auto folder = std::filesystem::path(options.log_file).parent_path();
      std::error_code error;
      if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
        return no_log(options.log_file, "there is no folder " + quoted(folder.string()));
      }
      if (!takes_messages(options.log_file))
        return no_log(options.log_file, "it holds something else than messages of this program");
      auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.log_file);
      file->set_pattern(log_pattern);
      sinks.push_back(file);
    } catch (const spdlog::spdlog_ex&) {
      const int error = errno;
      return no_log(options.log_file, system_reason(error), error);
    }
  }
  console.logger_ = std::make_shared<spdlog::logger>("lookahead", sinks.begin(), sinks.end());
  console.logger_->set_level(options.silent ? spdlog::level::off : spdlog::level::debug);
  console.logger_->flush_on(spdlog::level::debug);
  // What can fail is the log file; said once, the run goes on.
  console.logger_->set_error_handler(
      [told = false, name = visible(options.log_file)](const std::string&) mutable {
        if (!told) std::fprintf(stderr, "%s: warning: cannot write the log file\n", name.c_str());
        told = true;
      });
  return console;
}

void Console::note(const Note& note) const {
  const std::lock_guard lock(*mutex_);
  erase_line();
  logger_->info(visible(to_string(note)));
}

void Console::tell(const std::string& line) const {
  const std::lock_guard lock(*mutex_);
  erase_line();
  logger_->info(visible(line));
}

void Console::detail(const std::string& text) const {
  const std::lock_guard lock(*mutex_);
  erase_line();
  logger_->debug(visible(text));
}

void Console::warn(const std::string& text) const {
  const std::lock_guard lock(*mutex_);
  erase_line();
  logger_->warn("warning: " + visible(text));
}

void Console::fail_aloud(const Fault& fault) const {
  const std::lock_guard lock(*mutex_);
  erase_line();
  logger_->set_level(spdlog::level::err);
  logger_->error(to_string(fault));
}

int Console::fail(const Faults& faults) const {
  const std::lock_guard lock(*mutex_);
  erase_line();
  failed_ = faults;
  for (std::size_t i = 0; i < faults.size() && i < most_faults; ++i) logger_->error(to_string(faults[i]));
  if (faults.size() > most_faults)
    logger_->error(std::to_string(faults.size() - most_faults) + " more errors");
  return faults.empty() ? static_cast<int>(FaultKind::defect) : static_cast<int>(faults.front().kind);
}

void Console::clear_line() const {
  const std::lock_guard lock(*mutex_);
  erase_line();
}

void Console::erase_line() const {
  if (!line_drawn_) return;
  std::fputs("\r\033[K", stderr);
  line_drawn_ = false;
}

void Console::draw_line(const std::string& text) const {
  const std::lock_guard lock(*mutex_);
  std::fputs(("\r\033[K" + text).c_str(), stderr);
  std::fflush(stderr);
  line_drawn_ = true;
}

Checked<Done> print(std::string_view text) {
  while (!text.empty()) {
    const auto written = retried([&] { return ::write(STDOUT_FILENO, text.data(), text.size()); });
    // Whoever reads a pipe may have told it not to let anyone wait.
    pollfd room{STDOUT_FILENO, POLLOUT, 0};
    if (written < 0 && errno == EAGAIN && retried([&] { return ::poll(&room, 1, -1); }) > 0) continue;
    if (written < 0)
      return Fault{FaultKind::output, {"<stdout>", 0, 0}, "cannot write: " + system_reason(errno), ""};
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return Done{};
}

int print_result(const Console& console, std::string_view text) {
  const auto printed = print(text);
  return printed ? 0 : console.fail(printed.faults());
}

}  // namespace lookahead::cmd
