#include "data/sparse/encode_sparse.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/disk_memory.hpp"
#include "base/memory.hpp"
#include "data/read/faults.hpp"
#include "data/read/label.hpp"
#include "data/read/resolution.hpp"

namespace lookahead {
namespace {

using Indices = std::span<const std::uint32_t>;
using Numbers = std::span<const double>;

// What every label is as a target; NaN where it is no known class.
std::vector<double> targets_of(const SparseTable& table, const Encoding& encoding) {
  std::vector<double> targets;
  const LabelIndex places(encoding.classes, true);
  for (std::uint32_t id = 0; id < table.texts.size(); ++id) {
    const Index place = places.find(*table.texts[id].text);
    targets.push_back(encoding.task == Task::regression
                          ? (table.texts[id].value - encoding.target_mean) / encoding.target_sd
                      : place >= 0 ? static_cast<double>(place)
                                   : std::nan(""));
  }
  return targets;
}

// Entries as the encoding scales them.
class Scaling {
 public:
  explicit Scaling(const Encoding& encoding) : scales_(encoding.scales) {}

  // Calls visit(feature, value) for what is left of a row, zeros left out.
  template <class Visit>
  void for_each(Indices features, Numbers values, Visit visit) const {
    for (std::size_t p = 0; p < features.size(); ++p) {
      if (features[p] == unseen_index) continue;
      const double value = scaled(features[p], values[p]);
      if (value != 0) visit(features[p], value);
    }
  }

 private:
  double scaled(std::uint32_t feature, double value) const {
    if (scales_.empty()) return value;
    return scales_[feature] > 0 ? value / scales_[feature] : 0;
  }
  const std::vector<double>& scales_;
};

// Finds the places of rows that come in the file's order.
template <Scalar T>
class RowPlaces {
 public:
  RowPlaces(const RowParts& parts, PartSets<T>& sets) : parts_(parts), sets_(sets) {}

  struct Place {
    Dataset<T>& data;
    std::size_t row;
  };
  // That of the next row, which is `row` of the file.
  Place next(Index row) {
    const RowPart part = part_of(parts_, row);
    Dataset<T>& data = sets_[part];
    const Index dealt = next_[static_cast<std::size_t>(part)]++;
    return {data, static_cast<std::size_t>(Division{data.parts, false}.place(data.rows, dealt))};
  }
  // Takes the rows since the last rest out of the memory, where they lie on disk.
  void rest() {
    for (std::size_t part = 0; part < part_count; ++part)
      let_go_dealt(sets_[static_cast<RowPart>(part)], rested_[part], next_[part]);
    rested_ = next_;
  }

 private:
  const RowParts& parts_;
  PartSets<T>& sets_;
  std::array<Index, part_count> next_{}, rested_{};
};

// Finds how many entries each row keeps, and from that where they start.
template <Scalar T>
void find_starts(const EntryChunks& entries, bool all_kept, const Scaling& scaling, const RowParts& parts,
                 PartSets<T>& sets) {
  for (Index row = 0; row < entries.rows(); ++row) ++sets[part_of(parts, row)].rows;
  for (Dataset<T>& data : sets) data.starts.assign(static_cast<std::size_t>(data.rows) + 1, 0);
  RowPlaces<T> places(parts, sets);
  const auto set_count = [&](Index row, Index count) {
    const auto place = places.next(row);
    place.data.starts[place.row + 1] = count;
  };
  if (all_kept) {
    for (Index row = 0; row < entries.rows(); ++row) set_count(row, entries.entries_of(row));
  } else {
    entries.for_each_row([&](Index row, Indices features, Numbers values) {
      Index count = 0;
      scaling.for_each(features, values, [&](std::uint32_t, double) { ++count; });
      set_count(row, count);
    });
  }
  for (Dataset<T>& data : sets) std::partial_sum(data.starts.begin(), data.starts.end(), data.starts.begin());
}

// Makes room for the targets, and for as many entries as the starts say.
template <Scalar T>
Checked<Done> reserve(Dataset<T>& data, const RowOrder& order, const std::string& file) {
  data.targets.resize(static_cast<std::size_t>(data.rows));
  const double bytes = static_cast<double>(data.starts.back()) * (sizeof(T) + sizeof(std::uint32_t));
  const double own = bytes / (order.on_disk ? static_cast<double>(order.processes) : 1);
  if (own > usable_memory()) throw MoreThanMemory(own);
  if (order.on_disk && bytes > disk_memory_room()) return no_room_for_rows(file, true);
  try {
    data.indices = Unset<std::uint32_t>(UnsetAllocator<std::uint32_t>(order.on_disk));
    data.values = Unset<T>(UnsetAllocator<T>(order.on_disk));
    data.indices.resize(static_cast<std::size_t>(data.starts.back()));
    data.values.resize(static_cast<std::size_t>(data.starts.back()));
  } catch (const std::bad_alloc&) {
    if (!order.on_disk) throw;
    return no_room_for_rows(file, true);
  }
  return Done{};
}

}  // namespace

Index number_features(EntryChunks& entries, const Encoding& encoding) {
  Index unseen = 0;
  entries.change_indices([&](std::uint32_t index) {
    const Index feature = encoding.feature_of(index);
    if (feature < encoding.sparse_features) return static_cast<std::uint32_t>(feature);
    ++unseen;
    return unseen_index;
  });
  return unseen;
}

template <Scalar T>
Checked<Done> encode_sparse(SparseTable& table, Index unseen, const Encoding& encoding, const RowParts& parts,
                            const RowOrder& order, PartSets<T>& sets) {
  EntryChunks& entries = table.entries;
  for (Dataset<T>& data : sets) {
    data.parts = order.parts;
    data.columns = encoding.sparse_features;
    data.target_mean = encoding.target_mean;
    data.target_sd = encoding.target_sd;
  }
  const Scaling scaling(encoding);
  find_starts(entries, unseen == 0 && encoding.scales.empty(), scaling, parts, sets);
  for (Dataset<T>& data : sets) {
    if (auto done = reserve(data, order, table.file); !done) return done;
  }
  const std::vector<double> targets = targets_of(table, encoding);
  RowPlaces<T> places(parts, sets);
  const auto fits = [](double value) { return std::abs(value) <= std::numeric_limits<T>::max(); };
  std::optional<std::uint32_t> too_large;  // the first feature with a number beyond the range of T
  bool large_label = false;
  for (Index chunk = 0; chunk < entries.chunks(); ++chunk) {
    entries.for_each_row_of(chunk, [&](Index row, Indices features, Numbers values) {
      const auto [data, place] = places.next(row);
      const std::uint32_t label = table.labels[static_cast<std::size_t>(row)];
      const double target =
          label == SparseTable::no_label ? std::numeric_limits<double>::quiet_NaN() : targets[label];
      large_label = large_label || (!std::isnan(target) && !fits(target));
      data.targets[place] = large_label ? T{0} : static_cast<T>(target);
      auto* index = data.indices.data() + data.starts[place];
      auto* to = data.values.data() + data.starts[place];
      scaling.for_each(features, values, [&](std::uint32_t feature, double value) {
        const bool fine = fits(value);
        if (!fine && !too_large) too_large = feature;
        *index++ = feature;
        *to++ = fine ? static_cast<T>(value) : T{0};
      });
    });
    if (too_large) {
      return beyond_range(table.file, "index " + std::to_string(encoding.index_of(Index{*too_large})), false);
    }
    if (large_label) return beyond_range(table.file, "the label", false);
    entries.release(chunk);
    if (order.on_disk) places.rest();
  }
  return Done{};
}

template Checked<Done> encode_sparse(SparseTable&, Index, const Encoding&, const RowParts&, const RowOrder&,
                                     PartSets<float>&);
template Checked<Done> encode_sparse(SparseTable&, Index, const Encoding&, const RowParts&, const RowOrder&,
                                     PartSets<double>&);

}  // namespace lookahead
