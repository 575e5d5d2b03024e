#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/parts.hpp"
#include "base/unset.hpp"

namespace lookahead {

// A row's weight among `weights`; empty: all are 1.
template <Scalar T>
double weight_at(const std::vector<T>& weights, std::size_t row) {
  return weights.empty() ? 1 : static_cast<double>(weights[row]);
}

// Rows ready for a model, dense or sparse.
template <Scalar T>
struct Dataset {
  Index rows = 0;
  Index columns = 0;
  Unset<T> features;       // dense: rows x columns, row after row, no padding
  std::vector<T> targets;  // one per row: the number to predict, or the class as 0, 1, ...
  // One per row, >= 0, 1 on average: how much its loss counts in the mean. Empty: all are 1.
  std::vector<T> weights;
  // How much it counts in metrics, where that is something else: weights of classes are for the loss alone.
  std::optional<std::vector<T>> metric_weights;
  // One per row, added to its score by models that take an exposure: its logarithm. Empty: all are 0.
  std::vector<T> offsets;
  // Sparse: row i holds values[p] in column indices[p], rising, for starts[i] <= p < starts[i + 1], and zeros
  // elsewhere; `features` is empty. starts is empty where the rows are dense, otherwise rows + 1 numbers.
  std::vector<Index> starts;
  Unset<std::uint32_t> indices;
  Unset<T> values;
  // A regression's targets are (y - target_mean) / target_sd of the numbers y to predict.
  double target_mean = 0, target_sd = 1;
  // Ends of the features that come of one column of the file each, the last one `columns`. Empty: every
  // feature is a column of its own.
  std::vector<Index> groups;
  // Sorted by the worker that has them (base/parts.hpp), where it is more than 1.
  Index parts = 1;

  const std::vector<T>& weights_in_metrics() const { return metric_weights ? *metric_weights : weights; }
  bool sparse() const { return !starts.empty(); }
};

// How rows lie in memory.
struct RowOrder {
  Index parts = 1;      // Dataset::parts
  Index processes = 1;  // each of which uses that share of them
  // The memory holds of the features, or of the indices and values of sparse rows, what was used lately; a file
  // holds all.
  bool on_disk = false;
};

// Takes the features of `count` rows from `first` on, dense or sparse, out of the memory, where they lie on disk.
template <Scalar T>
void let_go(const Dataset<T>& rows, Index first, Index count) {
  const auto let_go_of = [](const auto& numbers, Index begin, Index end) {
    if (!numbers.get_allocator().on_disk) return;
    lookahead::let_go(reinterpret_cast<const char*>(numbers.data() + begin),
                      static_cast<std::size_t>(end - begin) * sizeof(*numbers.data()));
  };
  if (!rows.sparse()) return let_go_of(rows.features, first * rows.columns, (first + count) * rows.columns);
  const Index begin = rows.starts[static_cast<std::size_t>(first)];
  const Index end = rows.starts[static_cast<std::size_t>(first + count)];
  let_go_of(rows.indices, begin, end);
  let_go_of(rows.values, begin, end);
}

// The same of the rows that were dealt out among the parts as those from `first` to before `last`.
template <Scalar T>
void let_go_dealt(const Dataset<T>& rows, Index first, Index last) {
  const Division division{rows.parts, false};
  for (Index dealt = first; dealt < std::min(last, first + rows.parts); ++dealt) {
    const Index count = (last - dealt + rows.parts - 1) / rows.parts;
    let_go(rows, division.place(rows.rows, dealt), count);
  }
}

// Calls visit(column, value) for what row `row` of sparse rows holds, columns rising.
template <Scalar T, class Visit>
void for_each_entry(const Dataset<T>& rows, Index row, Visit&& visit) {
  const auto i = static_cast<std::size_t>(row);
  const auto last = static_cast<std::size_t>(rows.starts[i + 1]);
  for (auto p = static_cast<std::size_t>(rows.starts[i]); p < last; ++p)
    visit(static_cast<Index>(rows.indices[p]), rows.values[p]);
}

}  // namespace lookahead
