#include "base/folder.hpp"

#include <algorithm>

namespace lookahead {

std::vector<std::string> names_in(const std::filesystem::path& folder, std::error_code& error) {
  std::vector<std::string> names;
  do {
    names.clear();
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
      names.push_back(entry->path().filename().string());
  } while (error == std::errc::interrupted);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace lookahead
