#pragma once
#include <atomic>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/checked.hpp"
#include "parallel/team.hpp"
#include "parallel/team_plugin.hpp"

namespace lookahead {

// The processes that a launcher has started, by way of a plugin.
class PluginTeam final : public Team {
 public:
  // Loads the first of these files that is there, and joins the others. Faults (usage): there is none, or it is
  // of another version.
  static Checked<std::unique_ptr<PluginTeam>> join(const std::vector<std::filesystem::path>& plugins);

  Index rank() const override { return plugin_.rank; }
  Index size() const override { return plugin_.size; }
  void post(Index to, std::span<const char> bytes) override;
  void settle() override;
  void receive(Index from, std::span<char> bytes) override;
  std::optional<Index> next_sender() override;
  void broadcast(Index from, std::span<char> bytes) override;

  // At the end, on every rank.
  void leave() { plugin_.leave(); }
  // Ends all ranks with this exit code.
  void end_all(int code) { plugin_.abort(code); }

  // Asked from any thread: the seconds that this rank has been waiting for others, and the longest time that it
  // has worked between two waits.
  double waiting_s() const;
  double longest_work_s() const { return longest_work_.load(std::memory_order_relaxed); }

 private:
  class Waiting;
  explicit PluginTeam(const lookahead_team_plugin& plugin);
  static double now();

  const lookahead_team_plugin& plugin_;
  std::atomic<double> waiting_since_{0}, longest_work_{0};  // 0: it works
  double works_since_;
};

}  // namespace lookahead
