#pragma once
#include <string>
#include <vector>

#include "data/encode/encoding.hpp"
#include "data/read/dictionary.hpp"

namespace lookahead {

// At most ten of the parts, and how many others there are: "a, b, and 3 more columns".
std::string shortened(std::vector<std::string> parts, const std::string& what);

// Of the texts that stand in rows, the numbers that are written in several ways, in the order of their names:
// "'100000', '1e5' are 100000". `counts`: how often each text of the dictionary stands there.
std::vector<std::string> joined_numbers(const Dictionary& texts, const std::vector<double>& counts,
                                        const NumberFormat& format);

// What is odd about the columns and classes of training rows, for notes.
class Oddities {
 public:
  // A column of one value; `rounded`: but for rounding.
  void constant(const std::string& column, bool rounded);
  // The levels of a column, of texts that stand so often in the training rows; `sparse`: rows are made so.
  void levels(const Column& column, const Dictionary& texts, const std::vector<double>& counts,
              const NumberFormat& format, bool sparse);
  // The texts of the target, by how often each stands in the rows.
  void labels(const Dictionary& texts, const std::vector<double>& counts, const NumberFormat& format);

  // `target` is what the target is called, "target 'y'".
  std::vector<std::string> notes(const std::string& target, const std::vector<std::string>& classes) const;

 private:
  std::vector<std::string> constant_, rounded_;
  std::vector<std::string> wide_, similar_;  // with many levels, and with levels that look alike
  std::vector<std::string> odd_numbers_;     // with levels that are nearly numbers
  std::vector<std::string> joined_levels_,
      joined_;  // numbers that are one level, and labels that are one class
};

}  // namespace lookahead
