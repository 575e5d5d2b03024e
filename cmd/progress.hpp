#pragma once
#include <mutex>
#include <optional>

#include "run/session.hpp"
#include "ticker.hpp"

namespace lookahead::cmd {

// Shows a run's progress on stderr and turns SIGINT, SIGTERM and SIGHUP into a clean end. One at a time:
// signals are the process's.
class Progress final : public Watcher {
 public:
  // data: the file that is read before the run begins; empty: there is none.
  Progress(const Console& console, const StopSpec& stop, const std::string& data);
  ~Progress() override;

  void begins() override;
  void ends() override;
  bool interrupted() override;
  void progress(const Counts& counts, double loss) override;
  void note(const Note& note) override { console_.note(note); }

  // The signal that came, or 0.
  static int signal_received();

 private:
  std::string text(double seconds, std::size_t columns);

  const Console& console_;
  const StopSpec& stop_;
  std::string data_;
  ProgressStyle style_;
  std::mutex mutex_;  // of what follows
  bool under_way_ = false;
  std::optional<Counts> first_, latest_;  // told since the run began
  double loss_ = std::numeric_limits<double>::quiet_NaN();
  std::optional<Ticker> ticker_;
};

}  // namespace lookahead::cmd
