#include "run/trace_file.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.hpp"
#include "data/reader.hpp"

namespace lookahead {
namespace {

// Keeps the wanted columns of the records that it is told.
class Columns final : public Records {
 public:
  Columns(std::string file, const std::vector<std::string>& wanted)
      : file_(std::move(file)), wanted_(wanted), numbers_(wanted.size()), places_(wanted.size(), none) {}

  void cell(std::string_view text, int line) override {
    const std::size_t field = field_++;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (header_) {
        if (text == wanted_[i]) places_[i] = field;
      } else if (field == places_[i]) {
        const auto number = text.empty() ? std::numeric_limits<double>::quiet_NaN() : parse_number(text);
        if (!number && faults_.empty()) {
          faults_ = {Fault{FaultKind::data,
                           {file_, line, static_cast<int>(field) + 1},
                           "column " + quoted(wanted_[i]) + ": " + quoted(text) + " is not a number",
                           ""}};
        }
        numbers_[i].push_back(number.value_or(0));
      }
    }
  }

  bool end(int line) override {
    if (header_) {
      const auto missing = std::find(places_.begin(), places_.end(), none);
      if (missing != places_.end()) {
        const std::string& name = wanted_[static_cast<std::size_t>(missing - places_.begin())];
        faults_ = {Fault{FaultKind::data,
                         {file_, line, 0},
                         "there is no column " + quoted(name),
                         "is it the trace of a run?"}};
      }
    }
    header_ = false;
    field_ = 0;
    // A line that was cut short by a crash.
    const std::size_t rows = std::min_element(numbers_.begin(), numbers_.end(), shorter)->size();
    for (auto& column : numbers_) column.resize(rows);
    return faults_.empty();
  }

  const Faults& faults() const { return faults_; }
  std::vector<std::vector<double>> take() { return std::move(numbers_); }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  static bool shorter(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() < b.size();
  }

  std::string file_;
  const std::vector<std::string>& wanted_;
  std::vector<std::vector<double>> numbers_;
  std::vector<std::size_t> places_;
  std::size_t field_ = 0;
  bool header_ = true;
  Faults faults_;
};

}  // namespace

Checked<std::vector<std::vector<double>>> read_trace(const std::filesystem::path& file,
                                                     const std::vector<std::string>& columns) {
  auto csv = CsvFile::open(file.string());
  if (!csv) return csv.faults();
  Columns records(file.string(), columns);
  Tokenizer tokenizer(file.string(), ',', records);
  std::array<char, 1 << 16> piece;
  for (Index size = std::ssize(piece); size == std::ssize(piece);) {
    const auto bytes = csv->read(piece);
    if (!bytes) return bytes.faults();
    size = tokenizer.feed({piece.data(), static_cast<std::size_t>(*bytes)}) ? *bytes : 0;
  }
  if (records.faults().empty()) tokenizer.finish();
  if (!records.faults().empty()) return records.faults();
  if (!tokenizer.faults().empty()) return tokenizer.faults();
  return records.take();
}

}  // namespace lookahead
