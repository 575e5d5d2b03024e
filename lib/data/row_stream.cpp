#include "data/row_stream.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "data/blocks.hpp"
#include "data/encode_csv.hpp"
#include "data/layout.hpp"

namespace lookahead {
namespace {

constexpr double most_numbers = 1 << 21;  // of the encoded rows of a piece, about
constexpr double least_bytes = 1 << 16, most_bytes = 1 << 23;

// Bytes of the file that make about most_numbers numbers, going by its first lines.
std::size_t suitable_size(const CsvFile& file, const Encoding& encoding) {
  const std::string_view head = file.head();
  const auto lines = static_cast<double>(std::count(head.begin(), head.end(), file.line_end()) + 1);
  const double line = static_cast<double>(head.size()) / lines;
  const double rows = most_numbers / static_cast<double>(std::max<Index>(1, encoding.feature_count()));
  constexpr double least_rows = 16;
  return static_cast<std::size_t>(
      std::max(std::clamp(rows * line, least_bytes, most_bytes), least_rows * line));
}

}  // namespace

template <Scalar T>
struct RowStream<T>::State {
  State(CsvFile csv, Matched fields, const Encoding& features, TargetNeed wanted, std::size_t piece_bytes)
      : file(std::move(csv)),
        matched(std::move(fields)),
        encoding(features),
        need(wanted),
        blocks(file, encoding.separator.value, piece_bytes),
        line(file.first_line()),
        unseen(encoding.columns.size(), 0) {}

  CsvFile file;
  Matched matched;
  const Encoding& encoding;
  TargetNeed need;
  RecordBlocks blocks;
  RecordBlock block;
  int line;  // of the next block
  bool begun = false;
  Index records = 0, dropped = 0;
  std::vector<Index> unseen;
};

template <Scalar T>
RowStream<T>::RowStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
template <Scalar T>
RowStream<T>::RowStream(RowStream&&) noexcept = default;
template <Scalar T>
RowStream<T>::~RowStream() = default;

template <Scalar T>
Checked<RowStream<T>> RowStream<T>::open(const Encoding& encoding, const TestFile& file, TargetNeed need,
                                         Index threads, std::size_t piece_bytes) {
  auto csv = CsvFile::open(file.file, file.skip_lines);
  if (!csv) return csv.faults();
  const auto names = field_names(*csv, encoding.separator.value, encoding.header);
  if (!names) return names.faults();
  auto matched = match(encoding, *names, need, {csv->name(), file.skip_lines, file.strip});
  if (!matched) return matched.faults();
  matched->plan.threads = threads;
  const std::size_t size = piece_bytes > 0 ? piece_bytes : suitable_size(*csv, encoding);
  return RowStream(std::make_unique<State>(std::move(*csv), std::move(*matched), encoding, need, size));
}

template <Scalar T>
bool RowStream<T>::has_target() const {
  return state_->matched.sources.target >= 0;
}

template <Scalar T>
Checked<Encoded<T>> RowStream<T>::next() {
  State& s = *state_;
  while (s.blocks.next(s.block)) {
    const std::string_view bytes = s.block.bytes();
    // Empty lines are no records.
    if (s.begun && trimmed(bytes).empty()) continue;
    std::vector<Index> unseen;
    auto encoded = encode_csv<T>(s.file.piece(std::string(bytes), s.line), s.matched, s.encoding, s.need,
                                 Extent::piece, unseen);
    if (!encoded) return encoded;
    s.line += static_cast<int>(std::count(bytes.begin(), bytes.end(), s.file.line_end()));
    s.begun = true;
    s.matched.plan.header = false;
    s.records += encoded->records;
    s.dropped += std::ssize(encoded->dropped);
    for (std::size_t k = 0; k < unseen.size(); ++k) s.unseen[k] += unseen[k];
    return encoded;
  }
  if (!s.blocks.faults().empty()) return s.blocks.faults();
  return Encoded<T>{};
}

template <Scalar T>
std::vector<std::string> RowStream<T>::notes() const {
  const State& s = *state_;
  return row_notes(s.encoding, s.matched.sources, s.file.name(), s.records, s.dropped, s.unseen);
}

template class RowStream<float>;
template class RowStream<double>;

}  // namespace lookahead
