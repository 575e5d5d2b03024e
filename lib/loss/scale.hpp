#pragma once
#include "options/parameter.hpp"

namespace lookahead {

// What robust losses have: the size of a residual where the loss turns from a parabola to flatter.
struct ResidualScale {
  double size = 1;
};
inline Parameters residual_scale(const char* name) {
  return {param(name, &ResidualScale::size,
                "size of a residual, in units of the target (of its standard deviation with "
                "standardize_target), where the loss turns from a parabola to flatter",
                above(0))};
}

}  // namespace lookahead
