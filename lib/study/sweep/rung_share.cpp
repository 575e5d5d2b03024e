#include "study/sweep/rung_share.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <unordered_set>

#include "parallel/parallel.hpp"
#include "study/sweep/sharing_threads.hpp"
#include "study/sweep/sweep_run.hpp"

namespace lookahead {

RungShare::RungShare(Roster& roster, const std::vector<Index>& points, const Team& team) : roster_(roster) {
  const Index seeds = roster.grid().seeds();
  for (Index i = team.rank(); i < std::ssize(points) * seeds; i += team.size()) {
    const Index point = points[static_cast<std::size_t>(i / seeds)];
    members_.push_back({std::make_unique<PausedRun>(point * seeds + i % seeds, point)});
  }
}

bool RungShare::advance(const std::vector<Index>& points, double rung, Index threads,
                        const std::function<bool()>& ended, const std::function<void()>& serve) {
  std::vector<PausedRun*> going;
  const std::unordered_set<Index> goes_on(points.begin(), points.end());
  for (Member& member : members_) {
    if (member.dropped) continue;
    if (!goes_on.contains(member.run->point())) {
      member.run->drop(roster_);
      member.dropped = true;
    } else if (!member.run->ended()) {
      going.push_back(member.run.get());
    }
  }
  std::atomic<bool> stop{false}, short_of{false};
  const auto wants_end = [&] { return stop || ended(); };
  const auto take = [&](Index i) {
    SweepRunWatcher watcher(wants_end);
    if (wants_end() || !going[static_cast<std::size_t>(i)]->go_on(roster_, rung, watcher)) {
      short_of = true;
      stop = true;
    }
  };
  if (!serve) {
    for_each_on(threads, std::ssize(going), take);
  } else if (!going.empty()) {
    std::atomic<Index> next{0};
    SharingThreads own(std::min(threads, std::ssize(going)), stop, [&] {
      for (Index i = next++; i < std::ssize(going); i = next++) take(i);
    });
    while (!own.done()) {
      serve();
      std::this_thread::sleep_for(between_looks);
    }
    own.join();
    own.rethrow();
  }
  return !short_of;
}

std::vector<RungStanding> RungShare::standings() const {
  std::vector<RungStanding> standings;
  standings.reserve(members_.size());
  for (const Member& member : members_) {
    if (!member.dropped)
      standings.push_back({member.run->number(), member.run->value(), member.run->ended() ? 1 : 0});
  }
  return standings;
}

std::vector<const PausedRun*> RungShare::new_rows() {
  std::vector<const PausedRun*> runs;
  for (Member& member : members_) {
    if (member.told || !member.run->ended()) continue;
    member.told = true;
    runs.push_back(member.run.get());
  }
  return runs;
}

}  // namespace lookahead
