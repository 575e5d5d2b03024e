#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/read/number_format.hpp"

namespace lookahead {

// The name of the class or level that a text stands for: that of a number is its shortest form, with a point,
// so that 1, 1.0 and +1 are one; other texts, and numbers of more than 15 digits other than those of the
// double that they are read as, which would not be told apart, are their own.
std::string label_name(std::string_view text, const NumberFormat& format = {});

// Sorts names: numbers in their order, then texts in byte order.
void sort_labels(std::vector<std::string>& names);

// Finds texts among names, as they stand or, where it compares numbers, by the number they are.
class LabelIndex {
 public:
  LabelIndex(const std::vector<std::string>& names, bool by_number, NumberFormat format = {});
  // The place of the text among the names, or -1.
  Index find(const std::string& text) const;

 private:
  std::unordered_map<std::string, Index> places_;
  bool by_number_;
  NumberFormat format_;
};

// Names that are easily taken for one: they differ in capital letters or in what separates words, blanks and
// punctuation, but not in signs as those of <=5 and >5, or, by_number, are numbers that are read as the same.
// Each group of them as a list, at most `most` groups; none where there are none.
std::vector<std::vector<std::string>> similar_labels(const std::vector<std::string>& names, std::size_t most,
                                                     bool by_number = true);

}  // namespace lookahead
