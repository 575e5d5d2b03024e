#pragma once
#include <utility>

#include "options/codec.hpp"

namespace lookahead {

// What happens to the inner optimizer's memory at a sync (theory: state policies).
//   keep      unchanged
//   reset     as new, counters too
//   pullback  every linear vector s becomes (1 - alpha) s_at_the_last_sync + alpha s; counters go on
//   average   every linear vector becomes the workers' mean, by their shares; without workers the same as
//   keep
enum class AtSync { keep, reset, pullback, average };
template <>
struct Words<AtSync> {
  static constexpr std::pair<const char*, AtSync> table[] = {{"keep", AtSync::keep},
                                                             {"reset", AtSync::reset},
                                                             {"pullback", AtSync::pullback},
                                                             {"average", AtSync::average}};
};

}  // namespace lookahead
