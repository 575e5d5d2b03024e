#pragma once
#include <limits>
#include <string_view>

#include "data/read/dialect.hpp"
#include "data/read/header.hpp"
#include "data/read/tokenizer.hpp"

namespace lookahead {

// A column takes some hundred bytes of names and plans before a row is read.
inline constexpr std::size_t most_columns = std::size_t{1} << 20;
inline constexpr std::size_t all_rows = std::numeric_limits<std::size_t>::max();

// Keeps the cells of so many records, at most one more than `most_columns` of each.
class Collector : public Records {
 public:
  explicit Collector(std::size_t most) : most_(most) {}
  void cell(std::string_view text, int) override {
    if (row_.size() <= most_columns) row_.emplace_back(text);
  }
  bool end(int) override {
    rows.push_back(std::move(row_));
    row_.clear();
    return rows.size() < most_;
  }
  TextRows rows;

 private:
  std::vector<std::string> row_;
  std::size_t most_;
};

// The first `most` records of a text, trimmed cells. The last one may be cut short where the text is.
TextRows first_records(std::string_view text, const Dialect& dialect, std::size_t most);

}  // namespace lookahead
