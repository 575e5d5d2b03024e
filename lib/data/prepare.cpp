#include "data/prepare.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/encode/encode.hpp"
#include "data/encode/encode_csv.hpp"
#include "data/encode/exposure.hpp"
#include "data/encode/fit.hpp"
#include "data/encode/reading.hpp"
#include "data/encode/sort_by_part.hpp"
#include "data/encode/training_files.hpp"
#include "data/encode/training_rows.hpp"
#include "data/encode/weights.hpp"
#include "data/read/layout.hpp"
#include "data/read/number_forms.hpp"
#include "data/read/reader.hpp"
#include "data/read/table.hpp"
#include "data/sparse/libsvm.hpp"
#include "data/sparse/sparse.hpp"

namespace lookahead {
namespace {

// The task that the options or the model say, if they do.
Checked<std::optional<Task>> task_of(const DataOptions& options, std::optional<Task> imposed) {
  if (options.task == TaskChoice::automatic) return imposed;
  const Task wanted = options.task == TaskChoice::regression ? Task::regression : Task::classification;
  if (!imposed || *imposed == wanted) return std::optional<Task>(wanted);
  return Fault{
      FaultKind::problem,
      {},
      "data.task is " + Codec<Task>::word(wanted) + ", but the model does " + Codec<Task>::word(*imposed),
      "leave data.task out, or choose another model"};
}

template <Scalar T>
Checked<Prepared<T>> prepare_table(const DataOptions& options, std::span<InputFile> files,
                                   std::optional<Task> task, Index threads) {
  Prepared<T> prepared;
  constexpr bool single = std::is_same_v<T, float>;
  auto rows = read_training(options, files, task, threads, single, !single);
  if (!rows) return rows.faults();
  auto fitted = fit(rows->table, rows->layout, options, task, rows->left_out, threads, single);
  if (!fitted && rows->table.digits_lost) {
    // Numbers that stand among texts far down the file: once more, with all their digits.
    rows = read_training(options, files, task, threads, false, true);
    if (!rows) return rows.faults();
    fitted = fit(rows->table, rows->layout, options, task, rows->left_out, threads, single);
  }
  if (!fitted) return fitted.faults();
  Table& table = rows->table;
  prepared.notes = std::move(rows->notes);
  prepared.notes.insert(prepared.notes.end(), fitted->notes.begin(), fitted->notes.end());
  Sources sources{fitted->sources};
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    if (table.columns[j].reading.target) sources.target = static_cast<Index>(j);
    if (table.columns[j].reading.weights) sources.weights = static_cast<Index>(j);
    if (table.columns[j].reading.exposure) sources.exposure = static_cast<Index>(j);
  }
  PartSets<T> sets;
  const auto weighted = encode_weights<T>(table, sources.weights, fitted->parts, sets);
  if (!weighted) return weighted.faults();
  const auto exposed = encode_exposure<T>(table, sources.exposure, fitted->parts, sets);
  if (!exposed) return exposed.faults();
  std::vector<Index> unseen;
  const auto done =
      encode_rows<T>(table, fitted->encoding, sources, fitted->parts, options.order, sets, unseen, threads);
  if (!done) return done.faults();
  const auto notes = unseen_notes(fitted->encoding, unseen, table.file);
  prepared.notes.insert(prepared.notes.end(), notes.begin(), notes.end());
  take_parts(fitted->parts, sets, prepared);
  prepared.encoding = std::move(fitted->encoding);
  return prepared;
}

// Whether the training files hold sparse rows.
bool is_sparse(const DataOptions& options, std::span<InputFile> files, std::vector<std::string>& notes) {
  if (options.format != FormatChoice::automatic) return options.format == FormatChoice::libsvm;
  for (InputFile& file : files) {
    const auto sparse = is_libsvm(file, options.skip_lines);
    if (!sparse) continue;
    if (*sparse) notes.push_back(file.path() + ": format libsvm (guessed)");
    return *sparse;
  }
  return false;
}

// The fault of a file that would have to be read twice, and cannot.
std::optional<Fault> used_twice(const DataOptions& options, std::vector<std::string> paths) {
  if (!options.validation.file.empty()) paths.push_back(options.validation.file);
  if (options.test) paths.push_back(options.test->file);
  const auto path = read_twice(paths);
  if (!path) return std::nullopt;
  return Fault{FaultKind::data,
               {*path, 0, 0},
               "is no regular file, so that it can be read only once, but the data names it twice",
               "write it to a file"};
}

std::vector<InputFile> inputs(const std::vector<std::string>& paths) { return {paths.begin(), paths.end()}; }

template <Scalar T>
Checked<Done> add_file(const Encoding& encoding, const TestFile& file, const RowOrder& order,
                       std::optional<Dataset<T>>& into, std::vector<std::string>& notes, Index threads) {
  auto encoded = encode_file<T>(encoding, file, TargetNeed::required, threads, order);
  if (!encoded) return encoded.faults();
  into = std::move(encoded->data);
  notes.insert(notes.end(), encoded->notes.begin(), encoded->notes.end());
  return Done{};
}

bool is_left_out(const std::vector<LeftOut>& left_out, std::size_t column) {
  return std::any_of(left_out.begin(), left_out.end(),
                     [&](const LeftOut& other) { return other.column == column; });
}

// Sets the options to how the numbers of a column are written; whether one needed it.
bool take_form(const Table& table, std::optional<Task> task, DataOptions& options) {
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    if (table.columns[j].reading.target && task == Task::classification) continue;
    const auto form = other_form(table, j);
    if (!form) continue;
    options.decimal.value = form->format.decimal;
    options.thousands.value = form->format.thousands;
    options.units = form->format.units;
    return true;
  }
  return false;
}

// The different texts that are no numbers in a column of numbers.
std::vector<std::string> stray_texts(const TableColumn& column) {
  std::vector<std::string> texts;
  for (std::uint32_t id = 0; id < column.texts.size(); ++id) {
    const Dictionary::Entry& entry = column.texts[id];
    if (!entry.missing && std::isnan(entry.value)) texts.push_back(*entry.text);
  }
  return texts;
}

// Whether the texts stand for missing cells: they are few, and nothing in them is a digit.
bool mean_missing(const std::vector<std::string>& texts) {
  constexpr std::size_t most_texts = 3;
  return texts.size() <= most_texts && std::none_of(texts.begin(), texts.end(), [](const std::string& text) {
           return text.find_first_of("0123456789") != std::string::npos && !text.starts_with('#');
         });
}

// Adds the marks of missing cells found among numbers; whether there are new ones.
bool take_marks(const Table& table, DataOptions& options) {
  auto& marks = options.missing.marks;
  const std::size_t known = marks.size();
  for (const TableColumn& column : table.columns) {
    if (looks_text(table, column) || column.strays == 0) continue;
    const std::vector<std::string> texts = stray_texts(column);
    if (!mean_missing(texts)) continue;
    for (const std::string& text : texts) {
      if (std::find(marks.begin(), marks.end(), text) == marks.end()) marks.push_back(text);
    }
  }
  return marks.size() > known;
}

// Columns that cannot be used as they are, and why.
std::vector<std::pair<std::string, std::string>> unusable(const Table& table,
                                                          const std::vector<LeftOut>& left_out) {
  constexpr Index many_texts = 50;
  std::vector<std::pair<std::string, std::string>> columns;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    const TableColumn& column = table.columns[j];
    if (column.reading.target || is_left_out(left_out, j)) continue;
    const Index cells = table.records - column.missing;
    if (cells == 0) {
      columns.emplace_back(column.reading.name, "all its cells are missing");
    } else if (!looks_text(table, column)) {
      if (column.strays == 0) continue;
      columns.emplace_back(column.reading.name, std::to_string(column.strays) + " of its " +
                                                    std::to_string(cells) +
                                                    " cells are texts among numbers, such as " +
                                                    quoted(column.first_strays.front().text) +
                                                    "; listed in categorical, every text is a level");
    } else if (const Index texts = std::ssize(column.texts); texts > many_texts && texts * 2 > cells) {
      columns.emplace_back(column.reading.name, "it holds " + std::to_string(texts) + " different texts in " +
                                                    std::to_string(cells) + " cells");
    }
  }
  return columns;
}

}  // namespace

template <Scalar T>
Checked<Encoded<T>> encode_file(const Encoding& encoding, const TestFile& file, TargetNeed need,
                                Index threads, const RowOrder& order) {
  if (encoding.format == RowFormat::libsvm) {
    auto encoded = encode_sparse_file<T>(encoding, file, need);
    if (encoded) sort_by_part(encoded->data, order.parts);
    return encoded;
  }
  auto csv = open_csv(encoding, file);
  if (!csv) return csv.faults();
  const std::string name = csv->name();
  auto fields = fields_of(*csv, dialect_of(encoding), encoding.header);
  if (!fields) return fields.faults();
  auto matched = match(encoding, std::move(*fields), need, {name, file.skip_lines, file.strip});
  if (!matched) return matched.faults();
  matched->reading.threads = threads;
  matched->reading.on_disk = order.on_disk;
  std::vector<Index> unseen;
  auto encoded = encode_csv<T>(std::move(*csv), *matched, encoding, need, Extent::file, order, unseen);
  if (!encoded) return encoded.faults();
  sort_by_part(encoded->data, order.parts);
  if (need == TargetNeed::required && encoded->data.rows == 0) {
    return Fault{
        FaultKind::data, {name, 0, 0}, "no row is left: each has missing cells", "set data.missing: impute"};
  }
  encoded->notes = std::move(matched->notes);
  const auto notes =
      row_notes(encoding, matched->sources, name, encoded->records, std::ssize(encoded->dropped), unseen);
  encoded->notes.insert(encoded->notes.end(), notes.begin(), notes.end());
  return encoded;
}

template <Scalar T>
Checked<Prepared<T>> prepare(const DataOptions& options, std::optional<Task> imposed, Index threads) {
  const auto task = task_of(options, imposed);
  if (!task) return task.faults();
  std::vector<std::string> notes;
  const auto files = training_files(options.train, notes);
  if (!files) return files.faults();
  if (auto fault = used_twice(options, *files)) return *fault;
  std::vector<InputFile> opened = inputs(*files);
  const bool sparse = is_sparse(options, opened, notes);
  if (sparse) {
    if (Faults faults = table_settings(options); !faults.empty()) return faults;
  } else if (!options.target) {
    return no_target(options);
  }
  auto prepared =
      sparse ? prepare_sparse<T>(options, opened, *task) : prepare_table<T>(options, opened, *task, threads);
  if (!prepared) return prepared;
  const RowOrder& order = options.order;
  sort_by_part(prepared->train, order.parts);
  for (auto* rows : {&prepared->validation, &prepared->test}) {
    if (*rows) sort_by_part(**rows, order.parts);
  }
  prepared->notes.insert(prepared->notes.begin(), notes.begin(), notes.end());
  prepared->encoding.test_skip_lines = options.skip_lines;
  if (options.test) {
    prepared->encoding.test_skip_lines = options.test->skip_lines.value_or(options.skip_lines);
    prepared->encoding.test_strip = options.test->strip;
  }
  Faults faults;
  if (!options.validation.file.empty()) {
    const auto done = add_file<T>(prepared->encoding, {options.validation.file}, order, prepared->validation,
                                  prepared->notes, threads);
    if (!done) faults = done.faults();
  }
  if (options.test && !options.test->file.empty()) {
    const auto done =
        add_file<T>(prepared->encoding, *options.test, order, prepared->test, prepared->notes, threads);
    if (!done) faults.insert(faults.end(), done.faults().begin(), done.faults().end());
  }
  if (!faults.empty()) return faults;
  return prepared;
}

Checked<Survey> survey(DataOptions options, std::optional<Task> task, Index threads) {
  std::vector<InputFile> opened = inputs(options.train.paths);
  Survey found;
  if (!options.target && is_sparse(options, opened, found.notes)) {
    auto prepared = prepare_sparse<double>(options, opened, task);
    if (!prepared) return prepared.faults();
    found.rows = prepared->train.rows;
    found.encoding = std::move(prepared->encoding);
    found.notes.insert(found.notes.end(), prepared->notes.begin(), prepared->notes.end());
    return found;
  }
  if (!options.target) {
    const auto file = CsvFile::open(opened.front().open(true), options.skip_lines, options.comment.value);
    if (!file) return file.faults();
    auto layout = find_layout(*file, options);
    if (!layout) return layout.faults();
    found.layout = std::move(*layout);
    return found;
  }
  options.missing.policy = MissingPolicy::impute;
  std::vector<std::pair<std::string, std::string>> proposed;
  // Every change is made once, so that few readings are enough.
  constexpr int most_readings = 6;
  for (int attempt = 1;; ++attempt) {
    auto rows = read_training(options, opened, task, threads, false, attempt == most_readings);
    if (!rows) return rows.faults();
    Table& table = rows->table;
    const bool last = attempt == most_readings;
    if (!last && (take_form(table, task, options) || take_marks(table, options))) continue;
    if (const auto columns = unusable(table, rows->left_out); !columns.empty() && !last) {
      for (const auto& [name, why] : columns) {
        options.drop.push_back(name);
        proposed.emplace_back(name, why);
      }
      continue;
    }
    found.rows = table.records;
    found.unusable = std::move(proposed);
    for (const LeftOut& column : rows->left_out)
      found.left_out.emplace_back(table.columns[column.column].reading.name, column.reason);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      const TableColumn& column = table.columns[j];
      if (!is_left_out(rows->left_out, j) && column.missing > 0)
        found.missing.emplace_back(column.reading.name, column.missing);
    }
    auto fitted = fit(table, rows->layout, options, task, rows->left_out, threads, false);
    if (!fitted) return fitted.faults();
    found.layout = std::move(rows->layout);
    found.encoding = std::move(fitted->encoding);
    found.why = std::move(fitted->why);
    found.notes = std::move(rows->notes);
    found.notes.insert(found.notes.end(), fitted->notes.begin(), fitted->notes.end());
    return found;
  }
}

template Checked<Encoded<float>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index,
                                             const RowOrder&);
template Checked<Encoded<double>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index,
                                              const RowOrder&);
template Checked<Prepared<float>> prepare(const DataOptions&, std::optional<Task>, Index);
template Checked<Prepared<double>> prepare(const DataOptions&, std::optional<Task>, Index);

}  // namespace lookahead
