#include "progress.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>

#include "base/text.hpp"
#include "format.hpp"
#include "signals.hpp"

namespace lookahead::cmd {
namespace {

// The limit that the run is nearest to, and how much of it is done.
struct Share {
  double done = 0;  // of 1; 0: there is no limit
  std::string text;
};

Share share_of(const StopSpec& stop, const Counts& counts) {
  Share share;
  const auto by = [&](double done, const std::string& text) {
    if (share.text.empty() || done > share.done) share = {done, text};
  };
  const auto by_count = [&](const std::optional<Index>& limit, Index done, const std::string& unit) {
    if (limit && *limit > 0)
      by(static_cast<double>(done) / static_cast<double>(*limit),
         unit + " " + to_text(done) + " of " + to_text(*limit));
  };
  by_count(stop.steps, counts.steps, "step");
  by_count(stop.rounds, counts.rounds, "round");
  by_count(stop.epochs, counts.epochs, "epoch");
  by_count(stop.evals, counts.grad_evals, "evaluation");
  if (stop.time) by(counts.seconds / stop.time->seconds, "step " + to_text(counts.steps));
  if (share.text.empty()) share.text = "step " + to_text(counts.steps);
  share.done = std::min(share.done, 1.0);
  return share;
}

}  // namespace

Progress::Progress(const Console& console, const StopSpec& stop, const std::string& data)
    : console_(console), stop_(stop), data_(data), style_(progress_style(console)) {
  // A closed pipe behind stderr must not take the run with it.
  std::signal(SIGPIPE, SIG_IGN);
  ticker_.emplace(console, style_,
                  [this](double seconds, std::size_t columns) { return text(seconds, columns); });
}

Progress::~Progress() {
  ticker_.reset();
  signals::end();
}

void Progress::begins() {
  signals::begin();
  const std::lock_guard lock(mutex_);
  under_way_ = true;
}

void Progress::ends() { signals::hold(); }

bool Progress::interrupted() { return signals::received() != 0; }

int Progress::signal_received() { return signals::received(); }

void Progress::progress(const Counts& counts, double loss) {
  if (style_ == ProgressStyle::none) return;
  const std::lock_guard lock(mutex_);
  if (!first_) first_ = counts;
  latest_ = counts;
  if (std::isfinite(loss)) loss_ = loss;
}

std::string Progress::text(double seconds, std::size_t columns) {
  const std::lock_guard lock(mutex_);
  const std::string elapsed = time_text(seconds);
  if (!latest_) {
    if (seconds < 1) return "";
    if (under_way_) return "running, " + elapsed;
    return (data_.empty() ? "preparing" : "reading " + visible(data_)) + ", " + elapsed;
  }
  const Share share = share_of(stop_, *latest_);
  std::string text = share.text;
  if (share.done > 0) {
    text += " (" + to_text(static_cast<Index>(100 * share.done)) + " %), " + elapsed;
    // From what was done since it began: a run that goes on has done the rest before.
    const double before = share_of(stop_, *first_).done, took = latest_->seconds - first_->seconds;
    if (share.done > before && took > 1)
      text += ", about " + about_text(took * (1 - share.done) / (share.done - before)) + " left";
  } else {
    text += ", " + elapsed;
  }
  if (std::isfinite(loss_)) text += ", loss " + short_text(loss_, 4);
  if (stop_.target) text += ", target " + short_text(*stop_.target, 4);
  constexpr std::size_t least = 8, most = 30, frame = 3;
  if (style_ != ProgressStyle::bar || share.done == 0 || text.size() + frame + least > columns) return text;
  const std::size_t width = std::min(most, columns - text.size() - frame);
  const auto filled = static_cast<std::size_t>(share.done * static_cast<double>(width));
  return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] " + text;
}

}  // namespace lookahead::cmd
