#pragma once

namespace lookahead {

// Eigen splits products by the sizes of the caches; after this call by fixed ones, so that the sums are the
// same on every machine. They are global: written by the first call alone, which the others wait for, so that
// no thread multiplies meanwhile that has called it before.
void fix_products();

}  // namespace lookahead
