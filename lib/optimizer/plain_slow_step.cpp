#include <algorithm>

#include "optimizer/optimizer.hpp"

namespace lookahead {

const OptimizerEntry& plain_slow_step() {
  const auto& catalog = outer_catalog();
  return *std::find_if(catalog.begin(), catalog.end(),
                       [](const OptimizerEntry& entry) { return entry.plain_slow_step; });
}

}  // namespace lookahead
