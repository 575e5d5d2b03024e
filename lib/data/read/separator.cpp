#include "data/read/separator.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "data/read/first_records.hpp"
#include "data/read/header.hpp"

namespace lookahead {
namespace {

// Whether a quote stays open in so much of the head that it is none, or that this is no separator.
bool stays_open(const CsvFile& file, const Dialect& dialect) {
  Collector collector(all_rows);
  const std::string_view head = file.head();
  Tokenizer tokenizer("", dialect, collector, 0, file.line_end());
  if (tokenizer.read(head) || tokenizer.faults().empty()) return false;
  const auto lines = std::count(head.begin(), head.end(), file.line_end());
  return file.is_short() || tokenizer.line() * 2 < lines;
}

// How well a file falls into fields at a separator.
struct SeparatorFit {
  char separator = ',';
  double share = 0.5;  // of the records that have as many fields as most
  bool exact = false;  // the header, too, but for the name of the first column
  bool cuts = false;   // quoted texts, in many records
  TextRows rows;
};

// How many fields begin or end within a quoted text, and have an odd number of quotes.
Index cut_fields(std::string_view text, char separator, char line_end) {
  Index cut = 0;
  bool begins = true, quoted = false, odd = false;
  for (const char c : text) {
    if (c == '"') {
      odd = !odd;
      quoted = begins || (quoted && odd);
      begins = false;
    } else if (!(quoted && odd) && (c == separator || c == line_end)) {
      cut += odd ? 1 : 0;
      begins = true;
      quoted = odd = false;
    } else if (c != ' ') {
      begins = false;
    }
  }
  return cut;
}

SeparatorFit fit_of(char separator, const CsvFile& file, char comment) {
  SeparatorFit fit{separator, 0, false, false, first_records(file.head(), {separator, comment}, all_rows)};
  std::map<std::size_t, std::size_t> counts;
  for (const auto& row : fit.rows) ++counts[row.size()];
  for (auto [fields, count] : counts) {
    const std::size_t named = fit.rows.front().size();
    if (fields == named + 1) ++count;
    const double share = static_cast<double>(count) / static_cast<double>(fit.rows.size());
    if (fields < 2 || share <= fit.share) continue;
    fit.share = share;
    // Where it does not stand in the header at all, that is one name short of nothing.
    fit.exact = fields == named || (fields == named + 1 && named > 1);
  }
  constexpr Index many = 10;  // one in so many records
  fit.cuts = many * cut_fields(file.head(), separator, file.line_end()) > std::ssize(fit.rows);
  return fit;
}

// Whether `later` leaves numbers whole that `fit` cuts, and cuts no text with a digit where `fit` separates.
bool has_the_numbers(const SeparatorFit& later, const SeparatorFit& fit) {
  const auto numbers_in = [](const SeparatorFit& one) {
    std::size_t numbers = 0, cells = 0;
    for (auto row = one.rows.begin() + 1; row != one.rows.end(); ++row) {
      cells += row->size();
      for (const std::string& cell : *row) numbers += is_number(cell, '.') || is_number(cell, ',') ? 1 : 0;
    }
    return cells == 0 ? 0 : static_cast<double>(numbers) / static_cast<double>(cells);
  };
  for (const auto& row : later.rows) {
    for (const std::string& cell : row) {
      if (cell.find(fit.separator) != std::string::npos &&
          cell.find_first_of("0123456789") != std::string::npos)
        return false;
    }
  }
  return numbers_in(fit) == 0 && numbers_in(later) >= 0.5;
}

}  // namespace

char guess_separator(const CsvFile& file, char comment) {
  for (const bool open : {false, true}) {
    std::optional<SeparatorFit> best;
    for (const char candidate : {'\t', ';', '|', ',', ' '}) {
      SeparatorFit fit = fit_of(candidate, file, comment);
      if (fit.share <= 0.5 || (candidate == ' ' && fit.share < 1)) continue;
      if (stays_open(file, {candidate, comment}) != open) continue;
      const auto rank = [](const SeparatorFit& one) { return std::tuple(!one.cuts, one.share, one.exact); };
      const bool numbers =
          best && candidate != ' ' && rank(fit) == rank(*best) && has_the_numbers(fit, *best);
      const bool better =
          best && (candidate == ' ' ? std::tuple(!fit.cuts, fit.share) > std::tuple(!best->cuts, best->share)
                                    : rank(fit) > rank(*best));
      if (!best || better || numbers) best = std::move(fit);
    }
    if (best) return best->separator;
  }
  return ',';
}

}  // namespace lookahead
