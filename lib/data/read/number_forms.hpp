#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "data/read/table.hpp"

namespace lookahead {

// Whether a text is digits in groups, with marks between them that no data.thousands is for: 1,23,456 or 12'345.
bool has_other_groups(std::string_view text);

// Whether a text is a number of the format, or nearly one, in a form that none is read in: 1'200, 10k, 10 kg, 0x1f.
bool is_almost_number(std::string_view text, const NumberFormat& format);

// Another way to write numbers, in which most texts of a column are some.
struct OtherForm {
  NumberFormat format;
  Index cells = 0;  // of these texts
  TableColumn::Stray first;
  bool ambiguous = false;  // 1,234 may as well be a fraction

  // "numbers with a decimal comma", "numbers with thousands separators and '%'".
  std::string what(const NumberFormat& read) const;
  // The keys that say so: "set data.decimal: ','".
  std::string cure(const NumberFormat& read) const;
};

// Whether more than half of the cells that are no numbers, as table.numbers writes them, would be some with a
// decimal comma or point, thousands separators, % or a currency; nothing otherwise.
std::optional<OtherForm> other_form(const Table& table, std::size_t column);

}  // namespace lookahead
