#include <algorithm>
#include <cmath>
#include <set>

#include "base/table_text.hpp"
#include "base/text.hpp"
#include "commands.hpp"

namespace lookahead::cmd {
namespace {

constexpr std::size_t most_classes = 12;  // with a matrix
constexpr std::size_t worst_shown = 5;
constexpr std::size_t longest_title = 16;  // characters of a class at the left

std::string shortened(const std::string& text, std::size_t most) {
  return first_characters(visible(text), most);
}

std::string left(const std::string& text, std::size_t width) {
  const std::string shown = shortened(text, width);
  return shown + std::string(width - shown_width(shown), ' ');
}

std::string right(const std::string& text, std::size_t width) {
  const std::string shown = shortened(text, width);
  return std::string(width - shown_width(shown), ' ') + shown;
}

// A name in so many columns, cut at its beginning where names would look alike, cut at their ends.
std::string fitted(const std::string& name, std::size_t width, bool alike) {
  const std::string whole = visible(name);
  if (!alike || shown_width(whole) <= width) return name;
  constexpr std::string_view dots = "...";
  std::size_t begin = 0;
  const auto within = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; };
  while (begin < whole.size() && (shown_width(whole.substr(begin)) + dots.size() > width)) {
    ++begin;
    while (begin < whole.size() && within(whole[begin])) ++begin;
  }
  return std::string(dots) + whole.substr(begin);
}

// Whether some names look alike in so many columns.
bool look_alike(const std::vector<std::string>& names, std::size_t width) {
  std::set<std::string> seen;
  return !std::all_of(names.begin(), names.end(),
                      [&](const auto& name) { return seen.insert(shortened(name, width)).second; });
}

std::string cell_text(double count) { return to_text(static_cast<std::int64_t>(count)); }

std::string share_text(double share) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4f", share);
  return std::isfinite(share) ? buffer : "-";
}

class Table {
 public:
  Table(const ClassReport& report, const std::vector<std::string>& names)
      : report_(report), counts_(report.counts.counts()), shares_(report.counts.shares()), names_(names) {
    for (const std::string& name : names)
      title_ = std::max(title_, std::min(longest_title, shown_width(visible(name))));
    alike_ = look_alike(names, longest_title);
  }

  std::string with_matrix() const {
    std::size_t digits = 0, longest = 0;
    for (std::size_t c = 0; c < names_.size(); ++c) {
      digits =
          std::max({digits, cell_text(counts_.support(c)).size(), cell_text(counts_.predicted(c)).size()});
      longest = std::max(longest, shown_width(visible(names_[c])));
    }
    // Names that would make the table too wide are cut.
    const std::size_t cell = std::max(digits, std::min<std::size_t>(longest, names_.size() <= 6 ? 10 : 5));
    std::string text = "  " + Codec<RowsPart>::word(report_.part) +
                       " rows by class (down) and prediction (across)" + weighted() + "\n    " +
                       left("", title_);
    const bool alike = look_alike(names_, cell);
    for (const std::string& name : names_) text += "  " + right(fitted(name, cell, alike), cell);
    text += shares_head() + "\n";
    for (std::size_t c = 0; c < names_.size(); ++c) {
      text += "    " + left(title_of(c), title_);
      for (std::size_t k = 0; k < names_.size(); ++k) text += "  " + right(cell_text(cell_of(c, k)), cell);
      text += shares(c) + "\n";
    }
    return text;
  }

  std::string worst() const {
    std::vector<std::size_t> order;
    for (std::size_t c = 0; c < names_.size(); ++c) {
      if (counts_.support(c) > 0) order.push_back(c);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return shares_.f1(a) < shares_.f1(b); });
    order.resize(std::min(order.size(), worst_shown));
    std::string text = "  " + Codec<RowsPart>::word(report_.part) + " rows: the worst " +
                       std::to_string(order.size()) + " of " + std::to_string(names_.size()) + " classes" +
                       weighted() + "\n    " + left("", title_) + shares_head();
    if (!report_.counts.matrix().empty()) text += "  mostly taken for";
    text += "\n";
    for (const std::size_t c : order)
      text += "    " + left(title_of(c), title_) + shares(c) + mistaken_for(c) + "\n";
    return text;
  }

 private:
  std::string title_of(std::size_t c) const { return fitted(names_[c], title_, alike_); }
  double cell_of(std::size_t row, std::size_t column) const {
    return report_.counts.matrix()[row * names_.size() + column];
  }

  // Rows are counted in the cells and the support, whatever they weigh.
  const char* weighted() const {
    return report_.counts.weighted() ? "; precision, recall and f1 are weighted" : "";
  }
  static std::string shares_head() { return "  precision  recall      f1   support"; }
  std::string shares(std::size_t c) const {
    return "  " + right(share_text(shares_.precision(c)), 9) + "  " +
           right(share_text(shares_.recall(c)), 6) + "  " + right(share_text(shares_.f1(c)), 6) + "  " +
           right(cell_text(counts_.support(c)), 8);
  }

  // The class that most of the wrongly predicted rows of class c were given.
  std::string mistaken_for(std::size_t c) const {
    if (report_.counts.matrix().empty()) return "";
    std::size_t most = c;
    for (std::size_t k = 0; k < names_.size(); ++k) {
      if (k != c && cell_of(c, k) > (most == c ? 0 : cell_of(c, most))) most = k;
    }
    if (most == c) return "  -";
    return "  " + shortened(fitted(names_[most], longest_title, alike_), longest_title) + " (" +
           cell_text(cell_of(c, most)) + ")";
  }

  const ClassReport& report_;
  const ClassCounts& counts_;
  const ClassCounts& shares_;
  const std::vector<std::string>& names_;
  std::size_t title_ = 0;
  bool alike_ = false;
};

}  // namespace

std::string class_table(const ClassReport& report, const std::vector<std::string>& names) {
  const Table table(report, names);
  return names.size() <= most_classes ? table.with_matrix() : table.worst();
}

}  // namespace lookahead::cmd
