#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/read/cell.hpp"

namespace lookahead {

// How the numbers of a file are written.
struct NumberFormat {
  char decimal = '.';
  char thousands = 0;              // between groups of three digits; ' ' is any blank, 0 none
  std::vector<std::string> units;  // what may stand before or behind a number and is left out of it

  NumberFormat() = default;
  NumberFormat(char point) : decimal(point) {}
  NumberFormat(char point, char group, std::vector<std::string> written_units)
      : decimal(point), thousands(group), units(std::move(written_units)) {}
  bool operator==(const NumberFormat&) const = default;
};

// Reads a trimmed cell as above, with thousands and units, with no-break and thin blanks around it and with the minus
// sign U+2212. `unit`, where it is given, is the unit that was taken off; empty for none.
CellKind parse_cell(std::string_view text, const NumberFormat& format, double& value,
                    std::string* unit = nullptr);

}  // namespace lookahead
