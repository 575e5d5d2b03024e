#pragma once
#include "data/read/source.hpp"

namespace lookahead {

// Whether the file begins with lines that '#' makes comments: with fewer fields than the line behind them has, as they
// may be a header otherwise. It can be opened again.
bool begins_with_comments(InputFile& file);

}  // namespace lookahead
