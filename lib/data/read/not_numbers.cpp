#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text.hpp"
#include "data/read/characters.hpp"
#include "data/read/number_forms.hpp"
#include "data/read/table.hpp"
#include "options/yaml_scalar.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_shown_strays = 3;

bool is_unit_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '/' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// What stands behind a number: "mm" of "14.5mm"; empty where it is no number, or the end may be a power of
// ten or the letter of a kind.
std::string unit_behind(std::string_view text, const NumberFormat& format) {
  std::size_t begin = text.size();
  while (begin > 0 && is_unit_character(text[begin - 1])) --begin;
  std::string unit(text.substr(begin));
  constexpr std::string_view letters = "mgslhdVAWNJCF%$";
  if (unit.empty() || (unit.size() == 1 && letters.find(unit.front()) == letters.npos)) return {};
  double value = 0;
  const NumberFormat with_unit(format.decimal, format.thousands, {unit});
  if (parse_cell(text, with_unit, value) == CellKind::text || !std::isfinite(value)) return {};
  return unit;
}

// What lets texts be numbers after all: another decimal sign, or groups of three digits; empty where that is not so.
std::string cure_of_signs(const std::vector<std::string>& texts, const NumberFormat& format) {
  const char other = format.decimal == ',' ? '.' : ',';
  const auto all_read_with = [&](const NumberFormat& numbers) {
    return std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
      double value = 0;
      return parse_cell(text, numbers, value) != CellKind::text && std::isfinite(value);
    });
  };
  if (format.thousands == 0 && all_read_with(NumberFormat(format.decimal, other, format.units)))
    return std::string("set data.thousands: \"") + other + "\" where it separates groups of three digits";
  if (!all_read_with(NumberFormat(other, 0, format.units))) return {};
  std::string written = texts.front();
  std::replace(written.begin(), written.end(), other, format.decimal);
  return std::string("decimals stand behind a ") + (format.decimal == ',' ? "comma" : "point") +
         " here, as data.decimal says or the training files have it: write " +
         quoted(std::string_view(written));
}

std::string list_of(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  items.reserve(texts.size());
  for (const std::string& text : texts) items.push_back(yaml_scalar(text));
  return "[" + joined(items, ", ") + "]";
}

// The line that makes missing cells of the texts too: marks of one's own stand in the place of those there
// are.
std::string missing_line(const Missing& missing, const std::vector<std::string>& texts) {
  std::vector<std::string> marks = missing.marks;
  const std::size_t shown = std::min(texts.size(), most_shown_strays);
  marks.insert(marks.end(), texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(shown));
  std::string list = list_of(marks);
  if (shown < texts.size()) list.insert(list.size() - 1, ", ...");
  const MissingPolicy policy = missing.policy == MissingPolicy::error ? MissingPolicy::drop : missing.policy;
  std::string line = "data.missing: {policy: " + Codec<MissingPolicy>::word(policy) + ", marks: " + list;
  std::vector<std::string> columns;
  columns.reserve(missing.columns.marks.size());
  for (const auto& [name, own] : missing.columns.marks)
    columns.push_back(yaml_scalar(name) + ": " + list_of(own));
  if (!columns.empty()) line += ", columns: {" + joined(columns, ", ") + "}";
  return line + "}";
}

// The different texts among the first strays of a column, in their order.
std::vector<std::string> first_texts(const TableColumn& column) {
  std::vector<std::string> texts;
  for (const auto& stray : column.first_strays) {
    if (std::find(texts.begin(), texts.end(), stray.text) == texts.end()) texts.push_back(stray.text);
  }
  return texts;
}

}  // namespace

std::string unit_of_strays(const Table& table, const TableColumn& column) {
  std::string unit;
  for (const auto& stray : column.first_strays) {
    std::string found = unit_behind(stray.text, table.numbers);
    if (found.empty() || (!unit.empty() && found != unit)) return {};
    unit = std::move(found);
  }
  return unit;
}

Fault not_numbers(const Table& table, const TableColumn& column) {
  const std::vector<std::string> texts = first_texts(column);
  std::vector<std::string> shown;
  shown.reserve(most_shown_strays);
  for (std::size_t i = 0; i < std::min(texts.size(), most_shown_strays); ++i)
    shown.push_back(quoted(texts[i]));
  const Place place = table.place_of(column.first_strays.front(), column);
  const FieldReading& reading = column.reading;
  if ((reading.weights || reading.exposure) && column.strays * 2 >= table.records - column.missing) {
    return {FaultKind::data, place, column.title() + " is a column of text, such as " + shown.front(),
            std::string(reading.weights ? "data.weights" : "model.exposure") + " must name a numeric column"};
  }
  const bool one = column.strays == 1;
  const bool lone = texts.size() == 1;
  std::string cure;
  if (const std::string unit = unit_of_strays(table, column); !unit.empty()) {
    std::vector<std::string> units = table.numbers.units;
    units.push_back(unit);
    cure = "set data.units: " + list_of(units) + " where " + quoted(unit) + " is a unit";
  } else if (std::string signs = cure_of_signs(texts, table.numbers); !signs.empty()) {
    cure = std::move(signs);
  } else if (std::all_of(texts.begin(), texts.end(), has_other_groups)) {
    cure =
        "take what stands between the digits out of the file: data.thousands is for groups of three digits "
        "between commas, points or blanks";
  } else {
    cure = std::string("if ") + (lone ? "it stands for a missing cell" : "they stand for missing cells") +
           ", set " + missing_line(table.missing, texts);
  }
  if (!one && reading.role == FieldReading::Role::automatic && !reading.target)
    cure += "; data.categorical makes a level of every text, data.drop leaves the column out";
  return {FaultKind::data, place,
          column.title() + ": " +
              (one ? shown.front() + " is not a number"
                   : std::to_string(column.strays) + " cells are not numbers, " +
                         (lone ? "the first is " + shown.front() : "such as " + joined(shown, ", "))),
          std::move(cure)};
}

}  // namespace lookahead
