#include "cells.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace lookahead::pairs {
namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }

std::string trimmed(const std::string& text) {
  std::size_t from = 0, to = text.size();
  while (from < to && blank(text[from])) ++from;
  while (to > from && blank(text[to - 1])) --to;
  return text.substr(from, to - from);
}

std::string small_letters(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// Records of trimmed cells; lines without anything are none.
std::vector<std::vector<std::string>> records_of(const std::string& text, const DataSettings& s) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string cell;
  bool quoted = false, any = false;
  const auto end_cell = [&] {
    record.push_back(trimmed(cell));
    cell.clear();
  };
  const auto end_record = [&] {
    if (any) {
      end_cell();
      records.push_back(record);
    }
    record.clear();
    cell.clear();
    any = false;
  };
  std::size_t i = text.rfind("\xEF\xBB\xBF", 0) == 0 ? 3 : 0;
  for (int line = 0; line < s.skip_lines && i < text.size(); ++line) i = text.find('\n', i) + 1;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (s.comment != 0 && c == s.comment) {
      while (i + 1 < text.size() && text[i + 1] != '\n' && text[i + 1] != '\r') ++i;
    } else if (c == '\n' || c == '\r') {
      end_record();
    } else if (s.separator == ' ' && blank(c)) {
      // A run of blanks is one separator, none at the ends of a line.
      while (i + 1 < text.size() && blank(text[i + 1])) ++i;
      const char next = i + 1 < text.size() ? text[i + 1] : '\n';
      const bool last = next == '\n' || next == '\r' || (s.comment != 0 && next == s.comment);
      if (any && !last) end_cell();
    } else if (c == s.separator) {
      end_cell();
      any = true;
    } else if (c == '"' && trimmed(cell).empty()) {
      cell.clear();
      quoted = any = true;
    } else {
      cell += c;
      any = any || !blank(c);
    }
  }
  end_record();
  return records;
}

}  // namespace

std::size_t Cells::field(const std::string& name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? names.size() : found->second;
}

void Cells::number_fields() {
  for (std::size_t j = 0; j < names.size(); ++j) fields_.try_emplace(names[j], j);
}

Cells cells_of(const std::string& text, const DataSettings& settings) {
  Cells cells;
  cells.rows = records_of(text, settings);
  if (settings.header) {
    cells.names = cells.rows.front();
    cells.rows.erase(cells.rows.begin());
  } else {
    for (std::size_t j = 0; j < cells.rows.front().size(); ++j) cells.names.push_back(std::to_string(j + 1));
  }
  cells.number_fields();
  return cells;
}

IndexRange indices_of(const std::string& text) {
  IndexRange range;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto colon = word.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t index = std::strtoul(word.c_str(), nullptr, 10);
    range.least = std::min(range.least, index);
    range.greatest = std::max(range.greatest, index);
  }
  return range;
}

Cells sparse_cells_of(const std::string& text, std::size_t first, std::size_t features) {
  Cells cells;
  cells.names = {"label"};
  for (std::size_t j = 0; j < features; ++j) cells.names.push_back(std::to_string(first + j));
  cells.number_fields();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> row(features + 1, "0");
    words >> row[0];
    for (std::string word; words >> word;) {
      const auto colon = word.find(':');
      const std::size_t index = std::strtoul(word.c_str(), nullptr, 10);
      if (index >= first && index - first < features) row[index - first + 1] = word.substr(colon + 1);
    }
    if (!row[0].empty()) cells.rows.push_back(std::move(row));
  }
  return cells;
}

std::optional<Real> number_of(const std::string& cell, const DataSettings& s) {
  std::string text = cell;
  if (!s.unit.empty()) {
    if (text.size() > s.unit.size() && text.compare(text.size() - s.unit.size(), s.unit.size(), s.unit) == 0)
      text = trimmed(text.substr(0, text.size() - s.unit.size()));
    else if (text.size() > s.unit.size() && text.rfind(s.unit, 0) == 0)
      text = trimmed(text.substr(s.unit.size()));
  }
  if (s.thousands != 0) text.erase(std::remove(text.begin(), text.end(), s.thousands), text.end());
  if (s.decimal == ',') std::replace(text.begin(), text.end(), ',', '.');
  if (text.empty() || text.find_first_not_of("+-.0123456789eE") != std::string::npos) return std::nullopt;
  char* end = nullptr;
  // What a cell means is a number of double precision.
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size()) return std::nullopt;
  return value;
}

bool is_missing(const std::string& cell, const DataSettings& s) {
  if (s.marks.count(small_letters(cell)) > 0) return true;
  const auto number = number_of(cell, s);
  return s.number_mark && number && *number == *s.number_mark;
}

Name name_of(const std::string& cell, const DataSettings& settings, bool exact) {
  const auto number = exact ? std::nullopt : number_of(cell, settings);
  return number ? Name{false, *number, {}} : Name{true, 0, cell};
}

}  // namespace lookahead::pairs
