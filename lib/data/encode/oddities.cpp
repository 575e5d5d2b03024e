#include "data/encode/oddities.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "data/encode/task.hpp"
#include "data/read/characters.hpp"
#include "data/read/label.hpp"
#include "data/read/number_format.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_oddities = 10;

bool is_unit_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Whether a text is a number, or digits in a form that none is read in: 1'200, 1,00,000, 10k, 10 kg, 0x1f.
bool is_almost_number(std::string_view text, const NumberFormat& format) {
  constexpr std::size_t longest_unit = 4;
  double value = 0;
  if (parse_cell(text, format, value) != CellKind::text) return true;
  if (text.starts_with("0x"))
    return text.size() > 2 && text.find_first_not_of("0123456789abcdefABCDEF", 2) == text.npos;
  if (text.empty() || !is_digit(text.front())) return false;
  std::size_t end = text.find_first_not_of("0123456789.,'_");
  if (end == text.npos) return is_digit(text.back());
  const bool blank = text[end] == ' ';
  const std::string_view unit = text.substr(end + (blank ? 1 : 0));
  return !unit.empty() && unit.size() <= (blank ? longest_unit : 1) &&
         std::all_of(unit.begin(), unit.end(), is_unit_letter);
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

void Oddities::constant(const std::string& column) { constant_.push_back(quoted(column)); }

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
  // A few levels, or a column that is text by the problem, may well be names.
  constexpr std::size_t least_levels = 5;
  std::size_t levels = 0, numbers = 0;
  const std::string* example = nullptr;
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    if (counts[id] <= 0 || texts[id].missing) continue;
    ++levels;
    double value = 0;
    const std::string& text = *texts[id].text;
    if (!is_almost_number(text, format)) continue;
    ++numbers;
    if (example == nullptr && parse_cell(text, format, value) == CellKind::text) example = &text;
  }
  if (column.by_number && levels >= least_levels && 10 * numbers >= 9 * levels && example != nullptr)
    odd_numbers_.push_back(name + " (" + quoted(*example) + ")");
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
  if (const std::size_t count = constant_.size(); count > 0) {
    std::vector<std::string> shown(constant_.begin(),
                                   constant_.begin() + std::min<Index>(std::ssize(constant_), most_oddities));
    if (count > most_oddities) shown.emplace_back("...");
    notes.push_back((count == 1 ? "column " : std::to_string(count) + " columns: ") + joined(shown, ", ") +
                    (count == 1 ? " has" : " have") + " the same value in all training rows");
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
