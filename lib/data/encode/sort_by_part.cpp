#include "data/encode/sort_by_part.hpp"

namespace lookahead {
namespace {

// One value for every row; or none.
template <class Values>
void sort_values(Values& values, const Division& division) {
  if (values.empty()) return;
  Values sorted(values.size());
  for (Index i = 0; i < std::ssize(values); ++i) {
    sorted[static_cast<std::size_t>(division.place(std::ssize(values), i))] =
        values[static_cast<std::size_t>(i)];
  }
  values = std::move(sorted);
}

template <Scalar T>
void sort_entries(Dataset<T>& rows, const Division& division) {
  std::vector<Index> starts(1, 0);
  Unset<std::uint32_t> indices;
  Unset<T> values;
  starts.reserve(rows.starts.size());
  indices.reserve(rows.indices.size());
  values.reserve(rows.values.size());
  for (Index part = 0; part < division.parts; ++part) {
    for (Index row = part; row < rows.rows; row += division.parts) {
      const auto i = static_cast<std::size_t>(row);
      const Index first = rows.starts[i], last = rows.starts[i + 1];
      indices.insert(indices.end(), rows.indices.begin() + first, rows.indices.begin() + last);
      values.insert(values.end(), rows.values.begin() + first, rows.values.begin() + last);
      starts.push_back(std::ssize(indices));
    }
  }
  rows.starts = std::move(starts);
  rows.indices = std::move(indices);
  rows.values = std::move(values);
}

}  // namespace

template <Scalar T>
void sort_by_part(Dataset<T>& rows, Index parts) {
  if (parts == 1) return;
  const Division division{parts, false};
  rows.parts = parts;
  sort_values(rows.weights, division);
  sort_values(rows.offsets, division);
  if (!rows.sparse()) return;
  sort_values(rows.targets, division);
  sort_entries(rows, division);
}

template void sort_by_part(Dataset<float>&, Index);
template void sort_by_part(Dataset<double>&, Index);

}  // namespace lookahead
