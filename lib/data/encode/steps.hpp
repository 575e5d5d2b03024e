#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "data/encode/encode.hpp"
#include "data/read/cell.hpp"
#include "data/read/label.hpp"
#include "data/read/resolution.hpp"

namespace lookahead {

// The position among `names` of every text of a dictionary, -1 where it is none of them; one more -1 for the
// number that stands for texts outside a closed dictionary.
inline std::vector<Index> class_numbers(const Dictionary& texts, const std::vector<std::string>& names,
                                        const NumberFormat& format) {
  std::vector<Index> result(std::max(texts.size(), names.size()) + 1, -1);
  const LabelIndex places(names, true, format);
  for (std::uint32_t id = 0; id < texts.size(); ++id) result[id] = places.find(*texts[id].text);
  return result;
}

// The same for the features of a column of text, as in Column::feature_of.
inline std::vector<Index> level_numbers(const Dictionary& texts, const Column& column,
                                        const NumberFormat& format) {
  const std::vector<std::string> known = column.known();
  const LabelIndex places(known, column.by_number, format);
  std::vector<Index> result(std::max(texts.size(), known.size()) + 1, Column::unknown);
  const auto features = std::ssize(column.levels);
  const Index rare_from = features + (column.reference ? 1 : 0);
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    Index place = places.find(*texts[id].text);
    if (place < 0 && texts[id].missing && column.missing_level) place = places.find(*column.missing_level);
    if (place < 0) continue;
    result[id] = place < features    ? place
                 : place < rare_from ? Column::no_feature
                                     : column.feature_of_unknown();
  }
  return result;
}

// What a text column's cells become.
template <Scalar T>
struct TextStep {
  std::size_t source, feature, column;
  // The feature of every text, that of unknown ones, and the features' two values.
  std::vector<Index> level;
  Index level_of_unknown;
  std::vector<T> off, on;

  // Column k of the encoding, whose features begin at `first`.
  TextStep(const Table& table, const Encoding& encoding, const Sources& sources, std::size_t k,
           std::size_t first)
      : source(sources.features[k]),
        feature(first),
        column(k),
        level(level_numbers(table.columns[source].texts, encoding.columns[k], table.numbers)),
        level_of_unknown(encoding.columns[k].feature_of_unknown()) {
    for (std::size_t i = 0; i < encoding.columns[k].levels.size(); ++i) {
      off.push_back(static_cast<T>(encoding.columns[k].off(i)));
      on.push_back(static_cast<T>(encoding.columns[k].on(i)));
    }
  }

  // The level of a cell, negative for none of them; counts the unknown ones.
  Index level_of(double cell, Index& unseen) const {
    const Index known = level[unbox(cell)];
    if (known != Column::unknown) return known;
    ++unseen;
    return level_of_unknown;
  }
};

// What the target's cells become.
template <Scalar T>
class TargetStep {
 public:
  TargetStep(const Table& table, const Encoding& encoding, const Sources& sources)
      : encoding_(encoding),
        texts_(sources.target < 0 ? nullptr
                                  : &table.columns[static_cast<std::size_t>(sources.target)].texts) {
    if (texts_ != nullptr) class_of_ = class_numbers(*texts_, encoding.classes, table.numbers);
  }

  // NaN for one that is missing or of no known class; infinite for one beyond the range of T.
  T operator()(double cell) const {
    if (encoding_.task == Task::classification) {
      const Index number = class_of_[unbox(cell)];
      return number < 0 ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(number);
    }
    return static_cast<T>(number(cell));
  }

  // What a regression makes of the cell.
  double number(double cell) const {
    if (is_boxed(cell)) cell = (*texts_)[unbox(cell)].value;
    return (cell - encoding_.target_mean) / encoding_.target_sd;
  }

 private:
  const Encoding& encoding_;
  const Dictionary* texts_;
  std::vector<Index> class_of_;
};

}  // namespace lookahead
