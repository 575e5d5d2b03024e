#pragma once
#include <cstddef>

#include "base/scalar.hpp"

namespace lookahead {

// An index of a study as a place in a vector.
inline std::size_t place(Index index) { return static_cast<std::size_t>(index); }

}  // namespace lookahead
