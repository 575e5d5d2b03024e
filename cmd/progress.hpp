#pragma once
#include <chrono>

#include "console.hpp"
#include "run/session.hpp"

namespace lookahead::cmd {

// How progress is shown, by --progress, --quiet and what stderr is.
enum class ProgressStyle { none, lines, bar };
ProgressStyle progress_style(const Console& console);

// Shows a run's progress on stderr and turns SIGINT, SIGTERM and SIGHUP into a clean end. One at a time:
// signals are the process's.
class Progress final : public Watcher {
 public:
  Progress(const Console& console, const StopSpec& stop);
  ~Progress() override;

  void begins() override;
  void ends() override;
  bool interrupted() override;
  void progress(const Counts& counts, double loss) override;
  void note(const Note& note) override { console_.note(note); }

  // The signal that came, or 0.
  static int signal_received();

 private:
  std::string bar(const Counts& counts, double loss) const;

  const Console& console_;
  const StopSpec& stop_;
  ProgressStyle style_;
  Index next_line_ = 1000;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace lookahead::cmd
