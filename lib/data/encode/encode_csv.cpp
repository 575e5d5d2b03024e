#include "data/encode/encode_csv.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/encode/exposure.hpp"
#include "data/encode/weights.hpp"
#include "data/read/faults.hpp"

namespace lookahead {
namespace {

// What the policy does not allow in a file that has to fit the encoding.
Faults refused_cells(const Table& table, const Encoding& encoding, TargetNeed need) {
  Faults faults;
  for (const TableColumn& column : table.columns) {
    for (const auto& infinite : column.first_infinite) {
      faults.push_back({FaultKind::data,
                        {table.file, infinite.line, column.field},
                        column.title() + ": " + quoted(infinite.text) + " is not finite",
                        "correct it"});
    }
    const bool only_judges = column.reading.target || column.reading.weights;
    if (column.missing == 0 || (only_judges && need == TargetNeed::optional)) continue;
    const MissingPolicy policy = encoding.missing.policy;
    const bool text_mean = policy == MissingPolicy::mean && column.reading.role == FieldReading::Role::text;
    const bool weight = policy != MissingPolicy::drop && column.reading.weights;
    const bool exposure = policy != MissingPolicy::drop && column.reading.exposure;
    if (policy != MissingPolicy::error && !weight && !exposure && (!text_mean || column.reading.target))
      continue;
    faults.push_back({FaultKind::data,
                      {table.file, column.first_missing->line, column.field},
                      column.title() + ": " + std::to_string(column.missing) +
                          (column.missing == 1 ? " cell is missing, " : " cells are missing, ") +
                          "the first is " + quoted(column.first_missing->text),
                      weight     ? "a weight cannot be filled: train with data.missing: drop"
                      : exposure ? "an exposure cannot be filled: train with data.missing: drop"
                                 : "train with data.missing: drop or impute"});
  }
  limit_faults(faults, 0, table.file);
  return faults;
}

}  // namespace

template <Scalar T>
Checked<Encoded<T>> encode_csv(CsvFile file, const Matched& matched, const Encoding& encoding,
                               TargetNeed need, Extent extent, const RowOrder& order,
                               std::vector<Index>& unseen) {
  const Sources& sources = matched.sources;
  TableReading reading = matched.reading;
  reading.single = std::is_same_v<T, float>;
  reading.centered = true;
  const Index threads = reading.threads;
  auto table = read_table(std::move(file), std::move(reading), true);
  if (!table) return table.faults();
  if (Faults faults = refused_cells(*table, encoding, need); !faults.empty()) return faults;
  Encoded<T> encoded;
  encoded.has_target = sources.target >= 0;
  encoded.records = table->records;
  encoded.dropped = std::move(table->dropped);
  PartSets<T> sets;
  if (extent == Extent::piece) {
    copy_weights<T>(*table, sources.weights, sets[RowPart::training]);
  } else if (table->cells.rows() > 0) {
    const auto weighted = encode_weights<T>(*table, sources.weights, {}, sets);
    if (!weighted) return weighted.faults();
  }
  const auto exposed = encode_exposure<T>(*table, sources.exposure, {}, sets);
  if (!exposed) return exposed.faults();
  const auto done = encode_rows<T>(*table, encoding, sources, {}, order, sets, unseen, threads);
  if (!done) return done.faults();
  encoded.data = std::move(sets[RowPart::training]);
  encoded.unlabeled = std::count_if(encoded.data.targets.begin(), encoded.data.targets.end(),
                                    [](T target) { return std::isnan(target); });
  return encoded;
}

std::vector<std::string> row_notes(const Encoding& encoding, const Sources& sources, const std::string& file,
                                   Index records, Index dropped, const std::vector<Index>& unseen) {
  std::vector<std::string> notes;
  if (dropped > 0) {
    // Under other policies a row that lacks features is filled.
    const bool any = encoding.missing.policy == MissingPolicy::drop;
    notes.push_back(file + ": " + std::to_string(dropped) + " of " + std::to_string(records) +
                    " rows dropped: " + (any ? "missing cells" : "the target is missing there"));
  }
  if (encoding.weights && sources.weights < 0) {
    notes.push_back(file + ": no column " + quoted(*encoding.weights) +
                    " of weights, so that all rows count the same");
  }
  const auto more = unseen_notes(encoding, unseen, file);
  notes.insert(notes.end(), more.begin(), more.end());
  return notes;
}

template Checked<Encoded<float>> encode_csv(CsvFile, const Matched&, const Encoding&, TargetNeed, Extent,
                                            const RowOrder&, std::vector<Index>&);
template Checked<Encoded<double>> encode_csv(CsvFile, const Matched&, const Encoding&, TargetNeed, Extent,
                                             const RowOrder&, std::vector<Index>&);

}  // namespace lookahead
