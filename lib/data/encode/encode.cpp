#include "data/encode/encode.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <stdexcept>

#include "base/memory.hpp"
#include "base/pages.hpp"
#include "base/sizes.hpp"
#include "base/text.hpp"
#include "data/encode/encode_categories.hpp"
#include "data/encode/steps.hpp"
#include "data/read/cell.hpp"
#include "data/read/faults.hpp"
#include "parallel/parallel.hpp"

namespace lookahead {
namespace {

Fault too_large(const std::string& file, const Encoding& encoding, double bytes) {
  const auto widest =
      std::max_element(encoding.columns.begin(), encoding.columns.end(),
                       [](const Column& a, const Column& b) { return a.width() < b.width(); });
  std::string cure = "drop columns, or read fewer rows";
  if (widest != encoding.columns.end() && widest->width() > 1) {
    cure = "column " + quoted(widest->name) + " alone has " + std::to_string(widest->width()) +
           " levels: list it in data.drop";
  }
  return {
      FaultKind::data,
      {file, 0, 0},
      "the encoded rows need " + bytes_text(bytes) + " of memory, there are " + bytes_text(usable_memory()),
      cure};
}

template <Scalar T>
Checked<Done> reserve(Dataset<T>& data, Index rows, const Encoding& encoding, bool with_target,
                      const RowOrder& order, const std::string& file) {
  data.rows = rows;
  data.parts = order.parts;
  data.columns = encoding.feature_count();
  data.groups = encoding.groups();
  data.target_mean = encoding.target_mean;
  data.target_sd = encoding.target_sd;
  const double bytes = static_cast<double>(rows) * static_cast<double>(data.columns) * sizeof(T);
  const double share = order.on_disk ? static_cast<double>(order.processes) : 1;
  if (bytes / share > usable_memory()) return too_large(file, encoding, bytes);
  if (order.on_disk && bytes > disk_memory_room()) return no_room_for_rows(file, true);
  try {
    data.features = Unset<T>(UnsetAllocator<T>(order.on_disk));
    data.features.resize(static_cast<std::size_t>(product_of_sizes({rows, data.columns})));
    data.targets.resize(with_target ? static_cast<std::size_t>(rows) : 0);
  } catch (const std::bad_alloc&) {
    return order.on_disk ? no_room_for_rows(file, true) : too_large(file, encoding, bytes);
  } catch (const std::length_error&) {
    return too_large(file, encoding, bytes);
  }
  return Done{};
}

// A number for every part.
using Places = std::array<Index, part_count>;

// Adds how many of `count` rows from `first` on are of each part.
void count_parts(const RowParts& parts, Index first, Index count, Places& counts) {
  if (parts.empty()) counts[0] += count;
  for (Index row = first; !parts.empty() && row < first + count; ++row)
    ++counts[static_cast<std::size_t>(part_of(parts, row))];
}

// Chunks that are encoded before memory is populated for the rows of the next ones, or two for every thread where that
// is more: few, so that the table and its rows are never in memory at the same time.
constexpr Index encoded_together = 32;

// Populates the memory of rows [first, end), which are about to be written: every large page by one thread, since two
// that write to a new one would both have it made.
template <Scalar T>
void populate_rows(Dataset<T>& data, Index first, Index end, Index threads) {
  auto* const begin = reinterpret_cast<char*>(data.features.data() + first * data.columns);
  const auto bytes = static_cast<std::size_t>((end - first) * data.columns) * sizeof(T);
  const std::size_t before = bytes_into_huge_page(begin);
  const std::size_t pages = bytes == 0 ? 0 : (before + bytes + huge_page - 1) / huge_page;
  for_each_on(threads, static_cast<Index>(pages), [&](Index page) {
    const std::size_t at = static_cast<std::size_t>(page) * huge_page;
    const std::size_t from = std::max(at, before) - before;
    populate(begin + from, std::min(at + huge_page - before, bytes) - from);
  });
}

// Cells encoded together, so that they stay in the first cache.
constexpr Index block_cells = 2048;

// Numeric columns that stand side by side in the table and among the features.
struct Run {
  std::size_t source, feature, count;
  std::size_t first;  // among the numeric columns
};

// Encodes rows as the columns of an encoding say; what it knows of them is shared by all threads.
template <Scalar T>
class RowEncoder {
 public:
  RowEncoder(const Table& table, const Encoding& encoding, const Sources& sources)
      : table_(table), encoding_(encoding), target_(table, encoding, sources) {
    std::size_t feature = 0;
    for (std::size_t k = 0; k < encoding.columns.size(); ++k) {
      const Column& column = encoding.columns[k];
      const std::size_t source = sources.features[k];
      if (column.kind == ColumnKind::text) {
        texts_.emplace_back(table, encoding, sources, k, feature);
      } else {
        const bool next_to_last = !runs_.empty() && runs_.back().source + runs_.back().count == source &&
                                  runs_.back().feature + runs_.back().count == feature;
        if (!next_to_last) runs_.push_back({source, feature, 0, means_.size()});
        ++runs_.back().count;
        means_.push_back(column.mean);
        // Anything divided by infinity is the 0 that a constant column becomes.
        sds_.push_back(column.sd > 0 ? column.sd : std::numeric_limits<double>::infinity());
        fills_.push_back(column.fill);
        names_.push_back(&column.name);
      }
      feature += static_cast<std::size_t>(column.width());
    }
  }

  struct Tally {
    std::vector<Index> unseen;               // cells of every text column that are no level
    const std::string* too_large = nullptr;  // a column with a number beyond the range of T
    bool overflows = false;                  // and of doubles

    void take(const std::string* column, double number) {
      too_large = column;
      overflows = std::isinf(number);
    }
  };

  std::size_t text_columns() const { return texts_.size(); }
  // The column of the encoding that text column `i` is.
  std::size_t text_column(std::size_t i) const { return texts_[i].column; }

  // One row of the table to its features.
  void features(const double* cells, T* out, Tally& tally) const {
    constexpr auto most = static_cast<double>(std::numeric_limits<T>::max());
    for (const Run& run : runs_) {
      const double* const x = cells + run.source;
      const double* const mean = means_.data() + run.first;
      const double* const sd = sds_.data() + run.first;
      T* const to = out + run.feature;
      int odd = 0;
      for (std::size_t j = 0; j < run.count; ++j) {
        const double scaled = (x[j] - mean[j]) / sd[j];
        odd += static_cast<int>(!(std::abs(scaled) <= most));
        to[j] = static_cast<T>(scaled);
      }
      if (odd > 0) odd_numbers(run, x, to, tally);
    }
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const TextStep<T>& step = texts_[i];
      T* const to = out + step.feature;
      std::copy(step.off.begin(), step.off.end(), to);
      const Index level = step.level_of(cells[step.source], tally.unseen[i]);
      if (level >= 0) to[level] = step.on[static_cast<std::size_t>(level)];
    }
  }

  T target(double cell, Tally& tally) const {
    const T value = target_(cell);
    if (std::isinf(value)) tally.take(&encoding_.target, target_.number(cell));
    return value;
  }

 private:
  // Boxed cells: odd numbers and missing ones; or numbers that T does not hold.
  void odd_numbers(const Run& run, const double* cells, T* out, Tally& tally) const {
    for (std::size_t j = 0; j < run.count; ++j) {
      double x = cells[j];
      const std::size_t k = run.first + j;
      if (is_boxed(x)) {
        x = table_.columns[run.source + j].texts[unbox(x)].value;
        if (std::isnan(x)) x = fills_[k];
      }
      const double scaled = (x - means_[k]) / sds_[k];
      if (std::abs(scaled) > std::numeric_limits<T>::max()) tally.take(names_[k], scaled);
      out[j] = static_cast<T>(scaled);
    }
  }

  const Table& table_;
  const Encoding& encoding_;
  std::vector<Run> runs_;
  std::vector<TextStep<T>> texts_;
  std::vector<double> means_, sds_, fills_;  // of the numeric columns
  std::vector<const std::string*> names_;
  TargetStep<T> target_;
};

}  // namespace

template <Scalar T>
Checked<Done> encode_rows(Table& table, const Encoding& encoding, const Sources& sources,
                          const RowParts& parts, const RowOrder& order, PartSets<T>& sets,
                          std::vector<Index>& unseen, Index threads) {
  if (encoding.sparse) return encode_categories(table, encoding, sources, parts, sets, unseen);
  const Division division{order.parts, false};
  const bool with_target = sources.target >= 0;
  Chunks& cells = table.cells;
  Places counts{};
  count_parts(parts, 0, cells.rows(), counts);
  for (std::size_t part = 0; part < part_count; ++part) {
    auto done =
        reserve(sets[static_cast<RowPart>(part)], counts[part], encoding, with_target, order, table.file);
    if (!done) return done;
  }
  const RowEncoder<T> encoder(table, encoding, sources);
  using Tally = typename RowEncoder<T>::Tally;
  std::vector<Tally> tallies(static_cast<std::size_t>(cells.chunks()));
  // Rows of each part before each chunk.
  std::vector<Places> before(1, Places{});
  for (Index i = 0; i < cells.chunks(); ++i) {
    before.push_back(before.back());
    count_parts(parts, cells.first_row(i), cells.rows_of(i), before.back());
  }
  const auto encode_chunk = [&](Index i) {
    Tally& tally = tallies[static_cast<std::size_t>(i)];
    tally.unseen.resize(encoder.text_columns());
    const Index first = cells.first_row(i);
    const Index most = std::max<Index>(1, block_cells / cells.width());
    std::vector<double> rows(static_cast<std::size_t>(most * cells.width()));
    Places next = before[static_cast<std::size_t>(i)];
    for (Index start = 0; start < cells.rows_of(i); start += most) {
      const Index count = std::min(most, cells.rows_of(i) - start);
      cells.read(i, start, count, rows.data());
      for (Index row = 0; row < count; ++row) {
        const RowPart part = part_of(parts, first + start + row);
        Dataset<T>& data = sets[part];
        const Index to = division.place(data.rows, next[static_cast<std::size_t>(part)]++);
        const double* const from = rows.data() + row * cells.width();
        encoder.features(from, data.features.data() + to * data.columns, tally);
        if (with_target)
          data.targets[static_cast<std::size_t>(to)] = encoder.target(from[sources.target], tally);
      }
    }
    cells.release(i);
    for (std::size_t part = 0; part < part_count && order.on_disk; ++part) {
      let_go_dealt(sets[static_cast<RowPart>(part)], before[static_cast<std::size_t>(i)][part], next[part]);
    }
  };
  const Index at_once = std::max(encoded_together, 2 * threads);
  for (Index start = 0; start < cells.chunks(); start += at_once) {
    const Index count = std::min(at_once, cells.chunks() - start);
    for (std::size_t part = 0; part < part_count && !order.on_disk; ++part) {
      populate_rows(sets[static_cast<RowPart>(part)], before[static_cast<std::size_t>(start)][part],
                    before[static_cast<std::size_t>(start + count)][part], threads);
    }
    for_each_on(threads, count, [&](Index i) { encode_chunk(start + i); });
  }
  unseen.assign(encoding.columns.size(), 0);
  for (const Tally& tally : tallies) {
    if (tally.too_large != nullptr)
      return beyond_range(table.file, "column " + quoted(*tally.too_large), tally.overflows);
    for (std::size_t i = 0; i < encoder.text_columns(); ++i)
      unseen[encoder.text_column(i)] += tally.unseen[i];
  }
  return Done{};
}

std::vector<std::string> unseen_notes(const Encoding& encoding, const std::vector<Index>& unseen,
                                      const std::string& file) {
  std::vector<std::string> notes;
  for (std::size_t k = 0; k < unseen.size(); ++k) {
    if (unseen[k] == 0) continue;
    const Column& column = encoding.columns[k];
    notes.push_back(file + ": " + std::to_string(unseen[k]) + (unseen[k] == 1 ? " cell of " : " cells of ") +
                    quoted(column.name) + (unseen[k] == 1 ? " holds a level" : " hold levels") +
                    " not seen in training, taken as " + (column.group ? quoted(*column.group) : "zeros"));
  }
  return notes;
}

template Checked<Done> encode_rows(Table&, const Encoding&, const Sources&, const RowParts&, const RowOrder&,
                                   PartSets<float>&, std::vector<Index>&, Index);
template Checked<Done> encode_rows(Table&, const Encoding&, const Sources&, const RowParts&, const RowOrder&,
                                   PartSets<double>&, std::vector<Index>&, Index);

}  // namespace lookahead
