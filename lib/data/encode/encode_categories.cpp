#include "data/encode/encode_categories.hpp"

#include "data/encode/steps.hpp"

namespace lookahead {

template <Scalar T>
Checked<Done> encode_categories(Table& table, const Encoding& encoding, const Sources& sources,
                                const RowParts& parts, PartSets<T>& sets, std::vector<Index>& unseen) {
  std::vector<TextStep<T>> steps;
  std::size_t feature = 0;
  for (std::size_t k = 0; k < encoding.columns.size(); ++k) {
    steps.emplace_back(table, encoding, sources, k, feature);
    feature += static_cast<std::size_t>(encoding.columns[k].width());
  }
  const TargetStep<T> target(table, encoding, sources);
  for (Dataset<T>& data : sets) {
    data.columns = encoding.feature_count();
    data.groups = encoding.groups();
    data.target_mean = encoding.target_mean;
    data.target_sd = encoding.target_sd;
    data.starts.assign(1, 0);
  }
  unseen.assign(steps.size(), 0);
  Chunks& cells = table.cells;
  std::vector<double> row(static_cast<std::size_t>(cells.width()));
  for (Index chunk = 0; chunk < cells.chunks(); ++chunk) {
    for (Index i = 0; i < cells.rows_of(chunk); ++i) {
      Dataset<T>& data = sets[part_of(parts, cells.first_row(chunk) + i)];
      cells.read(chunk, i, 1, row.data());
      for (std::size_t k = 0; k < steps.size(); ++k) {
        const Index level = steps[k].level_of(row[steps[k].source], unseen[k]);
        if (level < 0) continue;
        data.indices.push_back(
            static_cast<std::uint32_t>(steps[k].feature + static_cast<std::size_t>(level)));
        data.values.push_back(T{1});
      }
      data.starts.push_back(std::ssize(data.indices));
      ++data.rows;
      if (sources.target < 0) continue;
      const T value = target(row[static_cast<std::size_t>(sources.target)]);
      if (std::isinf(value)) {
        const double number = target.number(row[static_cast<std::size_t>(sources.target)]);
        return beyond_range(table.file, "column " + quoted(encoding.target), std::isinf(number));
      }
      data.targets.push_back(value);
    }
    cells.release(chunk);
  }
  return Done{};
}

template Checked<Done> encode_categories(Table&, const Encoding&, const Sources&, const RowParts&,
                                         PartSets<float>&, std::vector<Index>&);
template Checked<Done> encode_categories(Table&, const Encoding&, const Sources&, const RowParts&,
                                         PartSets<double>&, std::vector<Index>&);

}  // namespace lookahead
