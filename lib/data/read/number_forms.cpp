#include "data/read/number_forms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "data/read/characters.hpp"

namespace lookahead {
namespace {

const std::vector<std::string>& known_units() {
  static const std::vector<std::string> units = {
      "%",   "‰",   "$",   "€",   "£",   "¥",   "₹",   "₽", "₩",   "₺",   "₪",   "₫",   "฿",
      "元",  "US$", "R$",  "C$",  "A$",  "kr",  "zł",  "Kč",  "USD", "EUR", "GBP", "CHF", "JPY",
      "CNY", "INR", "BRL", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "CZK", "KRW", "MXN", "ZAR"};
  return units;
}

// The forms looked for, the likelier ones first: groups of three digits behind commas are thousands.
std::vector<NumberFormat> forms_beside(const NumberFormat& read) {
  const char point = read.decimal, comma = point == '.' ? ',' : '.';
  std::vector<std::string> units = read.units;
  for (const std::string& unit : known_units()) {
    if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
  }
  std::vector<NumberFormat> forms;
  for (const auto& [decimal, thousands] : {std::pair(point, read.thousands),
                                           {point, comma},
                                           {comma, '\0'},
                                           {comma, point},
                                           {point, ' '},
                                           {comma, ' '}})
    forms.emplace_back(decimal, thousands, units);
  return forms;
}

// A number in brackets or before its sign, as bookkeepers and large machines write those below 0.
bool is_signed_otherwise(std::string_view text, const NumberFormat& format) {
  const bool brackets = text.starts_with('(') && text.ends_with(')');
  if (!brackets && !text.ends_with('-') && !text.ends_with('+')) return false;
  if (brackets) text.remove_prefix(1);
  text.remove_suffix(1);
  double value = 0;
  return !text.empty() && is_digit(text.front()) && parse_cell(text, format, value) != CellKind::text;
}

bool is_letter_of_unit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool has_other_groups(std::string_view text) {
  constexpr std::string_view marks = ",'_";
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return false;
  bool marked = false;
  for (const char c : text) {
    const bool mark = marks.find(c) != marks.npos;
    if (!mark && c != '.' && !is_digit(c)) return false;
    marked = marked || mark;
  }
  return marked;
}

bool is_almost_number(std::string_view text, const NumberFormat& format) {
  constexpr std::size_t longest_unit = 4;
  double value = 0;
  if (parse_cell(text, format, value) != CellKind::text || has_other_groups(text)) return true;
  constexpr std::string_view hexadecimal = "0x";
  if (text.starts_with(hexadecimal)) {
    text.remove_prefix(hexadecimal.size());
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
  }
  if (is_signed_otherwise(text, format)) return true;
  // A number and behind it one letter, or a blank and a unit.
  const std::size_t end = text.find_first_not_of("0123456789.,'_");
  if (end == 0 || end == text.npos) return false;
  const bool blank = text[end] == ' ';
  const std::string_view unit = text.substr(end + (blank ? 1 : 0));
  return is_digit(text.front()) && !unit.empty() && unit.size() <= (blank ? longest_unit : 1) &&
         std::all_of(unit.begin(), unit.end(), is_letter_of_unit);
}

std::string OtherForm::what(const NumberFormat& read) const {
  std::vector<std::string> parts;
  if (format.decimal != read.decimal)
    parts.emplace_back(format.decimal == ',' ? "a decimal comma" : "a decimal point");
  if (format.thousands != read.thousands)
    parts.emplace_back(format.thousands == 0 ? "no thousands separators" : "thousands separators");
  for (const std::string& unit : format.units) {
    if (std::find(read.units.begin(), read.units.end(), unit) == read.units.end())
      parts.push_back(quoted(unit));
  }
  return "numbers with " + joined(parts, " and ");
}

std::string OtherForm::cure(const NumberFormat& read) const {
  const auto mark = [](char c) {
    return c == 0 ? std::string("none") : c == ' ' ? std::string("blank") : std::string("\"") + c + '"';
  };
  std::vector<std::string> keys;
  if (format.decimal != read.decimal) keys.push_back("data.decimal: " + mark(format.decimal));
  if (format.thousands != read.thousands) keys.push_back("data.thousands: " + mark(format.thousands));
  if (format.units != read.units) {
    std::vector<std::string> units;
    for (const std::string& unit : format.units) units.push_back('"' + unit + '"');
    keys.push_back("data.units: [" + joined(units, ", ") + "]");
  }
  std::string text = "set " + joined(keys, " and ");
  if (ambiguous) text += ", or data.decimal: " + mark(format.thousands) + " if these are fractions";
  return text;
}

std::optional<OtherForm> other_form(const Table& table, std::size_t column) {
  const TableColumn& source = table.columns[column];
  if (source.strays == 0 || source.reading.role == FieldReading::Role::text) return std::nullopt;
  const std::vector<NumberFormat> forms = forms_beside(table.numbers);
  double value = 0;
  const auto fits = [&](const std::string& text, const NumberFormat& form, std::string* unit) {
    return parse_cell(text, form, value, unit) != CellKind::text && std::isfinite(value);
  };
  const auto fits_some = [&](const TableColumn::Stray& stray) {
    return std::any_of(forms.begin(), forms.end(),
                       [&](const auto& form) { return fits(stray.text, form, nullptr); });
  };
  if (std::none_of(source.first_strays.begin(), source.first_strays.end(), fits_some)) return std::nullopt;
  std::vector<Index> counts(source.texts.size(), 0);
  table.cells.for_each(static_cast<Index>(column), [&](std::size_t, double cell) {
    if (is_boxed(cell) && unbox(cell) < counts.size()) ++counts[unbox(cell)];
  });
  Index strays = 0;
  std::vector<Index> fitting(forms.size(), 0);
  std::vector<std::set<std::string>> units(forms.size());
  for (std::uint32_t id = 0; id < source.texts.size(); ++id) {
    const Dictionary::Entry& entry = source.texts[id];
    if (entry.missing || !std::isnan(entry.value) || counts[id] == 0) continue;
    strays += counts[id];
    for (std::size_t f = 0; f < forms.size(); ++f) {
      std::string unit;
      if (!fits(*entry.text, forms[f], &unit)) continue;
      fitting[f] += counts[id];
      if (!unit.empty()) units[f].insert(unit);
    }
  }
  const auto best =
      static_cast<std::size_t>(std::max_element(fitting.begin(), fitting.end()) - fitting.begin());
  if (fitting[best] * 2 <= strays) return std::nullopt;
  OtherForm form;
  form.format = forms[best];
  form.format.units = table.numbers.units;
  for (const std::string& unit : units[best]) {
    auto& known = form.format.units;
    if (std::find(known.begin(), known.end(), unit) == known.end()) known.push_back(unit);
  }
  if (form.format == table.numbers) return std::nullopt;
  form.cells = fitting[best];
  // 1,234 has a thousands separator or a decimal comma.
  const auto fraction = std::find_if(forms.begin(), forms.end(), [&](const NumberFormat& other) {
    return form.format.thousands != 0 && other.decimal == form.format.thousands && other.thousands == 0;
  });
  form.ambiguous = form.format.decimal == table.numbers.decimal && fraction != forms.end() &&
                   fitting[static_cast<std::size_t>(fraction - forms.begin())] == fitting[best];
  const auto first = std::find_if(source.first_strays.begin(), source.first_strays.end(), fits_some);
  form.first = *first;
  return form;
}

}  // namespace lookahead
