#include "data/read/faults.hpp"

#include <algorithm>

#include "base/disk_memory.hpp"
#include "base/memory.hpp"

namespace lookahead {

void limit_faults(Faults& faults, std::size_t beyond, const std::string& file) {
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
  const std::size_t count = faults.size() + beyond;
  if (count <= most_faults) return;
  faults.resize(std::min(faults.size(), most_faults - 1));
  faults.push_back({FaultKind::data,
                    {file, 0, 0},
                    std::to_string(count - faults.size()) + " more faults in this file",
                    ""});
}

Fault no_room_for_rows(const std::string& file, bool on_disk) {
  if (!on_disk)
    return {FaultKind::data, {file, 0, 0}, "no memory left for the rows", "drop columns, or read fewer rows"};
  return {FaultKind::data,
          {file, 0, 0},
          "no room left for the rows in " + disk_memory_folder() + ", which has " +
              bytes_text(disk_memory_room()),
          "set TMPDIR to a folder on a disk with more room; ulimit -v counts them too"};
}

}  // namespace lookahead
