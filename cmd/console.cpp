#include "console.hpp"

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace lookahead::cmd {
namespace {

constexpr std::size_t most_faults = 20;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Checked<Console> Console::open(const CommonOptions& options) {
  Console console;
  console.options_ = options;
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
      auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.log_file);
      file->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
      sinks.push_back(file);
    } catch (const spdlog::spdlog_ex&) {
      return Fault{FaultKind::output,
                   {options.log_file, 0, 0},
                   "cannot write the log file: " + std::string(std::strerror(errno)),
                   "choose another --log-file"};
    }
  }
  console.logger_ = std::make_shared<spdlog::logger>("lookahead", sinks.begin(), sinks.end());
  console.logger_->set_level(spdlog::level::debug);
  return console;
}

void Console::note(const std::string& text) const {
  clear_line();
  logger_->info(text);
}

void Console::detail(const std::string& text) const {
  clear_line();
  logger_->debug(text);
}

void Console::warn(const std::string& text) const {
  clear_line();
  logger_->warn("warning: " + text);
}

int Console::fail(const Faults& faults) const {
  clear_line();
  for (std::size_t i = 0; i < faults.size() && i < most_faults; ++i) logger_->error(to_string(faults[i]));
  if (faults.size() > most_faults)
    logger_->error(std::to_string(faults.size() - most_faults) + " more errors");
  return faults.empty() ? static_cast<int>(FaultKind::defect) : static_cast<int>(faults.front().kind);
}

void Console::clear_line() const {
  if (!line_drawn_) return;
  std::fputs("\r\033[K", stderr);
  line_drawn_ = false;
}

void Console::draw_line(const std::string& text) const {
  std::fputs(("\r\033[K" + text).c_str(), stderr);
  std::fflush(stderr);
  line_drawn_ = true;
}

Checked<Done> print(std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return Done{};
  return Fault{
      FaultKind::output, {"<stdout>", 0, 0}, "cannot write: " + std::string(std::strerror(errno)), ""};
}

int print_result(const Console& console, std::string_view text) {
  const auto printed = print(text);
  return printed ? 0 : console.fail(printed.faults());
}

}  // namespace lookahead::cmd
