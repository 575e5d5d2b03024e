#include "base/path_cure.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

// Nothing where the current directory is gone.
fs::path in_full(const fs::path& path) {
  std::error_code error;
  const fs::path full = fs::absolute(path, error).lexically_normal();
  if (error) return {};
  return full.has_filename() ? full : full.parent_path();
}

std::string quoted_path(const fs::path& path) {
  constexpr std::size_t most = 4096;
  return quoted(path.string(), most);
}

// The first folder on the way that is missing; nothing where all are there.
fs::path missing_folder(const fs::path& folder) {
  fs::path missing;
  std::error_code error;
  for (fs::path at = folder; !at.empty() && fs::status(at, error).type() == fs::file_type::not_found;
       at = at.parent_path())
    missing = at;
  return missing;
}

// As Docker and Podman make them.
bool in_container() {
  std::error_code unknown;
  return fs::exists("/.dockerenv", unknown) || fs::exists("/run/.containerenv", unknown);
}

// Who must do what where the system allows the program too little. The first thing on the way up that can be
// looked at is what denies.
std::string cure_of_permissions(const fs::path& path) {
  struct stat status {};
  fs::path at = in_full(path);
  while (::stat(at.c_str(), &status) != 0) {
    if (at.empty() || at == at.parent_path()) return "";
    at = at.parent_path();
  }
  const auto owner = to_text(std::int64_t{status.st_uid}), user = to_text(std::int64_t{::geteuid()});
  if (owner == user) return "the permissions of " + quoted_path(at) + " deny it";
  const std::string who =
      quoted_path(at) + " belongs to user " + owner + ", the program runs as user " + user;
  return in_container() ? who + "; start the container with --user " + owner : who;
}

}  // namespace

std::string cure_of_reading(const fs::path& path, int error) {
  if (error == EACCES || error == EPERM) return cure_of_permissions(path);
  if (error != ENOENT || path.empty()) return "";
  const fs::path folder = in_full(path).parent_path();
  if (folder.empty()) return "the current directory is gone: change into one that exists";
  if (const fs::path missing = missing_folder(folder); !missing.empty())
    return "check the path; there is no folder " + quoted_path(missing);
  return path.is_absolute() ? "check the path"
                            : "check the path; it was looked for in " + quoted_path(folder);
}

std::string cure_of_writing(const fs::path& path, int error) {
  if (error == EACCES || error == EPERM) return cure_of_permissions(path);
  if (error != ENOENT) return "";
  const fs::path missing = missing_folder(in_full(path).parent_path());
  return missing.empty() ? "" : "make the folder " + quoted_path(missing) + " first";
}

std::string both_cures(const std::string& first, const std::string& second) {
  if (first.empty() || second.empty()) return first + second;
  return first + "; or " + second;
}

}  // namespace lookahead
