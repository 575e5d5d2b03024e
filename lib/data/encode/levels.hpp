#pragma once
#include <vector>

#include "data/encode/encoding.hpp"
#include "data/options.hpp"
#include "data/read/dictionary.hpp"

namespace lookahead {

// Makes the levels of a column of text from its texts and from how often each stands in the `rows` training
// rows, a row as often as its weight says: rare ones grouped, the first one left out, features standardized,
// as the options say. `format` is how numbers are written, which are one level however
// they are where column.by_number is set.
void make_levels(const Dictionary& texts, const std::vector<double>& counts, double rows,
                 const DataOptions& options, const NumberFormat& format, Column& column);

}  // namespace lookahead
