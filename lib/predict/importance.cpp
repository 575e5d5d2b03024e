#include "predict/importance.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "engine/evaluator.hpp"
#include "predict/skipped_lines.hpp"
#include "random/stream.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

// The features that one column of the file makes.
struct Features {
  std::string column;
  Index first = 0, count = 0;
};

std::vector<Features> columns_of(const Encoding& encoding) {
  std::vector<Features> columns;
  columns.reserve(encoding.columns.size());
  Index first = 0;
  for (const Column& column : encoding.columns) {
    columns.push_back({column.name, first, column.width()});
    first += column.width();
  }
  return columns;
}

// The rows, with row i having of one column what row order[i] of `rows` has.
template <Scalar T>
void deal_out(const Dataset<T>& rows, const Features& features, std::span<const std::uint32_t> order,
              Dataset<T>& out) {
  if (!rows.sparse()) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const T* const from =
          rows.features.data() + static_cast<Index>(order[i]) * rows.columns + features.first;
      std::copy_n(from, features.count,
                  out.features.data() + static_cast<Index>(i) * rows.columns + features.first);
    }
    return;
  }
  std::vector<std::pair<std::uint32_t, T>> entries;
  out.starts.assign(1, 0);
  out.indices.clear();
  out.values.clear();
  const auto copy_of = [&](Index row, bool own) {
    for_each_entry(rows, row, [&](Index column, T value) {
      const bool dealt = column >= features.first && column < features.first + features.count;
      if (dealt == own) return;
      out.indices.push_back(static_cast<std::uint32_t>(column));
      out.values.push_back(value);
    });
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    // Columns rise within a row: what stands before the dealt ones, they, and what follows.
    const auto row = static_cast<Index>(i);
    const std::size_t begin = out.indices.size();
    copy_of(row, true);
    copy_of(static_cast<Index>(order[i]), false);
    entries.clear();
    for (std::size_t p = begin; p < out.indices.size(); ++p)
      entries.emplace_back(out.indices[p], out.values[p]);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t k = 0; k < entries.size(); ++k) {
      out.indices[begin + k] = entries[k].first;
      out.values[begin + k] = entries[k].second;
    }
    out.starts.push_back(std::ssize(out.indices));
  }
}

// Moves the values of rows that count over those of the others, `width` of them a row.
template <class Values>
void keep_rows(Values& values, std::span<const std::size_t> kept, std::size_t width) {
  if (values.empty()) return;
  for (std::size_t i = 0; i < kept.size(); ++i)
    std::copy_n(values.data() + kept[i] * width, width, values.data() + i * width);
  values.resize(kept.size() * width);
}

// Rows of weight 0 are none: what they hold must not be dealt out to those that count.
template <Scalar T>
void drop_weightless(Dataset<T>& rows) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < rows.weights.size(); ++i) {
    if (rows.weights[i] > 0) kept.push_back(i);
  }
  if (kept.size() == rows.weights.size()) return;
  keep_rows(rows.targets, kept, 1);
  keep_rows(rows.weights, kept, 1);
  keep_rows(rows.offsets, kept, 1);
  if (rows.sparse()) {
    Index end = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const Index first = rows.starts[kept[i]], count = rows.starts[kept[i] + 1] - first;
      std::copy_n(rows.indices.begin() + first, count, rows.indices.begin() + end);
      std::copy_n(rows.values.begin() + first, count, rows.values.begin() + end);
      rows.starts[i] = end;
      end += count;
    }
    rows.starts[kept.size()] = end;
    rows.starts.resize(kept.size() + 1);
    rows.indices.resize(static_cast<std::size_t>(end));
    rows.values.resize(static_cast<std::size_t>(end));
  } else {
    keep_rows(rows.features, kept, static_cast<std::size_t>(rows.columns));
  }
  // The mean over fewer rows, by weights that are 1 on average again.
  const auto count = static_cast<Index>(kept.size());
  const double share = static_cast<double>(count) / static_cast<double>(rows.rows);
  for (T& weight : rows.weights) weight = static_cast<T>(static_cast<double>(weight) * share);
  rows.rows = count;
}

template <Scalar T>
Checked<WeightsTable> importance_in(const StoredModel& stored, const WeightsRequest& request, Index threads) {
  const Encoding& encoding = stored.encoding;
  WeightsTable table;
  const auto read_after = [&](Index lines) {
    return encode_file<T>(encoding, TestFile{request.data, lines, encoding.test_strip}, TargetNeed::required,
                          threads);
  };
  auto read = read_after(encoding.skip_lines);
  if (const Index lines = encoding.test_skip_lines; !read && lines != encoding.skip_lines) {
    if (auto again = read_after(lines)) {
      read = std::move(again);
      table.notes.push_back(request.data + ": " + skipped_text(lines));
    }
  }
  if (!read) return read.faults();
  drop_weightless(read->data);
  const Dataset<T>& rows = read->data;
  const Index classes = std::ssize(encoding.classes);
  std::vector<T> weights(stored.weights.begin(), stored.weights.end());
  Pool pool(threads);
  const auto loss_over = [&](const Dataset<T>& data) {
    const auto model = stored.model.entry->make<T>(stored.model.values, ModelSeat<T>{&data, classes, false});
    Evaluator<T> evaluator(*model, pool, data.rows);
    return evaluator.value(weights, Batch::range(0, data.rows)).value;
  };
  const double loss = loss_over(rows);
  table.csv = "column,importance,sd\n";
  Dataset<T> dealt = rows;
  std::vector<std::uint32_t> order(static_cast<std::size_t>(rows.rows));
  const std::vector<Features> columns = columns_of(encoding);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Stream stream(request.seed, Purpose::resampling, static_cast<Index>(c));
    std::vector<double> rises;
    rises.reserve(static_cast<std::size_t>(request.repeats));
    for (Index repeat = 0; repeat < request.repeats; ++repeat) {
      shuffle(stream, static_cast<std::uint64_t>(repeat), order);
      deal_out(rows, columns[c], order, dealt);
      rises.push_back(loss_over(dealt) - loss);
    }
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
    deal_out(rows, columns[c], order, dealt);
    const auto count = static_cast<double>(rises.size());
    double mean = 0, squares = 0;
    for (const double rise : rises) mean += rise / count;
    for (const double rise : rises) squares += (rise - mean) * (rise - mean);
    table.csv += csv_cell(columns[c].column) + ",";
    append_real(table.csv, mean);
    table.csv += ',';
    if (rises.size() > 1) append_real(table.csv, std::sqrt(squares / (count - 1)));
    table.csv += '\n';
  }
  table.notes.insert(table.notes.end(), read->notes.begin(), read->notes.end());
  table.notes.push_back(request.data + ": the mean loss is " + to_text(loss) + " over " +
                        counted(rows.rows, "row"));
  return table;
}

}  // namespace

Checked<WeightsTable> importance(const StoredModel& stored, const WeightsRequest& request, Index threads) {
  if (stored.encoding.format == RowFormat::libsvm) {
    return Fault{FaultKind::usage,
                 {request.data, 0, 0},
                 "files of the format libsvm have no columns to deal out anew",
                 "leave out --data for the weights of a linear model"};
  }
  if (stored.precision == Precision::single_precision) return importance_in<float>(stored, request, threads);
  return importance_in<double>(stored, request, threads);
}

}  // namespace lookahead
