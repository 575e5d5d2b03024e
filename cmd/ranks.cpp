#include "ranks.hpp"

#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include "base/text.hpp"
#include "format.hpp"
#include "parallel/plugin_team.hpp"
#include "run/version.hpp"

namespace lookahead::cmd {
namespace {

constexpr int lost_code = 5;

std::string name_of(const PluginTeam& team) {
  return "rank " + to_text(static_cast<std::int64_t>(team.rank())) + " on " + host_name();
}

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
      : team_(team), console_(console), goes_on_(std::move(goes_on)), thread_([this] { watch(); }) {}
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  static constexpr double least_s = 120, rounds = 50;

  void watch() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::seconds(1), [&] { return ended_; })) {
      const double waiting = team_.waiting_s(), most = least_s + rounds * team_.longest_work_s();
      if (waiting <= most) continue;
      console_.fail_aloud({FaultKind::output,
                           {name_of(team_), 0, 0},
                           "has waited " + short_text(waiting, 3) +
                               " s for the others, whose rounds took up to " +
                               short_text(team_.longest_work_s(), 3) + " s here: one of them hangs",
                           goes_on_});
      std::_Exit(lost_code);
    }
  }

  const PluginTeam& team_;
  const Console& console_;
  const std::string goes_on_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

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
  auto joined = PluginTeam::join(places_of(launch.plugins));
  if (!joined) return console.fail(joined.faults());
  PluginTeam& team = **joined;
  if (launch.size != 0 && launch.size != team.size()) {
    return console.fail({FaultKind::usage,
                         {"the launcher", 0, 0},
                         "says that there are " + count_of(launch.size) +
                             " processes, and the plugin's MPI finds " + count_of(team.size()),
                         "start lookahead by the MPI that the plugin was built for, or use --alone"});
  }
  Muster muster(team);
  int code = 0;
  {
    const Watchdog watchdog(team, console, goes_on);
    std::string thrown;
    code = carried_out(work, muster, thrown);
    const auto own_fault = [&]() -> Faults {
      if (!thrown.empty()) return {{FaultKind::problem, {name_of(team), 0, 0}, thrown, ""}};
      return console.failed();
    };
    if (muster.under_way()) {
      for (const Fault& fault : own_fault()) {
        console.fail_aloud({fault.kind, {name_of(team), 0, 0}, to_string(fault), goes_on});
      }
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
