#include "data/encode/oddities.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "data/encode/task.hpp"
#include "data/read/label.hpp"
#include "data/read/number_forms.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_oddities = 10;

// "column 'a'", or "3 columns: 'a', 'b', 'c'".
std::string columns_text(const std::vector<std::string>& columns) {
  const std::size_t count = columns.size();
  std::vector<std::string> shown(columns.begin(),
                                 columns.begin() + std::min<Index>(std::ssize(columns), most_oddities));
  if (count > most_oddities) shown.emplace_back("...");
  return (count == 1 ? "column " : std::to_string(count) + " columns: ") + joined(shown, ", ");
}

// A text that is nearly a number, of levels that are nearly all numbers or nearly so; null where they are not. A few
// levels may well be names.
const std::string* almost_number_of(const Dictionary& texts, const std::vector<double>& counts,
                                    const NumberFormat& format) {
  constexpr std::size_t least_levels = 5;
  std::size_t levels = 0, numbers = 0;
  const std::string* example = nullptr;
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    if (counts[id] <= 0 || texts[id].missing) continue;
    ++levels;
    const std::string& text = *texts[id].text;
    if (!is_almost_number(text, format)) continue;
    ++numbers;
    double value = 0;
    if (example == nullptr && parse_cell(text, format, value) == CellKind::text) example = &text;
  }
  return levels >= least_levels && 10 * numbers >= 9 * levels ? example : nullptr;
}

}  // namespace

std::string shortened(std::vector<std::string> parts, const std::string& what) {
  const std::size_t count = parts.size();
  if (count > most_oddities) {
    parts.resize(most_oddities);
    parts.push_back("and " + std::to_string(count - most_oddities) + " more " + what);
  }
  return joined(parts, ", ");
}

std::vector<std::string> joined_numbers(const Dictionary& texts, const std::vector<double>& counts,
                                        const NumberFormat& format) {
  std::map<std::string, std::vector<std::string>> spellings;
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    if (counts[id] > 0 && !texts[id].missing)
      spellings[label_name(*texts[id].text, format)].push_back(quoted(*texts[id].text));
  }
  std::vector<std::string> all;
  for (auto& [name, of_name] : spellings) {
    if (of_name.size() < 2) continue;
    std::sort(of_name.begin(), of_name.end());
    all.push_back(shortened(std::move(of_name), "texts") + " are " + name);
  }
  return all;
}

void Oddities::constant(const std::string& column, bool rounded) {
  (rounded ? rounded_ : constant_).push_back(quoted(column));
}

void Oddities::levels(const Column& column, const Dictionary& texts, const std::vector<double>& counts,
                      const NumberFormat& format, bool sparse) {
  constexpr Index many = 50;
  const std::string name = quoted(column.name);
  if (column.by_number) {
    for (const std::string& numbers : joined_numbers(texts, counts, format))
      joined_levels_.push_back(std::string(name).append(" ").append(numbers));
  }
  if (column.known().size() == 1) constant_.push_back(name);
  if (sparse) return;
  // A column that is text by the problem is meant to be.
  const std::string* number = column.by_number ? almost_number_of(texts, counts, format) : nullptr;
  if (number != nullptr) odd_numbers_.push_back(name + " (" + quoted(*number) + ")");
  if (column.width() > many) wide_.push_back(name + " " + std::to_string(column.width()));
  if (const std::string similar = similar_text(column.levels, column.by_number); !similar.empty())
    similar_.push_back(name + " (" + similar + ")");
}

void Oddities::labels(const Dictionary& texts, const std::vector<double>& counts,
                      const NumberFormat& format) {
  joined_ = joined_numbers(texts, counts, format);
}

std::vector<std::string> Oddities::notes(const std::string& target,
                                         const std::vector<std::string>& classes) const {
  std::vector<std::string> notes;
  if (!constant_.empty()) {
    notes.push_back(columns_text(constant_) + (constant_.size() == 1 ? " has" : " have") +
                    " the same value in all training rows");
  }
  if (!rounded_.empty()) {
    notes.push_back(
        columns_text(rounded_) + (rounded_.size() == 1 ? " varies" : " vary") +
        " by no more than doubles of that size are rounded, taken as constant (take a number off all "
        "cells, or use data.categorical)");
  }
  if (!odd_numbers_.empty()) {
    notes.push_back("numbers in a form that is not read make levels: " + shortened(odd_numbers_, "columns") +
                    " (data.units, data.thousands and data.decimal say how numbers are written)");
  }
  if (!wide_.empty()) {
    notes.push_back("a feature for every text of " + shortened(wide_, "columns") +
                    " (data.drop leaves a column out, data.rare joins its levels)");
  }
  if (!joined_levels_.empty()) {
    notes.push_back("texts that are the same number are one level: " + shortened(joined_levels_, "levels") +
                    " (data.categorical keeps them apart)");
  }
  if (!similar_.empty())
    notes.push_back("levels that may be meant to be one: " + shortened(similar_, "columns"));
  if (!joined_.empty())
    notes.push_back(target +
                    ": labels that are the same number are one class: " + shortened(joined_, "classes"));
  if (const std::string similar = similar_text(classes); !similar.empty())
    notes.push_back(target + ": classes that may be meant to be one: " + similar);
  return notes;
}

}  // namespace lookahead
