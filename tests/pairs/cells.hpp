#pragma once
#include <unordered_map>

#include "settings.hpp"

namespace lookahead::pairs {

// A file as texts. Without a header the columns are named by their numbers from 1.
struct Cells {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;

  std::size_t field(const std::string& name) const;  // as many as there are: no such column
  void number_fields();

 private:
  std::unordered_map<std::string, std::size_t> fields_;
};

// A table, character by character: quotes, comments, lines left out.
Cells cells_of(const std::string& text, const DataSettings& settings);
// Rows "label index:value ...": the columns are the label and all indices up to the largest of `features`
// from `first` on; what is beyond is left out.
Cells sparse_cells_of(const std::string& text, std::size_t first, std::size_t features);
// The largest and the least index of such rows.
struct IndexRange {
  std::size_t least = 1, greatest = 0;
};
IndexRange indices_of(const std::string& text);

// The number that a cell is, or nothing.
std::optional<Real> number_of(const std::string& cell, const DataSettings& settings);
bool is_missing(const std::string& cell, const DataSettings& settings);

// What a label or level is compared and sorted by: numbers by their value and before texts.
struct Name {
  bool text = true;
  Real value = 0;
  std::string name;

  bool operator<(const Name& other) const {
    if (text != other.text) return other.text;
    return text ? name < other.name : value < other.value;
  }
  bool operator==(const Name& other) const { return !(*this < other) && !(other < *this); }
};
Name name_of(const std::string& cell, const DataSettings& settings, bool exact);

}  // namespace lookahead::pairs
