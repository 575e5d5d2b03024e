#include "data/encode/split.hpp"

#include <algorithm>
#include <cmath>

#include "random/stream.hpp"

namespace lookahead {

std::vector<bool> held_out_rows(const std::vector<std::uint32_t>& classes, double fraction,
                                std::uint64_t seed, RowPart part) {
  if (classes.empty()) return {};
  const std::size_t count = *std::max_element(classes.begin(), classes.end()) + std::size_t{1};
  std::vector<Index> left(count, 0), wanted(count, 0);
  for (const std::uint32_t c : classes) ++left[c];
  // Rounding the running total, not every class, keeps the whole at the fraction too.
  double total = 0, taken = 0;
  for (std::size_t c = 0; c < count; ++c) {
    total += fraction * static_cast<double>(left[c]);
    const auto due = static_cast<Index>(std::round(total) - taken);
    wanted[c] = std::clamp<Index>(due, 0, std::max<Index>(left[c] - 1, 0));
    taken += static_cast<double>(wanted[c]);
  }
  if (taken == 0) {
    const auto largest = std::max_element(left.begin(), left.end());
    if (*largest > 1) wanted[static_cast<std::size_t>(largest - left.begin())] = 1;
  }
  // Selection sampling (Knuth, TAOCP 2, algorithm 3.4.2 S): every subset of the wanted size is equally
  // likely.
  const Stream stream(seed, Purpose::split);
  const std::uint32_t lane = part == RowPart::test ? 1 : 0;
  std::vector<bool> held_out(classes.size());
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const std::uint32_t c = classes[row];
    if (stream.below(row, lane, left[c]--) >= wanted[c]) continue;
    held_out[row] = true;
    --wanted[c];
  }
  return held_out;
}

RowParts split_rows(const std::vector<std::uint32_t>& classes, const DataOptions& options) {
  const auto seed = static_cast<std::uint64_t>(options.split_seed);
  RowParts parts(classes.size(), RowPart::training);
  bool split = false;
  double left = 1;
  // Holds out a fraction of what is left.
  const auto hold_out = [&](double fraction, bool stratify, RowPart part) {
    if (fraction == 0) return true;
    std::vector<std::uint32_t> labels;
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < classes.size(); ++row) {
      if (parts[row] != RowPart::training) continue;
      rows.push_back(row);
      labels.push_back(stratify ? classes[row] : 0);
    }
    const std::vector<bool> chosen = held_out_rows(labels, fraction / left, seed, part);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (chosen[i]) parts[rows[i]] = part;
    }
    left -= fraction;
    split = true;
    return std::find(chosen.begin(), chosen.end(), true) != chosen.end();
  };
  const bool test = !options.test || hold_out(options.test->fraction, options.test->stratify, RowPart::test);
  const bool validation =
      hold_out(options.validation.fraction, options.validation.stratify, RowPart::validation);
  return split && test && validation ? parts : RowParts{};
}

bool has_fractions(const DataOptions& options) {
  return options.validation.fraction > 0 || (options.test && options.test->fraction > 0);
}

Fault too_few_to_split(const std::string& file, Index rows, const DataOptions& options) {
  const bool validation = options.validation.fraction > 0;
  const bool test = options.test && options.test->fraction > 0;
  const std::string what = validation && test ? "validation and test" : test ? "test" : "validation";
  return {FaultKind::data,
          {file, 0, 0},
          rows < 2 ? "one row can not be split for " + what
                   : "too few classes have two rows, so that none can be held out for " + what,
          test ? "leave data.test out" : "set data.validation: none"};
}

std::vector<std::uint32_t> fold_of_rows(const std::vector<std::uint32_t>& classes, Index folds,
                                        std::uint64_t seed) {
  if (classes.empty()) return {};
  const std::size_t count = *std::max_element(classes.begin(), classes.end()) + std::size_t{1};
  // The rows of a class are dealt out one by one, beginning where those of the class before it ended.
  std::vector<std::size_t> next(count + 1, 0);
  for (const std::uint32_t c : classes) ++next[c + std::size_t{1}];
  for (std::size_t c = 0; c < count; ++c) next[c + 1] += next[c];
  std::vector<std::uint32_t> order(classes.size()), fold(classes.size());
  shuffle(Stream(seed, Purpose::split), 0, order);
  for (const std::uint32_t row : order) {
    fold[row] = static_cast<std::uint32_t>(next[classes[row]]++ % static_cast<std::size_t>(folds));
  }
  return fold;
}

}  // namespace lookahead
