#include "progress.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>

#include "base/text.hpp"
#include "signals.hpp"

namespace lookahead::cmd {
namespace {

// Four significant digits, for people.
std::string brief(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g", value);
  return buffer;
}

}  // namespace

ProgressStyle progress_style(const Console& console) {
  const std::string& wish = console.options().progress;
  if (console.options().quiet || wish == "none") return ProgressStyle::none;
  return wish == "bar" || (wish == "auto" && console.redraws()) ? ProgressStyle::bar : ProgressStyle::lines;
}

Progress::Progress(const Console& console, const StopSpec& stop)
    : console_(console),
      stop_(stop),
      style_(progress_style(console)),
      drawn_(std::chrono::steady_clock::now()) {
  // A closed pipe behind stderr must not take the run with it.
  std::signal(SIGPIPE, SIG_IGN);
}

Progress::~Progress() {
  console_.clear_line();
  signals::end();
}

void Progress::begins() { signals::begin(); }

void Progress::ends() { signals::hold(); }

bool Progress::interrupted() { return signals::received() != 0; }

int Progress::signal_received() { return signals::received(); }

void Progress::progress(const Counts& counts, double loss) {
  if (style_ == ProgressStyle::lines && counts.steps >= next_line_) {
    while (next_line_ <= counts.steps) next_line_ *= 2;
    console_.note("step " + to_text(static_cast<std::int64_t>(counts.steps)) +
                  (counts.epochs > 0 ? ", epoch " + to_text(static_cast<std::int64_t>(counts.epochs)) : "") +
                  (std::isfinite(loss) ? ", loss " + brief(loss) : "") + ", " + brief(counts.seconds) + " s");
  }
  if (style_ != ProgressStyle::bar) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  console_.draw_line(bar(counts, loss));
}

std::string Progress::bar(const Counts& counts, double loss) const {
  double share = 0;
  const auto by = [&](const std::optional<Index>& limit, Index done) {
    if (limit) share = std::max(share, static_cast<double>(done) / static_cast<double>(*limit));
  };
  by(stop_.steps, counts.steps);
  by(stop_.rounds, counts.rounds);
  by(stop_.epochs, counts.epochs);
  by(stop_.evals, counts.grad_evals);
  if (stop_.time) share = std::max(share, counts.seconds / stop_.time->seconds);
  constexpr int width = 30;
  const int filled = static_cast<int>(std::min(share, 1.0) * width);
  std::string text = "[" + std::string(static_cast<std::size_t>(filled), '#') +
                     std::string(static_cast<std::size_t>(width - filled), '.') + "] step " +
                     to_text(static_cast<std::int64_t>(counts.steps));
  if (std::isfinite(loss)) text += ", loss " + brief(loss);
  return text;
}

}  // namespace lookahead::cmd
