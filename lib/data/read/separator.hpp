#pragma once
#include "data/read/reader.hpp"

namespace lookahead {

// The separator by which most records have the same number of fields, at least two, and quoted texts stay whole; a
// header may be one name short. Those that also stand inside numbers and texts come last, so that they lose where
// both fit alike, and where a quote stays open nothing fits, unless nothing else does. A comma where nothing fits.
char guess_separator(const CsvFile& file, char comment);

}  // namespace lookahead
