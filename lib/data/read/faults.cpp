#include "data/read/faults.hpp"

#include <algorithm>

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

}  // namespace lookahead
