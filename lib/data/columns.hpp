#pragma once
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/scalar.hpp"
#include "data/read/layout.hpp"

namespace lookahead {

// The numbers of these columns of a CSV file, named as in its header or by number, one list each; the layout is
// found out as for training files. Faults, of kind data: what keeps the file from being read, columns that are
// not there, cells that are missing, no numbers or not finite, and a column called like one of `elsewhere`, names
// that mean something else to the reader, unless it is among those read.
Checked<std::vector<std::vector<double>>> read_columns(const std::string& file,
                                                       const std::vector<std::string>& names, Index threads,
                                                       const std::vector<std::string>& elsewhere = {});
// The same of a file that is open, and whose layout is known.
Checked<std::vector<std::vector<double>>> read_columns(CsvFile file, const Layout& layout,
                                                       const std::vector<std::string>& names, Index threads);

}  // namespace lookahead
