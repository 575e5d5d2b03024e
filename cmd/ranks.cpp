#include "ranks.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#include "base/text.hpp"
#include "format.hpp"
#include "objective/outside/outside.hpp"
#include "parallel/plugin_team.hpp"
#include "run/version.hpp"

namespace lookahead::cmd {
namespace {

constexpr int lost_code = 5;

// Beside the program, or where an installation has it.
std::vector<std::filesystem::path> places_of(const std::vector<std::string>& plugins) {
  std::error_code unknown;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
  std::vector<std::filesystem::path> places;
  for (const std::string& plugin : plugins) {
    places.push_back(folder / plugin);
    places.push_back(folder.parent_path() / "lib" / "lookahead" / plugin);
  }
  return places;
}

// Ends the process where it has been waiting for others much longer than any piece of its own work took. The
// launcher ends the others then.
class Watchdog {
 public:
  Watchdog(const PluginTeam& team, const Console& console, std::string goes_on)
      : team_(team), console_(console), goes_on_(std::move(goes_on)) {
    try {
      thread_ = std::thread([this] { watch(); });
    } catch (const std::system_error& error) {
      console_.warn("a rank that hangs will not be noticed: there is no thread to watch for it: " +
                    error.code().message());
    }
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  // The first of those that wait speaks; where it does not, the others do so many looks later.
  static constexpr double rounds = 50, others_wait_looks = 10;

  void watch() {
    using Clock = std::chrono::steady_clock;
    const double look_s = std::min(1.0, team_.patience_s() / 10);
    // Counted in looks, as a process that was stopped for a while itself has waited for nobody meanwhile.
    double waited = 0, since = 0;
    auto last = Clock::now();
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::duration<double>(look_s), [&] { return ended_; })) {
      const auto now = Clock::now();
      const double passed = std::min(std::chrono::duration<double>(now - last).count(), 2 * look_s);
      last = now;
      const double began = team_.waiting_since();
      waited = began != 0 && began == since ? waited + passed : 0;
      since = began;
      const double most = team_.patience_s() + rounds * team_.longest_work_s();
      if (waited <= most || (!is_first_to_wait() && waited <= most + others_wait_looks * look_s)) continue;
      console_.fail_aloud({FaultKind::output,
                           {hanging(), 0, 0},
                           "hangs: " + team_.name_of(team_.rank()) + " has waited " + short_text(waited, 3) +
                               " s for it, whose own work between two waits took " +
                               short_text(team_.longest_work_s(), 3) + " s at most",
                           goes_on_});
      outside::kill_all();
      std::_Exit(lost_code);
    }
  }

  bool is_first_to_wait() const {
    for (Index rank = 0; rank < team_.rank(); ++rank) {
      if (team_.waits(rank)) return false;
    }
    return true;
  }

  // Who has not told that it waits.
  std::string hanging() const {
    constexpr int most_named = 4;
    std::string names;
    int count = 0;
    for (Index rank = 0; rank < team_.size(); ++rank) {
      if (rank == team_.rank() || team_.waits(rank)) continue;
      if (++count > most_named) return "one of the ranks";
      names += (names.empty() ? "" : ", ") + team_.name_of(rank);
    }
    return names.empty() ? "one of the ranks" : names;
  }

  const PluginTeam& team_;
  const Console& console_;
  const std::string goes_on_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

// How long a rank may give no sign of life.
Checked<double> patience_of_environment() {
  constexpr const char* name = "LOOKAHEAD_PATIENCE";
  const char* text = std::getenv(name);
  if (text == nullptr) return Team::default_patience_s;
  const auto seconds = parse_duration(text);
  if (seconds) return *seconds;
  return Fault{FaultKind::usage,
               {std::string(name) + "=" + text, 0, 0},
               "must be a time with its unit",
               std::string(name) + "=120s"};
}

// The work, and what it has thrown as a text.
int carried_out(const std::function<int(Muster&)>& work, Muster& muster, std::string& thrown) {
  try {
    return work(muster);
  } catch (const std::bad_alloc&) {
    thrown = "needs more memory than there is";
  } catch (const TeamLost& lost) {
    thrown = lost.what();
  } catch (const std::exception& error) {
    thrown = "a bug in the program: " + visible(error.what());
  }
  return lost_code;
}

}  // namespace

int on_ranks(const Launch& launch, const Console& console, const std::string& goes_on,
             const std::function<int(Muster&)>& work) {
  const auto patience = patience_of_environment();
  if (!patience) return launch.rank == 0 ? console.fail(patience.faults()) : 2;
  auto joined = PluginTeam::join(places_of(launch.plugins), *patience);
  if (!joined && launch.rank == 0) return console.fail(joined.faults());
  if (!joined) {
    // Where the first one cannot join either, its end is this one's, too.
    std::this_thread::sleep_for(std::chrono::seconds(1));
    Fault fault = joined.faults().front();
    fault.place.source = "rank " + to_text(launch.rank) + " on " + host_name() + ": " + fault.place.source;
    console.fail_aloud(fault);
    return static_cast<int>(fault.kind);
  }
  PluginTeam& team = **joined;
  if (launch.size != 0 && launch.size != team.size()) {
    team.leave();
    return console.fail({FaultKind::usage,
                         {"the launcher", 0, 0},
                         "says that there are " + to_text(launch.size) +
                             " processes, and the plugin's MPI finds " + to_text(team.size()),
                         "start lookahead by the MPI that the plugin was built for, or use --alone"});
  }
  Muster muster(team);
  int code = 0;
  {
    const Watchdog watchdog(team, console, goes_on);
    std::string thrown;
    code = carried_out(work, muster, thrown);
    const auto own_fault = [&]() -> Faults {
      if (!thrown.empty()) return {{FaultKind::problem, {team.name_of(team.rank()), 0, 0}, thrown, ""}};
      return console.failed();
    };
    if (muster.under_way()) {
      // The first one has told what it has not thrown.
      for (const Fault& fault : team.first() && thrown.empty() ? Faults{} : own_fault()) {
        console.fail_aloud({fault.kind,
                            {team.name_of(team.rank()), 0, 0},
                            thrown.empty() ? to_string(fault) : thrown,
                            goes_on});
      }
      outside::kill_all();
      team.end_all(lost_code);
    }
    if (!muster.answered()) {
      if (!thrown.empty()) console.fail(own_fault());
      const bool failed_here = !own_fault().empty();
      const auto all = muster.answer(own_fault(), "");
      if (!all && !failed_here) code = console.fail(all.faults());
    }
  }
  team.leave();
  return team.first() ? code : 0;
}

}  // namespace lookahead::cmd
