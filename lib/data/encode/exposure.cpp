#include "data/encode/exposure.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "data/read/cell.hpp"
#include "data/read/resolution.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

template <Scalar T>
Checked<Done> encode_exposure(const Table& table, Index column, const RowParts& parts, PartSets<T>& sets) {
  if (column < 0) return Done{};
  const TableColumn& source = table.columns[static_cast<std::size_t>(column)];
  std::int64_t refused = 0;
  double first = 0, greatest = 0;
  table.cells.for_each(column, [&](std::size_t row, double cell) {
    const double exposure = is_boxed(cell) ? source.texts[unbox(cell)].value : cell;
    if (!(exposure > 0)) {
      if (refused++ == 0) first = exposure;
      return;
    }
    greatest = std::max(greatest, exposure);
    Dataset<T>& rows = sets[part_of(parts, static_cast<Index>(row))];
    rows.offsets.push_back(static_cast<T>(math::log(exposure)));
  });
  if (refused == 0 && greatest > static_cast<double>(std::numeric_limits<T>::max()))
    return beyond_range(table.file, source.title(), false);
  if (refused == 0) return Done{};
  return Fault{FaultKind::data,
               {table.file, 0, source.field},
               source.title() + ": " + to_text(refused) + (refused == 1 ? " row has" : " rows have") +
                   " an exposure that is not above 0, the first is " + to_text(first),
               "a count over no exposure says nothing; take such rows out"};
}

template Checked<Done> encode_exposure(const Table&, Index, const RowParts&, PartSets<float>&);
template Checked<Done> encode_exposure(const Table&, Index, const RowParts&, PartSets<double>&);

}  // namespace lookahead
