#include "ticker.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <system_error>

#include "base/table_text.hpp"
#include "base/text.hpp"

namespace lookahead::cmd {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds redraw{0.2}, first_line{2}, next_line{10};

// Columns that a line may have: one less than the terminal, whose cursor would go on to the next line.
std::size_t columns_of(ProgressStyle style) {
  constexpr std::size_t usual = 80, least = 20;
  if (style != ProgressStyle::bar) return 4 * usual;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual - 1;
  return std::max<std::size_t>(size.ws_col, least) - 1;
}

}  // namespace

ProgressStyle progress_style(const Console& console) {
  const std::string& wish = console.options().progress;
  if (console.options().quiet || console.options().silent || wish == "none") return ProgressStyle::none;
  return wish == "bar" || (wish == "auto" && console.redraws()) ? ProgressStyle::bar : ProgressStyle::lines;
}

Ticker::Ticker(const Console& console, ProgressStyle style, Text text)
    : console_(console), style_(style), text_(std::move(text)) {
  if (style_ == ProgressStyle::none) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    console_.warn("no progress is shown: there is no thread for it: " + error.code().message());
  }
}

Ticker::~Ticker() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  turn_.notify_all();
  thread_.join();
  console_.clear_line();
}

void Ticker::run() {
  const bool bar = style_ == ProgressStyle::bar;
  Seconds due = bar ? redraw : first_line;
  std::unique_lock lock(mutex_);
  while (!turn_.wait_until(lock, began_ + std::chrono::duration_cast<std::chrono::nanoseconds>(due),
                           [&] { return ended_; })) {
    const Seconds now = std::chrono::steady_clock::now() - began_;
    const std::size_t columns = columns_of(style_);
    try {
      show(text_(now.count(), columns), columns);
    } catch (const std::bad_alloc&) {
      // The work goes on as far as memory lets it, which says so where it does not: a line is left out.
    }
    due = now + (bar ? redraw : next_line);
  }
}

void Ticker::show(const std::string& text, std::size_t columns) const {
  if (text.empty()) return;
  if (style_ == ProgressStyle::bar) {
    console_.draw_line(cut(text, columns));
  } else {
    console_.tell(text);
  }
}

Reading::Reading(const Console& console, const std::string& file)
    : ticker_(console, progress_style(console), [file](double seconds, std::size_t) {
        // Most files are there before anybody wonders.
        return seconds < 1 ? "" : "reading " + visible(file) + ", " + time_text(seconds);
      }) {}

std::string time_text(double seconds) {
  constexpr double most_seconds = 99, most_minutes = 99;
  const auto rounded = [](double number) { return to_text(std::llround(number)); };
  if (seconds <= most_seconds) return rounded(seconds) + " s";
  if (seconds <= 60 * most_minutes) {
    const auto whole = static_cast<std::int64_t>(seconds);
    return to_text(whole / 60) + " min " + to_text(whole % 60) + " s";
  }
  return short_text(std::min(seconds / 3600, 1e6), 3) + " h";
}

std::string about_text(double seconds) {
  constexpr double most_seconds = 99, most_minutes = 99;
  if (seconds <= most_seconds || seconds > 60 * most_minutes) return time_text(seconds);
  return to_text(std::llround(seconds / 60)) + " min";
}

std::string cut(const std::string& text, std::size_t columns) {
  return shown_width(text) <= columns ? text : first_characters(text, columns - 1) + "~";
}

}  // namespace lookahead::cmd
