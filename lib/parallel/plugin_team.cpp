#include "parallel/plugin_team.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>

namespace lookahead {
namespace {

Fault no_plugin(const std::string& file, const std::string& text, const std::string& cure) {
  return {FaultKind::usage, {file, 0, 0}, text, cure};
}

std::string reason_of(const char* error) { return error == nullptr ? "unknown reason" : error; }

}  // namespace

// From its making to its end the rank waits for others.
class PluginTeam::Waiting {
 public:
  explicit Waiting(PluginTeam& team) : team_(team) {
    const double at = now();
    team_.longest_work_ = std::max(team_.longest_work_.load(), at - team_.works_since_);
    team_.waiting_since_ = at;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    team_.waiting_since_ = 0;
    team_.works_since_ = now();
  }

 private:
  PluginTeam& team_;
};

PluginTeam::PluginTeam(const lookahead_team_plugin& plugin, double patience_s)
    : plugin_(plugin), patience_s_(patience_s), works_since_(now()) {
  plugin_.tell_after(patience_s / 4);
}

double PluginTeam::now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Checked<std::unique_ptr<PluginTeam>> PluginTeam::join(const std::vector<std::filesystem::path>& plugins,
                                                      double patience_s) {
  std::string looked_at;
  for (const std::filesystem::path& file : plugins) {
    std::error_code unknown;
    looked_at += (looked_at.empty() ? "" : ", ") + file.string();
    if (!std::filesystem::exists(file, unknown)) continue;
    // The libraries of an MPI look for each other's names.
    void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (handle == nullptr) {
      return no_plugin(file.string(), "cannot be loaded: " + reason_of(::dlerror()),
                       "install the MPI that it was built for");
    }
    void* const symbol = ::dlsym(handle, "lookahead_team_join");
    const auto join = reinterpret_cast<lookahead_team_join_function>(symbol);
    const lookahead_team_plugin* plugin = join == nullptr ? nullptr : join();
    if (plugin == nullptr || plugin->version != lookahead_team_version)
      return no_plugin(file.string(), "is a plugin of another version of lookahead", "install both anew");
    return std::unique_ptr<PluginTeam>(new PluginTeam(*plugin, patience_s));
  }
  return no_plugin(
      "the launcher", "has started several processes, and there is no plugin for its MPI: " + looked_at,
      "build lookahead where that MPI is installed (Debian: libopenmpi-dev), or let every process "
      "run by itself with --alone");
}

void PluginTeam::post(Index to, std::span<const char> bytes) {
  plugin_.post(static_cast<int>(to), bytes.data(), bytes.size());
}

void PluginTeam::expect(Index from, std::span<char> bytes) {
  plugin_.expect(static_cast<int>(from), bytes.data(), bytes.size());
}

void PluginTeam::settle() {
  const Waiting waiting(*this);
  plugin_.settle();
}

void PluginTeam::receive(Index from, std::span<char> bytes) {
  const Waiting waiting(*this);
  plugin_.receive(static_cast<int>(from), bytes.data(), bytes.size());
}

std::optional<Index> PluginTeam::next_sender() {
  const int rank = plugin_.next_sender();
  return rank < 0 ? std::nullopt : std::optional<Index>(rank);
}

void PluginTeam::broadcast(Index from, std::span<char> bytes) {
  const Waiting waiting(*this);
  plugin_.broadcast(static_cast<int>(from), bytes.data(), bytes.size());
}

std::string PluginTeam::name_of(Index rank) const {
  return Team::name_of(rank) + " on " + plugin_.host(static_cast<int>(rank));
}

}  // namespace lookahead
