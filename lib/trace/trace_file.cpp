#include "trace/trace_file.hpp"

#include <limits>

#include "base/text.hpp"
#include "data/read/blocks.hpp"
#include "data/read/tokenizer.hpp"

namespace lookahead {
namespace {

// Keeps the wanted columns of the records it receives.
class Columns final : public Records {
 public:
  Columns(std::string file, const std::vector<std::string>& numbers)
      : file_(std::move(file)), wanted_(numbers), places_(numbers.size(), none) {
    columns_.numbers.resize(numbers.size());
  }

  void cell(std::string_view text, int line) override {
    const std::size_t field = field_++;
    if (header_) {
      names_.emplace_back(text);
      if (text == "event") event_place_ = field;
      for (std::size_t i = 0; i < wanted_.size(); ++i) {
        if (text == wanted_[i]) places_[i] = field;
      }
      return;
    }
    if (field == event_place_) columns_.events.emplace_back(text);
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (field == places_[i]) columns_.numbers[i].push_back(number_of(text, wanted_[i], field, line));
    }
  }

  bool end(int line) override {
    if (header_) {
      for (std::size_t i = 0; i < wanted_.size(); ++i) {
        if (places_[i] == none)
          add_fault({file_, line, 0}, "there is no column " + quoted(wanted_[i]), cure_of(wanted_[i]));
      }
      if (event_place_ == none) add_fault({file_, line, 0}, "there is no column 'event'");
    }
    header_ = false;
    field_ = 0;
    // A line that was cut short by a crash has no event.
    for (auto& column : columns_.numbers) column.resize(columns_.events.size());
    return faults_.empty();
  }

  const Faults& faults() const { return faults_; }
  TraceColumns take() { return std::move(columns_); }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  static constexpr const char* no_trace = "is it the trace of a run?";

  double number_of(std::string_view text, const std::string& column, std::size_t field, int line) {
    if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto number = parse_number(text);
    if (!number) {
      add_fault({file_, line, static_cast<int>(field) + 1},
                "column " + quoted(column) + ": " + quoted(text) + " is not a number");
    }
    return number.value_or(0);
  }

  // Where a column is missing that every trace has, the file is none.
  std::string cure_of(const std::string& column) const {
    if (event_place_ == none) return no_trace;
    const std::string near = suggestion(column, names_);
    return near.empty() ? "it has " + joined(names_, ", ") : near;
  }

  void add_fault(Place place, const std::string& text, std::string cure = no_trace) {
    if (faults_.empty()) faults_.push_back({FaultKind::data, std::move(place), text, std::move(cure)});
  }

  std::string file_;
  const std::vector<std::string>& wanted_;
  std::vector<std::size_t> places_;
  std::size_t event_place_ = none;
  std::vector<std::string> names_;  // of the header
  TraceColumns columns_;
  std::size_t field_ = 0;
  bool header_ = true;
  Faults faults_;
};

}  // namespace

Fault no_trace(const std::filesystem::path& folder) {
  return {
      FaultKind::data, {folder.string(), 0, 0}, "the run wrote no trace", "run it again without --no-trace"};
}

Checked<TraceColumns> read_trace(const std::filesystem::path& file, const std::vector<std::string>& columns) {
  auto csv = CsvFile::open(file.string());
  if (!csv) return csv.faults();
  if (const auto fault = csv->empty()) return *fault;
  Columns records(file.string(), columns);
  Tokenizer tokenizer(file.string(), {}, records, csv->first_line(), csv->line_end());
  constexpr std::size_t block_size = std::size_t{1} << 16;
  RecordBlocks blocks(*csv, {}, block_size);
  RecordBlock block;
  while (blocks.next(block) && tokenizer.read(block.bytes(), !block.endless())) continue;
  if (!blocks.faults().empty()) return blocks.faults();
  if (!records.faults().empty()) return records.faults();
  if (!tokenizer.faults().empty()) return tokenizer.faults();
  return records.take();
}

}  // namespace lookahead
