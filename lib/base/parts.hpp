#pragma once
#include <algorithm>

#include "base/scalar.hpp"

namespace lookahead {

// How terms are divided into parts of nearly equal size, one for each of several workers. Dealt out, term i is
// of part i % parts; sorted, the terms of part 0 come first, then those of part 1, and each part keeps the
// order in which it was dealt out.
struct Division {
  Index parts = 1;
  bool sorted = false;

  // Terms of a part, 0 <= part < parts.
  Index size(Index terms, Index part) const { return terms / parts + (part < terms % parts ? 1 : 0); }
  // The first term of a part, and the distance from one to the next.
  Index first(Index terms, Index part) const {
    return sorted ? part * (terms / parts) + std::min(part, terms % parts) : part;
  }
  Index stride() const { return sorted ? 1 : parts; }
  // Where term i of terms that are dealt out stands once they are sorted.
  Index place(Index terms, Index i) const {
    return Division{parts, true}.first(terms, i % parts) + i / parts;
  }
};

}  // namespace lookahead
