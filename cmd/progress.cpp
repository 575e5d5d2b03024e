#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>

#include "base/text.hpp"

namespace lookahead::cmd {
namespace {

volatile std::sig_atomic_t received = 0;
volatile std::sig_atomic_t begun = 0;

extern "C" void remember(int number) {
  // While data are read there is nothing to complete, and the reader may be waiting for ever.
  if (begun == 0) _exit(128 + number);
  received = number;
}

void on_signal(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // A second signal of the kind ends the program at once.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(number, &action, nullptr);
}

// Four significant digits, for people.
std::string brief(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g", value);
  return buffer;
}

}  // namespace

Progress::Progress(const Console& console, const StopSpec& stop)
    : console_(console), stop_(stop), drawn_(std::chrono::steady_clock::now()) {
  const std::string& wish = console.options().progress;
  if (console.options().quiet || wish == "none") {
    style_ = Style::none;
  } else if (wish == "bar" || (wish == "auto" && console.redraws())) {
    style_ = Style::bar;
  } else {
    style_ = Style::lines;
  }
  received = 0;
  begun = 0;
  on_signal(SIGINT, remember);
  on_signal(SIGTERM, remember);
  // nohup ignores it so that the run outlives its terminal.
  struct sigaction before {};
  sigaction(SIGHUP, nullptr, &before);
  takes_hangup_ = before.sa_handler != SIG_IGN;
  if (takes_hangup_) on_signal(SIGHUP, remember);
  // A closed pipe behind stderr must not take the run with it.
  std::signal(SIGPIPE, SIG_IGN);
  // A file beyond the limit (ulimit -f) is a write that fails, and is reported as such.
  std::signal(SIGXFSZ, SIG_IGN);
}

Progress::~Progress() {
  console_.clear_line();
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  if (takes_hangup_) std::signal(SIGHUP, SIG_DFL);
}

void Progress::begins() { begun = 1; }

bool Progress::interrupted() { return received != 0; }

int Progress::signal_received() { return received; }

void Progress::progress(const Counts& counts, double loss) {
  if (style_ == Style::lines && counts.steps >= next_line_) {
    while (next_line_ <= counts.steps) next_line_ *= 2;
    console_.note("step " + to_text(static_cast<std::int64_t>(counts.steps)) +
                  (counts.epochs > 0 ? ", epoch " + to_text(static_cast<std::int64_t>(counts.epochs)) : "") +
                  (std::isfinite(loss) ? ", loss " + brief(loss) : "") + ", " + brief(counts.seconds) + " s");
  }
  if (style_ != Style::bar) return;
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
