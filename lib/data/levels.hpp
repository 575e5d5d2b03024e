#pragma once
#include <vector>

#include "data/dictionary.hpp"
#include "data/encoding.hpp"
#include "data/options.hpp"

namespace lookahead {

// Makes the levels of a column of text from its texts and from how often each stands in the training rows,
// of which there are `rows`: rare ones grouped, the first one left out, features standardized, as the options
// say.
void make_levels(const Dictionary& texts, const std::vector<Index>& counts, Index rows,
                 const DataOptions& options, Column& column);

}  // namespace lookahead
