#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "data/options.hpp"
#include "data/read/cell.hpp"

namespace lookahead {

// Which cells of one column hold nothing: those whose text is a mark, capital or small letters alike, and
// those whose number is that of a mark.
class Marks {
 public:
  // The marks of all columns and those of `column`. Numbers among them are read with `decimal`, otherwise
  // with a point.
  Marks(const Missing& missing, const std::string& column, char decimal);

  // Whether a number may be a mark, so that even plain ones have to be compared.
  bool has_numbers() const { return !numbers_.empty(); }
  // Whether a mark, perhaps written otherwise, is the number.
  bool contains(double value) const {
    return std::find(numbers_.begin(), numbers_.end(), value) != numbers_.end();
  }
  // Of a trimmed cell that was read as `kind` with `value`; `kind` may be text of a number that was not read.
  bool contains(std::string_view text, CellKind kind, double value) const;

 private:
  char decimal_;
  std::vector<std::string> texts_;
  std::vector<double> numbers_;
};

}  // namespace lookahead
