#include "data/read/marks.hpp"

#include <algorithm>
#include <cmath>

#include "data/read/characters.hpp"

namespace lookahead {
namespace {

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

Marks::Marks(const Missing& missing, const std::string& column, char decimal)
    : decimal_(decimal), texts_(missing.marks) {
  for (const auto& [name, marks] : missing.columns.marks) {
    if (name == column) texts_.insert(texts_.end(), marks.begin(), marks.end());
  }
  for (const std::string& text : texts_) {
    double value = 0;
    const bool number =
        parse_cell(text, decimal, value) != CellKind::text || parse_cell(text, '.', value) != CellKind::text;
    // A cell of nan is missing anyway.
    if (number && !std::isnan(value)) numbers_.push_back(value);
  }
}

bool Marks::contains(std::string_view text, CellKind kind, double value) const {
  if (std::any_of(texts_.begin(), texts_.end(), [&](const auto& mark) { return same_text(mark, text); }))
    return true;
  if (numbers_.empty()) return false;
  if (kind == CellKind::text && parse_cell(text, decimal_, value) == CellKind::text) return false;
  return contains(value);
}

}  // namespace lookahead
