#include "data/encode/training_rows.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "data/encode/reading.hpp"
#include "data/read/append.hpp"
#include "data/read/first_records.hpp"
#include "data/read/reader.hpp"

namespace lookahead {
namespace {

// The training files while they are read. Each is opened once in a reading, in their order.
class Parts {
 public:
  Parts(const DataOptions& options, std::span<InputFile> files, bool last)
      : options_(options), files_(files), last_(last) {}

  // Opens files up to the first one that shows how all are laid out: two records, or else any.
  Checked<Layout> layout() {
    std::size_t model = files_.size();
    for (std::size_t i = 0; i < files_.size(); ++i) {
      auto file = open(i);
      if (!file) return file.faults();
      opened_.push_back(std::move(*file));
      if (opened_.back().empty()) continue;
      if (model == files_.size()) model = i;
      const Dialect dialect{options_.separator.value != 0 ? options_.separator.value : ',',
                            options_.comment.value};
      constexpr std::size_t enough = 2;
      if (files_.size() > 1 && opened_.back().is_short() &&
          first_records(opened_.back().head(), dialect, enough).size() < enough)
        continue;
      model = i;
      break;
    }
    const CsvFile& file = opened_[model < opened_.size() ? model : 0];
    name_ = file.name();
    return find_layout(file, options_);
  }
  // The file that the layout was taken from.
  const std::string& name() const { return name_; }

  // File i; each can be taken once.
  Checked<CsvFile> take(std::size_t i) {
    if (i < opened_.size()) return std::move(opened_[i]);
    return open(i);
  }

 private:
  Checked<CsvFile> open(std::size_t i) {
    return CsvFile::open(files_[i].open(last_), options_.skip_lines, options_.comment.value);
  }

  const DataOptions& options_;
  std::span<InputFile> files_;
  bool last_;
  std::vector<CsvFile> opened_;
  std::string name_;
};

// Whether a file holds nothing, or nothing but a header.
bool has_no_row(const CsvFile& file, const Layout& layout) {
  if (file.empty()) return true;
  if (!file.is_short()) return false;
  if (!layout.header) return first_records(file.head(), layout.dialect, 1).empty();
  const auto records = first_records(file.head(), layout.dialect, 2);
  if (records.size() != 1) return records.empty();
  // A single line is a header where it has the names; row names and a trailing separator may have
  // one more.
  const std::vector<std::string>& line = records.front();
  const auto& names = layout.names;
  if (line.size() > names.size()) return std::equal(names.begin(), names.end(), line.begin());
  return std::equal(line.begin(), line.end(), names.begin()) ||
         std::equal(line.rbegin(), line.rend(), names.rbegin());
}

// Makes sure that a file is laid out as the others; what it alone decides goes to the reading.
Checked<Done> fit_file(const CsvFile& file, const Layout& layout, const std::string& first,
                       TableReading& reading) {
  auto fields = fields_of(file, layout.dialect, layout.header);
  if (!fields) return fields.faults();
  const bool last_is_column =
      fields->names.size() + 1 == layout.names.size() && (!layout.header || layout.names.back().empty());
  if (fields->trailing > 0 && last_is_column) {
    --fields->trailing;
    fields->names.push_back(layout.names.back());
  }
  fit_trailing(reading, fields->trailing);
  if (!layout.header) return Done{};
  const auto [here, there] =
      std::mismatch(fields->names.begin(), fields->names.end(), layout.names.begin(), layout.names.end());
  if (here == fields->names.end() && there == layout.names.end()) return Done{};
  for (const char other : {',', ';', '\t', '|', ' '}) {
    // As many fields as there should be were separated as they should be.
    if (other == layout.dialect.separator || fields->names.size() == layout.names.size()) continue;
    const auto rows = first_records(file.head(), {other, layout.dialect.comment}, 1);
    if (rows.empty() || rows.front().size() != layout.names.size()) continue;
    return Fault{FaultKind::data,
                 {file.name(), file.first_line(), 0},
                 "its fields are separated by " + separator_text(other) + ", those of " + first + " by " +
                     separator_text(layout.dialect.separator),
                 "write all training files with the same separator"};
  }
  const auto field = static_cast<int>(here - fields->names.begin()) + 1;
  const auto name = [](auto at, const auto& list) {
    return at == list.end() ? std::string("none") : quoted(std::string_view(*at));
  };
  return Fault{FaultKind::data,
               {file.name(), file.first_line(), field},
               "the header is not that of " + first + ": the column " + name(here, fields->names) + " is " +
                   name(there, layout.names) + " there",
               "all training files need the same header"};
}

// Reads all files that have rows into one table.
Checked<Table> read_parts(Parts& parts, std::size_t count, const Layout& layout, TableReading reading,
                          std::vector<std::string>& notes) {
  std::optional<Table> table;
  for (std::size_t i = 0; i < count; ++i) {
    auto file = parts.take(i);
    if (!file) return file.faults();
    // The last one has to say what is wrong where none has a row.
    if (has_no_row(*file, layout) && (table || i + 1 < count)) {
      notes.push_back(file->name() + ": no rows of data, passed over");
      continue;
    }
    if (file->name() != parts.name()) {
      if (const auto fits = fit_file(*file, layout, parts.name(), reading); !fits) return fits.faults();
    } else {
      fit_trailing(reading, layout.trailing);
    }
    auto read = read_table(std::move(*file), reading, true);
    if (!read) return read.faults();
    if (!table) {
      table = std::move(*read);
    } else if (const auto done = append_table(*table, std::move(*read)); !done) {
      return done.faults();
    }
  }
  return std::move(*table);
}

}  // namespace

Checked<TrainingRows> read_training(const DataOptions& options, std::span<InputFile> files,
                                    std::optional<Task> task, Index threads, bool single, bool last) {
  std::vector<std::size_t> unread;  // fields left out in an earlier reading
  std::vector<std::string> why;
  const bool drop = options.missing.policy == MissingPolicy::drop;
  while (true) {
    // Rows must not be dropped for missing cells of a column that is not used.
    const bool again = unread.empty() && drop;
    Parts parts(options, files, last && !again);
    auto layout = parts.layout();
    if (!layout) return layout.faults();
    auto reading = reading_of_training(*layout, options, task, parts.name());
    if (!reading) return reading.faults();
    reading->threads = threads;
    reading->on_disk = options.order.on_disk;
    reading->single = single;
    reading->centered = options.standardize != Standardize::none;
    for (const std::size_t field : unread) reading->fields[field].role = FieldReading::Role::unused;
    std::vector<std::string> notes = layout->notes;
    auto table = read_parts(parts, files.size(), *layout, std::move(*reading), notes);
    if (!table) return table.faults();
    std::vector<LeftOut> left_out = find_left_out(*table);
    for (const LeftOut& column : left_out) {
      const TableColumn& source = table->columns[column.column];
      notes.push_back(table->file + ": " + source.title() + " is left out: " + column.reason +
                      " (data.keep uses it)");
      if (!again || source.missing == 0) continue;
      unread.push_back(static_cast<std::size_t>(source.field - 1));
      why.push_back(notes.back());
    }
    if (again && !unread.empty()) continue;
    notes.insert(notes.end(), why.begin(), why.end());
    return TrainingRows{std::move(*layout), std::move(*table), std::move(left_out), std::move(notes)};
  }
}

}  // namespace lookahead
