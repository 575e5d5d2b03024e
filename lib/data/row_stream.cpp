#include "data/row_stream.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "data/encode/encode_csv.hpp"
#include "data/read/blocks.hpp"
#include "data/read/characters.hpp"
#include "data/read/faults.hpp"
#include "data/read/first_records.hpp"
#include "data/read/layout.hpp"
#include "data/read/tokenizer.hpp"
#include "data/sparse/sparse.hpp"

namespace lookahead {
namespace {

constexpr double most_numbers = 1 << 21;  // of the encoded rows of a piece and their predictions, about
constexpr double least_bytes = 1 << 16, most_bytes = 1 << 23;

// Bytes of the file that make about most_numbers numbers, going by its first lines.
std::size_t suitable_size(const CsvFile& file, const Encoding& encoding) {
  const std::string_view head = file.head();
  const auto lines = static_cast<double>(std::count(head.begin(), head.end(), file.line_end()) + 1);
  const double line = static_cast<double>(head.size()) / lines;
  const auto classes = static_cast<Index>(encoding.classes.size());
  // A row of categories alone has one number for each column, however many features these have.
  const Index numbers = encoding.sparse ? std::ssize(encoding.columns) : encoding.feature_count();
  const double rows = most_numbers / static_cast<double>(std::max<Index>(1, numbers + classes));
  constexpr double fewest_rows = 16;
  return static_cast<std::size_t>(
      std::max(std::clamp(rows * line, least_bytes, most_bytes), fewest_rows * line));
}

// Collects the cells of some fields of every record.
class Passed : public Records {
 public:
  explicit Passed(std::vector<std::size_t> fields, bool header)
      : fields_(std::move(fields)), cells_(fields_.size()), header_(header) {}
  void cell(std::string_view text, int) override {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i] == field_) cells_[i] = text;
    }
    ++field_;
  }
  bool end(int) override {
    field_ = 0;
    if (!std::exchange(header_, false)) cells.insert(cells.end(), cells_.begin(), cells_.end());
    return true;
  }
  std::vector<std::string> cells;

 private:
  std::vector<std::size_t> fields_;
  std::vector<std::string> cells_;  // of this record
  bool header_;
  std::size_t field_ = 0;
};

// The places of the columns among the names.
Checked<std::vector<std::size_t>> places_of(const std::vector<std::string>& columns,
                                            const std::vector<std::string>& names, const std::string& file) {
  std::vector<std::size_t> fields;
  Faults faults;
  for (const std::string& column : columns) {
    const auto found = std::find(names.begin(), names.end(), column);
    fields.push_back(static_cast<std::size_t>(found - names.begin()));
    if (found == names.end() && faults.size() < most_faults) {
      faults.push_back(
          {FaultKind::data, {file, 0, 0}, "no column " + quoted(column), suggestion(column, names)});
    }
  }
  if (!faults.empty()) return faults;
  return fields;
}

// A CSV file on its way through its pieces.
class Pieces {
 public:
  Pieces(CsvFile csv, Matched fields, const Encoding& encoding, TargetNeed need, std::size_t piece_bytes,
         std::vector<std::size_t> passed)
      : file_(std::move(csv)),
        matched_(std::move(fields)),
        encoding_(encoding),
        need_(need),
        blocks_(file_, dialect_of(encoding), piece_bytes),
        line_(file_.first_line()),
        passed_(std::move(passed)),
        unseen_(encoding.columns.size(), 0) {}

  bool has_target() const { return matched_.sources.target >= 0; }

  template <Scalar T>
  Checked<Encoded<T>> next() {
    while (blocks_.next(block_)) {
      std::string whole;
      std::string_view bytes = block_.bytes();
      if (!held_.empty()) {
        whole = std::exchange(held_, {});
        whole += bytes;
        bytes = whole;
      }
      // Empty lines and comments are no records.
      if (records_ > 0 && first_records(bytes, dialect_of(encoding_), 1).empty()) {
        pass(bytes);
        continue;
      }
      if (!block_.last() && is_header_alone(bytes)) {
        held_ = bytes;
        continue;
      }
      std::vector<Index> unseen;
      auto encoded = encode_csv<T>(file_.piece(std::string(bytes), line_), matched_, encoding_, need_,
                                   Extent::piece, {}, unseen);
      if (!encoded) return encoded;
      if (!passed_.empty()) {
        Passed cells(passed_, matched_.reading.header);
        Tokenizer tokenizer(file_.name(), dialect_of(encoding_), cells, line_, file_.line_end());
        if (!tokenizer.read(bytes)) return tokenizer.faults();
        encoded->passed = std::move(cells.cells);
      }
      pass(bytes);
      matched_.reading.header = false;
      records_ += encoded->records;
      dropped_ += std::ssize(encoded->dropped);
      for (std::size_t k = 0; k < unseen.size(); ++k) unseen_[k] += unseen[k];
      return encoded;
    }
    if (!blocks_.faults().empty()) return blocks_.faults();
    return Encoded<T>{};
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes = matched_.notes;
    const auto more = row_notes(encoding_, matched_.sources, file_.name(), records_, dropped_, unseen_);
    notes.insert(notes.end(), more.begin(), more.end());
    return notes;
  }

 private:
  void pass(std::string_view bytes) {
    line_ = line_after(line_, std::count(bytes.begin(), bytes.end(), file_.line_end()));
  }

  // A header may fill a block; it goes with the rows behind it.
  bool is_header_alone(std::string_view bytes) const {
    return matched_.reading.header && first_records(bytes, dialect_of(encoding_), 2).size() < 2;
  }

  CsvFile file_;
  Matched matched_;
  const Encoding& encoding_;
  TargetNeed need_;
  RecordBlocks blocks_;
  RecordBlock block_;
  std::string held_;
  int line_;                         // of the next block
  std::vector<std::size_t> passed_;  // fields
  Index records_ = 0, dropped_ = 0;
  std::vector<Index> unseen_;
};

}  // namespace

// A CSV file has pieces; a libsvm file is one, read already.
template <Scalar T>
struct RowStream<T>::State {
  std::unique_ptr<Pieces> pieces;
  Encoded<T> whole;
  bool has_target = false;
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
  return open(encoding, ByteSource::open(file.file), file, need, threads, piece_bytes, {});
}

template <Scalar T>
Checked<RowStream<T>> RowStream<T>::open(const Encoding& encoding, Checked<ByteSource> source,
                                         const TestFile& file, TargetNeed need, Index threads,
                                         std::size_t piece_bytes, const std::vector<std::string>& passed) {
  auto state = std::make_unique<State>();
  if (encoding.format == RowFormat::libsvm) {
    if (!passed.empty()) {
      return Fault{FaultKind::data,
                   {file.file, 0, 0},
                   "no column " + quoted(passed.front()),
                   "files of the format libsvm have no columns to pass through"};
    }
    auto whole = encode_sparse_file<T>(encoding, std::move(source), file, need, {});
    if (!whole) return whole.faults();
    state->has_target = whole->has_target;
    state->whole = std::move(*whole);
    return RowStream(std::move(state));
  }
  auto csv = open_csv(encoding, std::move(source), file);
  if (!csv) return csv.faults();
  auto fields = fields_of(*csv, dialect_of(encoding), encoding.header);
  if (!fields) return fields.faults();
  const auto places = places_of(passed, fields->names, csv->name());
  auto matched = match(encoding, std::move(*fields), need, {csv->name(), file.skip_lines, file.strip});
  if (!matched || !places) {
    if (const auto fault = other_separator(*csv, encoding)) return *fault;
  }
  if (!places) return places.faults();
  if (!matched) return matched.faults();
  matched->reading.threads = threads;
  const std::size_t size = piece_bytes > 0 ? piece_bytes : suitable_size(*csv, encoding);
  state->pieces =
      std::make_unique<Pieces>(std::move(*csv), std::move(*matched), encoding, need, size, *places);
  state->has_target = state->pieces->has_target();
  return RowStream(std::move(state));
}

template <Scalar T>
bool RowStream<T>::has_target() const {
  return state_->has_target;
}

template <Scalar T>
Checked<Encoded<T>> RowStream<T>::next() {
  if (state_->pieces) return state_->pieces->template next<T>();
  // The notes stay for notes().
  auto notes = state_->whole.notes;
  Encoded<T> rows = std::exchange(state_->whole, Encoded<T>{});
  state_->whole.notes = std::move(notes);
  return rows;
}

template <Scalar T>
std::vector<std::string> RowStream<T>::notes() const {
  return state_->pieces ? state_->pieces->notes() : state_->whole.notes;
}

template class RowStream<float>;
template class RowStream<double>;

}  // namespace lookahead
