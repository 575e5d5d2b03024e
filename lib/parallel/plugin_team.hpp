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
  static Checked<std::unique_ptr<PluginTeam>> join(const std::vector<std::filesystem::path>& plugins,
                                                   double patience_s = default_patience_s);

  Index rank() const override { return plugin_.rank; }
  Index size() const override { return plugin_.size; }
  void post(Index to, std::span<const char> bytes) override;
  void expect(Index from, std::span<char> bytes) override;
  void settle() override;
  void receive(Index from, std::span<char> bytes) override;
  std::optional<Index> next_sender() override;
  void broadcast(Index from, std::span<char> bytes) override;
  std::string name_of(Index rank) const override;
  double patience_s() const override { return patience_s_; }
  void begins() override { longest_work_ = 0; }

  // At the end, on every rank.
  void leave() { plugin_.leave(); }
  // Ends all ranks with this exit code.
  void end_all(int code) { plugin_.abort(code); }

  // Asked from any thread: since which second of a clock this rank has been waiting for others, 0 where it works;
  // the longest time that it has worked between two waits; whether another one has told that it waits, as all do
  // that have waited for a quarter of the patience. This is known to a rank that waits itself.
  double waiting_since() const { return waiting_since_; }
  double longest_work_s() const { return longest_work_.load(std::memory_order_relaxed); }
  bool waits(Index rank) const { return plugin_.waits(static_cast<int>(rank)) != 0; }

 private:
  class Waiting;
  PluginTeam(const lookahead_team_plugin& plugin, double patience_s);
  static double now();

  const lookahead_team_plugin& plugin_;
  const double patience_s_;
  std::atomic<double> waiting_since_{0}, longest_work_{0};  // 0: it works
  double works_since_;
};

}  // namespace lookahead
