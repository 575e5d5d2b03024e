#include "linear/fixed_products.hpp"

#include <Eigen/Core>

namespace lookahead {

void fix_products() {
  [[maybe_unused]] static const bool fixed = [] {
    Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024);
    return true;
  }();
}

}  // namespace lookahead
